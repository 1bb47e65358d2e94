import { expect, test } from 'vitest';
import { type AskPassphrase, createFileSecrets } from '../../../../main/platform/secrets-file.ts';
import { KeyfobError } from '../../../../shared/errors.ts';
import { createFakeFiles } from '../../../support/fake-storage.ts';

function open(files = createFakeFiles(), passphrase: AskPassphrase = async () => 'open sesame') {
  const asked: string[] = [];
  const store = createFileSecrets({
    files,
    cost: { N: 2 ** 14, r: 8, p: 1 },
    passphrase: (purpose) => {
      asked.push(purpose);
      return passphrase(purpose);
    },
  });
  return { files, store, asked };
}

const content = (files: ReturnType<typeof createFakeFiles>) => files.contents.get('secrets.json');

test('secrets outlive the process, and are not in the file to be read', async () => {
  const { store, files, asked } = open();
  expect(await store.get('acme')).toBeNull();
  await store.set('acme', 'correct horse');
  await store.set('corp', 'battery staple'.repeat(2_000));
  expect(asked).toEqual(['create']);
  expect(content(files)).not.toMatch(/correct|battery|acme|sesame/);

  const again = open(files);
  expect(await again.store.get('acme')).toBe('correct horse');
  expect(await again.store.get('corp')).toBe('battery staple'.repeat(2_000));
  expect(again.asked).toEqual(['open']);
  await again.store.delete('acme');
  await again.store.delete('acme');
  expect(await open(files).store.get('acme')).toBeNull();
});

test('the parameters are stored, and each write has a nonce of its own', async () => {
  const { store, files } = open();
  await store.set('acme', 'x');
  const first = JSON.parse(content(files) ?? '');
  await store.set('acme', 'x');
  const second = JSON.parse(content(files) ?? '');
  expect(first).toMatchObject({
    version: 1,
    kdf: { name: 'scrypt', N: 16_384, r: 8, p: 1 },
    cipher: 'aes-256-gcm',
  });
  expect(second.kdf).toEqual(first.kdf);
  expect(second.nonce).not.toBe(first.nonce);
  expect(second.ciphertext).not.toBe(first.ciphertext);
});

test('guessing a passphrase costs what OWASP asks for', async () => {
  const files = createFakeFiles();
  await createFileSecrets({ files, passphrase: async () => 'open sesame' }).set('acme', 'x');
  expect(JSON.parse(content(files) ?? '').kdf).toMatchObject({ N: 2 ** 15, r: 8, p: 3 });
});

test('a wrong passphrase opens nothing, changes nothing, and is asked for again', async () => {
  const { store, files } = open();
  await store.set('acme', 'x');
  const before = content(files);
  let typed = 'close sesame';
  const wrong = open(files, async () => typed);
  await expect(wrong.store.get('acme')).rejects.toMatchObject({ code: 'passphrase_wrong' });
  await expect(wrong.store.set('acme', 'y')).rejects.toMatchObject({ code: 'passphrase_wrong' });
  expect([...files.contents]).toEqual([['secrets.json', before]]);
  typed = 'open sesame';
  expect(await wrong.store.get('acme')).toBe('x');
});

test.each([null, ''])('without a passphrase (%j) nothing is written or opened', async (none) => {
  const { store, files } = open(createFakeFiles(), async () => none);
  const required = {
    code: 'passphrase_required',
    hint: expect.stringContaining('KEYFOB_PASSPHRASE_FILE'),
  };
  await expect(store.set('acme', 'x')).rejects.toMatchObject(required);
  expect(files.contents.size).toBe(0);
  await open(files).store.set('acme', 'x');
  await expect(store.get('acme')).rejects.toMatchObject(required);
});

const flip = (base64: string) => (base64.startsWith('A') ? 'B' : 'A') + base64.slice(1);

test.each([
  ['cut short', (text: string) => text.slice(0, -40)],
  ['empty', () => ''],
  ['changed in its ciphertext', (text: string) => change(text, ['ciphertext'], flip)],
  ['changed in its tag', (text: string) => change(text, ['tag'], flip)],
  ['changed in its salt', (text: string) => change(text, ['kdf', 'salt'], flip)],
  ['of cheaper parameters', (text: string) => change(text, ['kdf', 'N'], () => 2)],
  ['of ruinous parameters', (text: string) => change(text, ['kdf', 'N'], () => 2 ** 40)],
  ['of a later version', (text: string) => change(text, ['version'], () => 2)],
])('a file %s is set aside, named and not overwritten', async (_case, damage) => {
  const { store, files } = open();
  await store.set('acme', 'x');
  const damaged = damage(content(files) ?? '');
  files.contents.set('secrets.json', damaged);

  const { store: later, asked } = open(files);
  const error = await later.get('acme').catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'secret_damaged',
    hint: expect.stringContaining('/state/secrets.json.damaged'),
  });
  expect(asked).toEqual([]);
  expect(await later.get('acme')).toBeNull();
  await later.set('acme', 'y');
  expect(files.contents.get('secrets.json.damaged')).toBe(damaged);
  expect(await open(files).store.get('acme')).toBe('y');
});

test('parameters swapped by someone who mends the checksum do not open it', async () => {
  const { createHash } = await import('node:crypto');
  const { store, files } = open();
  await store.set('acme', 'x');
  const file = JSON.parse(content(files) ?? '');
  const { kdf, check, nonce, tag } = file;
  const ciphertext = flip(file.ciphertext);
  const head = ['keyfob-secrets', 1, 'aes-256-gcm', 'scrypt', kdf.N, kdf.r, kdf.p, kdf.salt];
  const lines = [JSON.stringify(head), check, nonce, tag, ciphertext].join('\n');
  const checksum = createHash('sha256').update(lines).digest('base64');
  files.contents.set('secrets.json', JSON.stringify({ ...file, ciphertext, checksum }));
  await expect(open(files).store.get('acme')).rejects.toMatchObject({ code: 'secret_damaged' });
});

test('when the disk is full the old secrets stay, on disk and in memory', async () => {
  const { store, files } = open();
  await store.set('acme', 'old');
  files.fillDisk();
  await expect(store.set('acme', 'new')).rejects.toMatchObject({ code: 'disk_full' });
  expect(await store.get('acme')).toBe('old');
  files.heal();
  expect(await open(files).store.get('acme')).toBe('old');
});

test('an unreadable file is no empty one', async () => {
  const { store, files } = open();
  await store.set('acme', 'old');
  const before = content(files);
  const { store: later } = open(files);
  files.fail(new KeyfobError('file_unreadable', 'no'), 'read');
  await expect(later.set('acme', 'new')).rejects.toMatchObject({ code: 'file_unreadable' });
  expect(content(files)).toBe(before);
});

test('writes at once all arrive', async () => {
  const { store, files } = open();
  await Promise.all(['a', 'b', 'c'].map((key) => store.set(key, key.toUpperCase())));
  const { store: later, asked } = open(files);
  expect(await Promise.all(['a', 'b', 'c'].map((key) => later.get(key)))).toEqual(['A', 'B', 'C']);
  expect(asked).toEqual(['open']);
});

test('deriving the key does not hold up the loop', async () => {
  const { store } = open();
  let turns = 0;
  const count = () => {
    turns++;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  await store.set('acme', 'x');
  clearImmediate(timer);
  expect(turns).toBeGreaterThan(100);
});

function change<T>(text: string, [first = '', second]: string[], by: (value: string) => T): string {
  const file = JSON.parse(text);
  if (second === undefined) file[first] = by(file[first]);
  else file[first][second] = by(file[first][second]);
  return JSON.stringify(file);
}
