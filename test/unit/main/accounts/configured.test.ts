import { expect, test } from 'vitest';
import { createConfigured } from '../../../../main/accounts/configured.ts';
import type { ConfiguredAccount } from '../../../../shared/account.ts';
import { assumed, iamToken, tokenAccount } from '../../../support/configured-accounts.ts';
import { createFakePorts } from '../../../support/fake-ports.ts';

const file = 'configured-accounts.json';
const source = 'acme/111122223333/Admin';

async function setUp(ports = createFakePorts()) {
  const problems: unknown[] = [];
  let changes = 0;
  const configured = createConfigured({
    files: ports.files,
    onChange: () => void changes++,
    onProblem: (error) => void problems.push(error),
  });
  await configured.load();
  return { configured, files: ports.files, ports, problems, changes: () => changes };
}

const paths = (accounts: readonly ConfiguredAccount[]) => accounts.map(({ path }) => path);

test('what was added is there after a restart, by name', async () => {
  const first = await setUp();
  await first.configured.add(assumed('acme/second', { source }));
  await first.configured.add(assumed('acme/first', { source, externalId: 'x1' }));
  await first.configured.add(tokenAccount('corp/api', { scopes: ['orders:read'] }));
  const second = await setUp(createFakePorts({ files: first.files }));
  expect(paths(second.configured.of('acme'))).toEqual(['acme/first', 'acme/second']);
  expect(second.configured.of('corp')).toEqual([
    tokenAccount('corp/api', { scopes: ['orders:read'] }),
  ]);
  expect(second.problems).toEqual([]);
});

test('a second one of the same name is refused', async () => {
  const { configured } = await setUp();
  await configured.add(assumed('acme/a', { source }));
  await expect(configured.add(assumed('acme/a', { source }))).rejects.toMatchObject({
    code: 'account_exists',
  });
});

test('one that others need stays, and they are named', async () => {
  const { configured } = await setUp();
  await configured.add(assumed('acme/a', { source }));
  await configured.add(assumed('acme/b', { source: 'acme/a' }));
  await configured.add(
    iamToken('corp/c', { source: 'acme/a', subject: { connection: 'corp', token: 'id' } }),
  );
  await expect(configured.remove('acme/a')).rejects.toMatchObject({
    code: 'account_in_use',
    message: 'acme/a is needed by acme/b, corp/c.',
    details: { neededBy: ['acme/b', 'corp/c'] },
  });
  await configured.remove('acme/b');
  await configured.remove('corp/c');
  await configured.remove('acme/a');
  expect(configured.of('acme')).toEqual([]);
});

test('one that a provider lists can not be removed', async () => {
  const { configured } = await setUp();
  await expect(configured.remove(source)).rejects.toMatchObject({ code: 'unknown_account' });
});

test('where the disk is full nothing has changed', async () => {
  const { changes, configured, files } = await setUp();
  await configured.add(assumed('acme/a', { source }));
  const before = changes();
  files.fillDisk();
  await expect(configured.add(assumed('acme/b', { source }))).rejects.toMatchObject({
    code: 'disk_full',
  });
  await expect(configured.remove('acme/a')).rejects.toMatchObject({ code: 'disk_full' });
  expect(paths(configured.of('acme'))).toEqual(['acme/a']);
  expect(changes()).toBe(before);
});

test('a connection goes with its accounts, unless others elsewhere need them', async () => {
  const { configured } = await setUp();
  await configured.add(assumed('acme/a', { source }));
  await configured.add(assumed('beta/b', { source: 'acme/a' }));
  await configured.add(
    iamToken('beta/c', {
      source: 'beta/1/Admin',
      subject: { connection: 'corp', token: 'id' },
    }),
  );
  expect(() => configured.checkForget('acme')).toThrow('acme is needed by beta/b.');
  expect(() => configured.checkForget('corp')).toThrow('corp is needed by beta/c.');
  configured.checkForget('beta');
  await configured.forget('beta');
  configured.checkForget('acme');
  await configured.forget('acme');
  expect(configured.of('acme')).toEqual([]);
});

test('a damaged file is set aside, and never overwritten', async () => {
  const ports = createFakePorts();
  ports.files.contents.set(file, '{"version":1,"accounts":[{"kind":"aws-role"}]}');
  const { configured, files, problems } = await setUp(ports);
  expect(problems).toMatchObject([{ code: 'file_damaged' }]);
  await configured.add(assumed('acme/a', { source }));
  expect([...files.contents.values()].some((text) => text.includes('"aws-role"'))).toBe(true);
});

test('a file that can not be read is not written either', async () => {
  const ports = createFakePorts();
  const good = await setUp(ports);
  await good.configured.add(assumed('acme/a', { source }));
  const again = createConfigured({
    files: { ...ports.files, read: () => Promise.reject(new Error('no')) },
    onChange: () => undefined,
    onProblem: () => undefined,
  });
  await expect(again.load()).rejects.toThrow('no');
  await expect(again.add(assumed('acme/b', { source }))).rejects.toThrow('no');
  expect(ports.files.contents.get(file)).toContain('acme/a');
});

test('circles that a hand has written are left out and told, and the rest works', async () => {
  const ports = createFakePorts();
  const accounts = [
    assumed('acme/a', { source: 'acme/b' }),
    assumed('acme/b', { source: 'acme/a' }),
    assumed('acme/good', { source }),
  ];
  ports.files.contents.set(file, JSON.stringify({ version: 1, accounts }));
  const { configured, problems } = await setUp(ports);
  expect(paths(configured.of('acme'))).toEqual(['acme/good']);
  expect(problems).toMatchObject([{ code: 'account_cycle' }, { code: 'account_cycle' }]);
  await configured.add(assumed('acme/more', { source }));
  expect(ports.files.contents.get(file)).toContain('"acme/b"');
});
