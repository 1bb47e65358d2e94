import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPassphrase } from '../../../../main/platform/passphrase.ts';
import { createSecrets } from '../../../../main/platform/secrets.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { createFakeFiles } from '../../../support/fake-storage.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyfob-secrets-'));
});
afterEach(async () => await rm(folder, { recursive: true, force: true }));

const secretsFor = (env: Record<string, string>) =>
  createSecrets({
    env,
    platform: 'linux',
    clock: createFakeClock(),
    files: createFakeFiles(),
    passphrase: createPassphrase(env),
  });

test.each([
  [undefined, 'os'],
  ['', 'os'],
  ['os', 'os'],
  ['file', 'file'],
  ['memory', 'memory'],
])('KEYFOB_KEYCHAIN=%s is the %s store', (value, kind) => {
  expect(secretsFor(value === undefined ? {} : { KEYFOB_KEYCHAIN: value }).kind).toBe(kind);
});

test('an unknown KEYFOB_KEYCHAIN is refused, never guessed', () => {
  expect(() => secretsFor({ KEYFOB_KEYCHAIN: 'flie' })).toThrow(
    expect.objectContaining({ code: 'invalid_input', hint: expect.stringContaining('memory') }),
  );
});

test('memory keeps secrets for as long as it lives', async () => {
  const secrets = secretsFor({ KEYFOB_KEYCHAIN: 'memory' });
  expect(await secrets.get('acme')).toBeNull();
  await secrets.set('acme', 'x');
  expect(await secrets.get('acme')).toBe('x');
  await secrets.delete('acme');
  expect(await secrets.get('acme')).toBeNull();
});

test('the passphrase is what its file holds, without the last newline', async () => {
  const path = join(folder, 'passphrase');
  await writeFile(path, ' open sesame \n');
  expect(await createPassphrase({ KEYFOB_PASSPHRASE_FILE: path })('open')).toBe(' open sesame ');
});

test('a passphrase file that is missing or empty is named', async () => {
  const path = join(folder, 'passphrase');
  const ask = createPassphrase({ KEYFOB_PASSPHRASE_FILE: path }, async () => 'never asked');
  const required = { code: 'passphrase_required', hint: expect.stringContaining(path) };
  await expect(ask('open')).rejects.toMatchObject(required);
  await writeFile(path, '\n');
  await expect(ask('open')).rejects.toMatchObject(required);
});

test('without a passphrase file a person is asked, if there is one', async () => {
  expect(await createPassphrase({}, async (purpose) => `typed to ${purpose}`)('create')).toBe(
    'typed to create',
  );
  expect(await createPassphrase({})('open')).toBeNull();
});
