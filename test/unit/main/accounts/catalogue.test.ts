import { expect, test } from 'vitest';
import { createCatalogue } from '../../../../main/accounts/catalogue.ts';
import { KeyfobError } from '../../../../shared/errors.ts';
import { listedAccount } from '../../../support/accounts.ts';
import { createFakePorts, type FakePortsOptions } from '../../../support/fake-ports.ts';
import { createFakeSource, createFakeTokens } from '../../../support/fake-source.ts';

const file = 'accounts/acme.json';
const never = new AbortController().signal;
const prod = listedAccount(1, 'prod', ['Admin', 'ReadOnly']);
const dev = listedAccount(2, 'dev');
const old = listedAccount(3, 'old');

function setUp(options: FakePortsOptions = {}) {
  const ports = createFakePorts(options);
  const { clock, files, log } = ports;
  const source = createFakeSource(clock);
  const tokens = createFakeTokens();
  const seen = { changes: 0, damaged: [] as KeyfobError[] };
  const catalogue = createCatalogue({
    connection: 'acme',
    files,
    clock,
    log,
    onChange: () => void seen.changes++,
    onDamaged: (error) => void seen.damaged.push(error),
  });
  const paths = () => catalogue.accounts().map(({ path }) => path);
  const sync = (signal = never) => catalogue.sync(source, tokens, signal);
  return { ports, clock, files, log, source, tokens, catalogue, seen, paths, sync };
}

const broken = new KeyfobError('network_error', 'The network is down.');

test('a sync finds every account, and the next helper knows them without asking', async () => {
  const first = setUp();
  first.source.lists(prod, dev);
  await first.sync();
  expect(first.paths()).toEqual(['acme/dev/Admin', 'acme/prod/Admin', 'acme/prod/ReadOnly']);

  const second = setUp({ files: first.files });
  await second.catalogue.load();
  expect(second.catalogue.accounts()).toEqual(first.catalogue.accounts());
  expect(second.catalogue.syncedAt()).toBe(first.clock.now());
});

test('what disappeared is removed after a complete listing', async () => {
  const { source, paths, sync } = setUp();
  source.lists(prod, old);
  await sync();
  source.lists(dev, prod.slice(0, 1));
  await sync();
  expect(paths()).toEqual(['acme/dev/Admin', 'acme/prod/Admin']);
});

test('a listing that breaks off keeps what it got and loses nothing', async () => {
  const { catalogue, clock, files, source, paths, sync } = setUp();
  source.lists(old, dev);
  await sync();
  const syncedAt = catalogue.syncedAt();
  await clock.advance(60_000);
  source.listing = async ({ onAccount }) => {
    onAccount('000000000001', prod);
    throw broken;
  };
  await expect(sync()).rejects.toBe(broken);
  const expected = ['acme/dev/Admin', 'acme/old/Admin', 'acme/prod/Admin', 'acme/prod/ReadOnly'];
  expect(paths()).toEqual(expected);
  expect(catalogue.syncedAt()).toBe(syncedAt);

  const next = setUp({ files });
  await next.catalogue.load();
  expect(next.paths()).toEqual(expected);
});

test('an aborted sync keeps what it got, and takes nothing more', async () => {
  const { files, source, paths, sync } = setUp();
  const ended = new AbortController();
  source.listing = async ({ onAccount, signal }) => {
    onAccount('000000000001', prod);
    ended.abort(new KeyfobError('helper_stopping', 'Stopping.'));
    onAccount('000000000002', dev);
    signal.throwIfAborted();
  };
  await expect(sync(ended.signal)).rejects.toMatchObject({ code: 'helper_stopping' });
  expect(paths()).toEqual(['acme/prod/Admin', 'acme/prod/ReadOnly']);
  expect(files.contents.get(file)).toContain('prod');
});

test('a long sync shows and saves what it has on the way', async () => {
  const { catalogue, clock, files, seen, source, sync } = setUp();
  source.listing = async ({ onAccount }) => {
    for (let n = 1; n <= 300; n++) {
      onAccount(String(n).padStart(12, '0'), listedAccount(n, `team ${n}`));
      await new Promise<void>((resolve) => void clock.after(100, resolve));
    }
  };
  const done = sync();
  await clock.advance(25_000);
  const { changes } = seen;
  expect(catalogue.accounts().length).toBeGreaterThan(200);
  expect(changes).toBeGreaterThan(20);
  expect(changes).toBeLessThanOrEqual(50);
  expect(files.writes).toHaveLength(2);
  expect(JSON.parse(files.contents.get(file) ?? '').accounts.length).toBeGreaterThan(150);
  await clock.advance(10_000);
  await done;
  expect(JSON.parse(files.contents.get(file) ?? '').accounts).toHaveLength(300);
  expect(clock.waiting).toBe(0);
});

test('an AWS account without roles is no account', async () => {
  const { source, paths, sync } = setUp();
  source.lists(prod, dev);
  await sync();
  source.listing = async ({ onAccount }) => {
    onAccount('000000000001', []);
    onAccount('000000000002', dev);
  };
  await sync();
  expect(paths()).toEqual(['acme/dev/Admin']);
});

test('the listing gets the connection’s token, and a new one after a refusal', async () => {
  const { source, tokens, sync } = setUp();
  const used: string[] = [];
  source.listing = async ({ accessToken, renew }) => {
    used.push(await accessToken());
    used.push(await renew('token-1'));
  };
  await sync();
  expect(used).toEqual(['token-1', 'token-1-renewed']);
  expect(tokens.renewals).toEqual(['token-1']);
});

test.each([
  ['no JSON', '{"version":1,'],
  ['another format', '{"version":2,"accounts":[]}'],
  ['nothing', ''],
])('a file with %s in it is set aside and named, never overwritten', async (_, text) => {
  const { catalogue, files, seen, source, paths, sync } = setUp();
  files.contents.set(file, text);
  await catalogue.load();
  expect(paths()).toEqual([]);
  expect(seen.damaged).toMatchObject([{ code: 'file_damaged', details: { file } }]);
  expect(files.contents.get(`${file}.damaged`)).toBe(text);
  source.lists(prod);
  await sync();
  expect(files.contents.get(`${file}.damaged`)).toBe(text);
});

test('a full disk fails the sync, which still shows what it found; the old file stays', async () => {
  const { files, source, paths, sync } = setUp();
  source.lists(old);
  await sync();
  const before = files.contents.get(file);
  files.fillDisk();
  source.lists(prod);
  await expect(sync()).rejects.toMatchObject({ code: 'disk_full' });
  expect(paths()).toEqual(['acme/prod/Admin', 'acme/prod/ReadOnly']);
  expect(files.contents.get(file)).toBe(before);
});

test('a full disk does not hide why a sync broke off', async () => {
  const { files, source, sync } = setUp();
  files.fillDisk();
  source.listing = () => Promise.reject(broken);
  await expect(sync()).rejects.toBe(broken);
});

test('no token and no credentials are in the file', async () => {
  const { files, source, sync } = setUp();
  source.lists(prod, dev);
  await sync();
  const stored = JSON.parse(files.contents.get(file) ?? '');
  expect(Object.keys(stored).sort()).toEqual(['accounts', 'syncedAt', 'version']);
  expect(Object.keys(stored.accounts[0]).sort()).toEqual([
    'accountId',
    'accountName',
    'emailAddress',
    'roles',
  ]);
});

test('removing it leaves neither file nor accounts', async () => {
  const { catalogue, files, source, paths, sync } = setUp();
  source.lists(prod);
  await sync();
  await catalogue.remove();
  expect(paths()).toEqual([]);
  expect(files.contents.has(file)).toBe(false);
});
