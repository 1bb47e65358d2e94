import { describe, expect, test } from 'vitest';
import { createAccounts } from '../../../../main/accounts/accounts.ts';
import { createStateStore, emptyState } from '../../../../main/state.ts';
import { KeyfobError } from '../../../../shared/errors.ts';
import { type ConnectionView, stateSchema } from '../../../../shared/model.ts';
import { listedAccount } from '../../../support/accounts.ts';
import { createFakePorts, type FakePortsOptions, settle } from '../../../support/fake-ports.ts';
import {
  createFakeSource,
  createFakeTokens,
  fakeSurroundings,
} from '../../../support/fake-source.ts';

const prod = listedAccount(1, 'prod', ['Admin', 'ReadOnly']);
const dev = listedAccount(2, 'dev');

function connectionView(name: string): ConnectionView {
  return {
    settings: {
      kind: 'identity-center',
      name,
      startUrl: 'https://acme.awsapps.com/start',
      region: 'eu-west-1',
      scopes: ['sso:account:access'],
      flow: 'auto',
    },
    session: { state: 'signed_in', renewable: true },
    catalogue: { accounts: 0, syncing: false },
  };
}

async function setUp(options: FakePortsOptions = {}, connections = ['acme']) {
  const ports = createFakePorts(options);
  const state = createStateStore(
    emptyState({ version: '0', pid: 1, startedAt: '2026-01-01T00:00:00Z', keychain: 'memory' }),
  );
  state.set('connections', connections.map(connectionView));
  const source = createFakeSource(ports.clock);
  const tokens = createFakeTokens();
  const accounts = createAccounts({
    ports,
    state,
    tokens,
    sourceFor: () => source,
    ...fakeSurroundings(),
  });
  await accounts.load(connections);
  const catalogue = () => state.get('connections')[0]?.catalogue;
  return {
    ports,
    clock: ports.clock,
    files: ports.files,
    state,
    source,
    tokens,
    accounts,
    catalogue,
  };
}

async function setUpListed(options: FakePortsOptions = {}) {
  const all = await setUp(options);
  all.source.lists(prod, dev);
  await all.accounts.sync('acme');
  return all;
}

describe('a sync', () => {
  test('fills the state, and tells how it stands', async () => {
    const { accounts, catalogue, clock, source, state } = await setUp();
    const gate = Promise.withResolvers<void>();
    source.listing = async ({ onAccount }) => {
      onAccount('000000000002', dev);
      await gate.promise;
    };
    const done = accounts.sync('acme');
    await clock.advance(1_000);
    expect(catalogue()).toEqual({ accounts: 1, syncing: true });
    gate.resolve();
    await done;
    expect(catalogue()).toEqual({
      accounts: 1,
      syncing: false,
      syncedAt: new Date(clock.now()).toISOString(),
    });
    expect(state.get('accounts').map(({ path }) => path)).toEqual(['acme/dev/Admin']);
    expect(stateSchema.parse(state.snapshot())).toEqual(state.snapshot());
  });

  test('is joined by whoever asks meanwhile', async () => {
    const { accounts, source } = await setUp();
    await Promise.all([accounts.sync('acme'), accounts.sync('acme'), accounts.sync('acme')]);
    expect(source.listings).toBe(1);
    await accounts.sync('acme');
    expect(source.listings).toBe(2);
  });

  test('that fails says why, until one succeeds', async () => {
    const { accounts, catalogue, source } = await setUp();
    source.listing = async () => {
      throw new KeyfobError('network_error', 'No network.', { hint: 'Plug it in.' });
    };
    await expect(accounts.sync('acme')).rejects.toMatchObject({ code: 'network_error' });
    expect(catalogue()).toEqual({
      accounts: 0,
      syncing: false,
      error: { code: 'network_error', message: 'No network.', hint: 'Plug it in.' },
    });
    source.lists(dev);
    await accounts.sync('acme');
    expect(catalogue()?.error).toBeUndefined();
  });

  test('of a connection that was added after the start works as well', async () => {
    const { accounts, source, state } = await setUp({}, []);
    state.set('connections', [connectionView('acme')]);
    source.lists(dev);
    await accounts.sync('acme');
    expect(accounts.resolve('dev').path).toBe('acme/dev/Admin');
  });

  test('is over when someone signs out', async () => {
    const { accounts, catalogue, source } = await setUp();
    source.listing = ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const done = accounts.sync('acme');
    await settle();
    accounts.dropCredentials('acme');
    await expect(done).rejects.toMatchObject({ code: 'sign_in_required' });
    expect(catalogue()).toEqual({ accounts: 0, syncing: false });
  });

  test('after signing in again at once is a new one, not the one just ended', async () => {
    const { accounts, source } = await setUp();
    source.listing = ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const first = accounts.sync('acme').catch(() => undefined);
    await settle();
    accounts.dropCredentials('acme');
    source.lists(dev);
    await accounts.sync('acme');
    await first;
    expect(accounts.resolve('dev').path).toBe('acme/dev/Admin');
  });
});

describe('the active account', () => {
  test('is the only one there is, when nobody chose', async () => {
    const { accounts, source, state } = await setUp();
    source.lists(dev);
    await accounts.sync('acme');
    expect(state.get('active')).toBe('acme/000000000002/Admin');
    expect(accounts.resolve(undefined).path).toBe('acme/dev/Admin');
  });

  test('is nobody’s guess when there are several', async () => {
    const { accounts, state } = await setUpListed();
    expect(state.get('active')).toBeNull();
    expect(() => accounts.resolve(undefined)).toThrow(
      expect.objectContaining({
        code: 'no_active_account',
        hint: expect.stringContaining('keyfob use'),
      }),
    );
  });

  test('is switched, and still that one after a restart', async () => {
    const first = await setUpListed();
    expect((await first.accounts.use('prod/Admin')).path).toBe('acme/prod/Admin');
    await first.accounts.use('dev');
    await first.accounts.close();
    const second = await setUp({ files: first.files });
    expect(second.state.get('active')).toBe('acme/000000000002/Admin');
    expect(second.accounts.resolve(undefined).path).toBe('acme/dev/Admin');
  });

  test('that was taken away is not silently replaced by another', async () => {
    const { accounts, source, state } = await setUpListed();
    await accounts.use('prod/Admin');
    source.lists(dev);
    await accounts.sync('acme');
    expect(state.get('active')).toBe('acme/000000000001/Admin');
    expect(() => accounts.resolve(undefined)).toThrow(
      expect.objectContaining({ code: 'no_active_account' }),
    );
  });

  test('does not change when the one asked for is unknown', async () => {
    const { accounts, state } = await setUpListed();
    await accounts.use('dev');
    await expect(accounts.use('nonsense')).rejects.toMatchObject({ code: 'unknown_account' });
    expect(state.get('active')).toBe('acme/000000000002/Admin');
  });
});

test('until the first listing is complete, an id works although it is not listed', async () => {
  const { accounts, source } = await setUp();
  const { account } = await accounts.credentials('acme/000000000009/Admin');
  expect(account).toMatchObject({ accountId: '000000000009', roleName: 'Admin' });
  source.lists(dev);
  await accounts.sync('acme');
  expect(() => accounts.resolve('acme/000000000009/Admin')).toThrow(
    expect.objectContaining({ code: 'unknown_account' }),
  );
  expect(() => accounts.resolve('beta/000000000009/Admin')).toThrow(
    expect.objectContaining({ code: 'unknown_account' }),
  );
});

describe('the list', () => {
  test('is searched, and narrowed to a connection or the favourites', async () => {
    const { accounts, state } = await setUpListed();
    const paths = (input: Partial<Parameters<typeof accounts.list>[0]>) =>
      accounts.list({ query: '', favourites: false, ...input }).map(({ path }) => path);
    expect(paths({ query: 'read' })).toEqual(['acme/prod/ReadOnly']);
    expect(paths({ connection: 'beta' })).toEqual([]);
    await accounts.setFavourite('prod/ReadOnly', true);
    expect(paths({})[0]).toBe('acme/prod/ReadOnly');
    expect(paths({ favourites: true })).toEqual(['acme/prod/ReadOnly']);
    await accounts.setFavourite('prod/ReadOnly', true);
    expect(state.get('favourites')).toEqual(['acme/000000000001/ReadOnly']);
    await accounts.setFavourite('prod/ReadOnly', false);
    expect(state.get('favourites')).toEqual([]);
  });

  test('has what a tool used before the rest', async () => {
    const { accounts, clock, state } = await setUpListed();
    await accounts.credentials('prod/ReadOnly');
    await clock.advance(1_000);
    expect(state.get('recent')).toEqual(['acme/000000000001/ReadOnly']);
    expect(accounts.list({ query: '', favourites: false })[0]?.path).toBe('acme/prod/ReadOnly');
  });
});

describe('credentials', () => {
  test('come with the account, and then without waiting', async () => {
    const { accounts, source } = await setUpListed();
    expect(accounts.cachedCredentials('dev')).toBeUndefined();
    const { account, credentials } = await accounts.credentials('dev');
    expect(account.path).toBe('acme/dev/Admin');
    expect(accounts.cachedCredentials('dev')).toEqual({ account, credentials });
    expect(accounts.cachedCredentials('acme/dev/Admin')?.credentials).toBe(credentials);
    expect(source.calls).toEqual(['000000000002/Admin token-1']);
  });

  test('of the active account follow the switch', async () => {
    const { accounts } = await setUpListed();
    await accounts.use('dev');
    await accounts.credentials(undefined);
    await accounts.use('prod/Admin');
    expect(accounts.cachedCredentials(undefined)).toBeUndefined();
    const { account } = await accounts.credentials(undefined);
    expect(account.path).toBe('acme/prod/Admin');
    expect(accounts.cachedCredentials(undefined)?.account).toBe(account);
  });

  test('of a text are not those of what it meant before a sync', async () => {
    const { accounts, source } = await setUpListed();
    await accounts.credentials('dev');
    source.lists(listedAccount(2, 'dev'), listedAccount(7, 'dev'));
    await accounts.sync('acme');
    expect(accounts.cachedCredentials('dev')).toBeUndefined();
    await expect(accounts.credentials('dev')).rejects.toMatchObject({ code: 'ambiguous_account' });
  });

  test('show when they end, and never what they are', async () => {
    const { accounts, clock, state } = await setUpListed();
    await accounts.credentials('dev');
    expect(state.get('credentials')).toEqual({
      'acme/000000000002/Admin': { expiresAt: new Date(clock.now() + 3_600_000).toISOString() },
    });
    expect(JSON.stringify(state.snapshot())).not.toMatch(/secret-key|session-token|AKID/);
    accounts.dropCredentials('acme');
    expect(state.get('credentials')).toEqual({});
  });

  test('are in no file', async () => {
    const { accounts, files } = await setUpListed();
    await accounts.credentials('dev');
    await accounts.use('dev');
    await accounts.close();
    const written = JSON.stringify([...files.contents]);
    expect(written).toContain('choices.json');
    expect(written).not.toMatch(/secret-key|session-token|token-1|AKID/);
  });
});

test('a removed connection leaves no file, no account and no choice behind', async () => {
  const { accounts, files, state } = await setUpListed();
  await accounts.use('dev');
  await accounts.setFavourite('prod/Admin', true);
  await accounts.credentials('dev');
  await accounts.forget('acme');
  expect(files.contents.has('accounts/acme.json')).toBe(false);
  expect(JSON.parse(files.contents.get('choices.json') ?? '')).toMatchObject({
    active: null,
    favourites: [],
  });
  expect(state.snapshot()).toMatchObject({
    accounts: [],
    active: null,
    favourites: [],
    credentials: {},
  });
});

test('a removal ends the sync under way, which leaves no file either', async () => {
  const { accounts, files, source } = await setUp();
  source.listing = ({ onAccount, signal }) => {
    onAccount('000000000002', dev);
    return new Promise((_, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason)),
    );
  };
  const done = accounts.sync('acme').catch(() => undefined);
  await settle();
  await accounts.forget('acme');
  await done;
  expect([...files.contents.keys()]).toEqual(['choices.json']);
});

test('files that are damaged or can not be read are among the problems, and the rest works', async () => {
  const { files } = createFakePorts();
  files.contents.set('accounts/acme.json', 'not JSON');
  files.contents.set('choices.json', '{}');
  const { accounts, source, state } = await setUp({ files });
  expect(state.get('problems')).toMatchObject([{ code: 'file_damaged' }, { code: 'file_damaged' }]);
  source.lists(dev);
  await accounts.sync('acme');
  expect(accounts.resolve('dev').path).toBe('acme/dev/Admin');
});

test('closing ends a sync, and keeps what it got', async () => {
  const { accounts, clock, files, source } = await setUp();
  source.listing = ({ onAccount, signal }) => {
    onAccount('000000000002', dev);
    return new Promise((_, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason)),
    );
  };
  const done = accounts.sync('acme');
  const refused = expect(done).rejects.toMatchObject({ code: 'helper_stopping' });
  await settle();
  await accounts.close();
  await refused;
  expect(files.contents.get('accounts/acme.json')).toContain('dev');
  expect(clock.waiting).toBe(0);
  await expect(accounts.sync('acme')).rejects.toMatchObject({ code: 'helper_stopping' });
});
