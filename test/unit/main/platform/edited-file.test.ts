import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  backupOf,
  dropBackup,
  readBackup,
  readEditedFile,
  writeEditedFile,
} from '../../../../main/platform/edited-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyfob-edit-'));
  path = join(folder, 'config');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a change keeps the mode, and the earlier text beside the file, for its owner alone', async () => {
  writeFileSync(path, 'old');
  chmodSync(path, 0o640);
  await writeEditedFile({ path, before: 'old', after: 'new' }, { backup: true });
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(readFileSync(backupOf(path), 'utf8')).toBe('old');
  if (process.platform !== 'win32') {
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(statSync(backupOf(path)).mode & 0o777).toBe(0o600);
  }
  expect(readdirSync(folder).sort()).toEqual(['config', 'config.keyfob-backup']);
});

test('a symbolic link stays one; the file that it leads to is changed', async () => {
  mkdirSync(join(folder, 'dotfiles'));
  const real = join(folder, 'dotfiles', 'kubeconfig');
  writeFileSync(real, 'old');
  symlinkSync(real, path);
  await writeEditedFile({ path, before: 'old', after: 'new' }, { backup: true });
  expect(lstatSync(path).isSymbolicLink()).toBe(true);
  expect(readFileSync(real, 'utf8')).toBe('new');
  expect(await readBackup(path)).toBe('old');
});

test('what somebody else wrote meanwhile is not overwritten', async () => {
  writeFileSync(path, 'theirs');
  const edit = { path, before: 'old', after: 'new' };
  await expect(writeEditedFile(edit, { backup: false })).rejects.toMatchObject({
    code: 'file_write_failed',
    message: expect.stringContaining('meanwhile'),
    hint: expect.any(String),
  });
  expect(readFileSync(path, 'utf8')).toBe('theirs');
  await expect(
    writeEditedFile({ path, before: null, after: 'new' }, { backup: false }),
  ).rejects.toMatchObject({ code: 'file_write_failed' });
});

test('a file that there was not is made with its folder, and taken away again', async () => {
  const deep = join(folder, '.docker', 'config.json');
  await writeEditedFile({ path: deep, before: null, after: 'new' }, { backup: true });
  expect(readFileSync(deep, 'utf8')).toBe('new');
  expect(await readBackup(deep)).toBeNull();
  await writeEditedFile({ path: deep, before: 'new', after: null }, { backup: false });
  expect(await readEditedFile(deep)).toBeNull();
});

test('a folder that takes no file loses nothing', async () => {
  writeFileSync(join(folder, 'file'), '');
  const edit = { path: join(folder, 'file', 'config'), before: null, after: 'new' };
  await expect(writeEditedFile(edit, { backup: true })).rejects.toMatchObject({
    code: expect.stringMatching(/^file_/),
    hint: expect.any(String),
  });
});

test.each([
  ['a folder', () => mkdirSync(path)],
  ['bytes that are no text', () => writeFileSync(path, Buffer.from([0xff, 0xfe, 0x00]))],
  ['a huge file', () => writeFileSync(path, Buffer.alloc(17 * 1024 * 1024, 'a'))],
])('%s is not read as a file to edit', async (_what, make) => {
  make();
  await expect(readEditedFile(path)).rejects.toMatchObject({
    code: 'file_unreadable',
    hint: expect.any(String),
  });
});

test('the kept text can be dropped, also where there is none', async () => {
  writeFileSync(path, 'old');
  await writeEditedFile({ path, before: 'old', after: 'new' }, { backup: true });
  await dropBackup(path);
  await dropBackup(path);
  expect(await readBackup(path)).toBeNull();
});
