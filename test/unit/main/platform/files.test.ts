import type { FileHandle } from 'node:fs/promises';
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileError } from '../../../../main/platform/file-errors.ts';
import { createFiles } from '../../../../main/platform/files.ts';
import { asNobody } from '../../../support/as-nobody.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';

const posix = process.platform !== 'win32';
let base = '';
let folder = '';

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'keyfob-files-'));
  folder = join(base, 'state', 'keyfob');
});
afterEach(async () => await rm(base, { recursive: true, force: true }));

const clock = createFakeClock(Date.UTC(2026, 0, 2, 3, 4, 5));
const setUp = () => createFiles({ folder, clock });

/** Files whose `method` is another one. */
function setUpWith(
  method: 'writeFile' | 'sync',
  replacement: (file: FileHandle, ...args: string[]) => Promise<void>,
) {
  const opened: typeof open = async (...args) => {
    const file = await open(...args);
    return new Proxy(file, {
      get(target, name) {
        if (name === method) return (...given: string[]) => replacement(target, ...given);
        const found = Reflect.get(target, name);
        return typeof found === 'function' ? found.bind(target) : found;
      },
    });
  };
  return createFiles({ folder, clock, open: opened });
}

/** A disk on which writing fails half-way, as when it is full. */
const setUpFull = (errno: string) =>
  setUpWith('writeFile', async (file, text = '') => {
    await file.writeFile(text.slice(0, 3));
    throw Object.assign(new Error(errno), { code: errno });
  });

const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

test('what is written is read; what is not there is null', async () => {
  const files = setUp();
  expect(await files.read('a.json')).toBeNull();
  await files.write('a.json', 'one €');
  await files.write('a.json', 'two');
  await files.write('accounts/acme.json', 'three');
  expect(await files.read('a.json')).toBe('two');
  expect(await files.read('accounts/acme.json')).toBe('three');
  await files.remove('a.json');
  await files.remove('a.json');
  expect(await files.read('a.json')).toBeNull();
  expect(await readdir(folder)).toEqual(['accounts']);
});

test.runIf(posix)('files are 0600 in 0700 folders, whatever the umask', async () => {
  const umask = process.umask(0);
  try {
    const files = setUp();
    await files.write('accounts/acme.json', 'x');
    await files.write('a.json', 'x');
    await chmod(join(folder, 'a.json'), 0o644);
    await files.write('a.json', 'y');
  } finally {
    process.umask(umask);
  }
  expect(await mode(folder)).toBe('700');
  expect(await mode(join(folder, 'accounts'))).toBe('700');
  expect(await mode(join(folder, 'a.json'))).toBe('600');
  expect(await mode(join(folder, 'accounts', 'acme.json'))).toBe('600');
});

test.runIf(posix)('a folder that others can read is closed to them', async () => {
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
  await setUp().write('a.json', 'x');
  expect(await mode(folder)).toBe('700');
});

test.runIf(posix)('a folder that others can write to is refused, for reading too', async () => {
  const files = setUp();
  await files.write('a.json', 'mine');
  await chmod(folder, 0o770);
  const unsafe = { code: 'folder_unsafe', hint: expect.stringContaining('chmod 700') };
  await expect(files.write('a.json', 'x')).rejects.toMatchObject(unsafe);
  await expect(files.read('a.json')).rejects.toMatchObject(unsafe);
  await expect(files.remove('a.json')).rejects.toMatchObject(unsafe);
  expect(await readFile(join(folder, 'a.json'), 'utf8')).toBe('mine');
});

test.runIf(posix)('a folder that belongs to another user is refused', async () => {
  let foreign = '/';
  if (process.getuid?.() === 0) {
    foreign = folder;
    await mkdir(foreign, { recursive: true });
    await chown(foreign, 12_345, 12_345);
  }
  const files = createFiles({ folder: foreign, clock });
  await expect(files.write('a.json', 'x')).rejects.toMatchObject({ code: 'folder_unsafe' });
});

test('a file in place of the folder is refused by name', async () => {
  await mkdir(join(base, 'state'));
  await writeFile(folder, '');
  await expect(setUp().write('a.json', 'x')).rejects.toMatchObject({
    code: 'file_write_failed',
    details: { path: folder },
  });
});

test.each(['ENOSPC', 'EDQUOT'])(
  'when the disk is full (%s) the old content stays',
  async (errno) => {
    await setUp().write('a.json', 'old');
    await expect(setUpFull(errno).write('a.json', 'newer')).rejects.toMatchObject({
      code: 'disk_full',
      hint: expect.stringContaining('Free some space'),
    });
    expect(await setUp().read('a.json')).toBe('old');
    expect(await readdir(folder)).toEqual(['a.json']);
  },
);

test('a power cut finds the old content or the new: it is on the disk before it takes the place', async () => {
  await setUp().write('a.json', 'old');
  const seen: (string | null)[] = [];
  const files = setUpWith('sync', async (file) => {
    seen.push(await setUp().read('a.json'));
    await file.sync();
  });
  await files.write('a.json', 'new');
  expect(seen).toEqual(['old']);
});

test('another failure to write leaves the old content too', async () => {
  await setUp().write('a.json', 'old');
  await expect(setUpFull('EIO').write('a.json', 'newer')).rejects.toMatchObject({
    code: 'file_write_failed',
    details: { reason: 'EIO' },
  });
  expect(await setUp().read('a.json')).toBe('old');
});

test('what cannot be read is not taken for missing', async () => {
  await mkdir(join(folder, 'a.json'), { recursive: true, mode: 0o700 });
  await expect(setUp().read('a.json')).rejects.toMatchObject({
    code: 'file_unreadable',
    details: { path: join(folder, 'a.json') },
  });
});

test.runIf(posix)('a folder of our own that is closed to us is no empty one', async () => {
  const nobody = 65_534;
  await setUp().write('a.json', 'mine');
  for (const path of [base, join(base, 'state')]) await chmod(path, 0o755);
  if (process.getuid?.() === 0) await chown(folder, nobody, nobody);
  await chmod(folder, 0);
  const [read, written] = await asNobody<object[]>(
    new URL('../../../../main/platform/files.ts', import.meta.url),
    `const clock = { now: () => 0, after: () => () => {} };
    const files = imported.createFiles({ folder: ${JSON.stringify(folder)}, clock });
    const failure = (error) => error.toInfo();
    return [await files.read('a.json').catch(failure), await files.write('a.json', 'x').catch(failure)];`,
  );
  await chmod(folder, 0o700);
  if (process.getuid?.() === 0) await chown(folder, 0, 0);
  expect(read).toMatchObject({
    code: 'file_unreadable',
    message: `${join(folder, 'a.json')} could not be read: permission denied.`,
    hint: expect.stringContaining('permissions'),
  });
  expect(written).toMatchObject({ code: 'file_write_failed', hint: expect.any(String) });
  expect(await setUp().read('a.json')).toBe('mine');
});

test('permission denied is said in words', () => {
  const denied = Object.assign(new Error('EACCES: …'), { code: 'EACCES' });
  expect(fileError('file_unreadable', denied, '/x/a.json', 'read')).toMatchObject({
    code: 'file_unreadable',
    message: '/x/a.json could not be read: permission denied.',
    hint: expect.stringContaining('permissions'),
  });
});

test.each(['../a', 'a/../../b', '/etc/passwd', 'a//b', '', '.', 'a\\b', 'a\0b', 'C:a', 'a/.'])(
  'the name %j stays outside',
  async (name) => {
    const files = setUp();
    const refused = { code: 'invalid_input' };
    await expect(files.read(name)).rejects.toMatchObject(refused);
    await expect(files.write(name, 'x')).rejects.toMatchObject(refused);
    await expect(files.remove(name)).rejects.toMatchObject(refused);
    await expect(files.setAside(name)).rejects.toMatchObject(refused);
  },
);

test('damaged files are set aside one beside the other, never one over the other', async () => {
  const files = setUp();
  const places: string[] = [];
  for (const text of ['first', 'second', 'third']) {
    await files.write('a.json', text);
    places.push(await files.setAside('a.json'));
    expect(await files.read('a.json')).toBeNull();
  }
  expect(places).toEqual([
    join(folder, 'a.json.damaged-20260102T030405Z'),
    join(folder, 'a.json.damaged-20260102T030405Z-2'),
    join(folder, 'a.json.damaged-20260102T030405Z-3'),
  ]);
  const texts = await Promise.all(places.map((path) => readFile(path, 'utf8')));
  expect(texts).toEqual(['first', 'second', 'third']);
});

test('setting aside what is not there fails and leaves nothing', async () => {
  const files = setUp();
  await files.write('b.json', 'x');
  await expect(files.setAside('a.json')).rejects.toMatchObject({ code: 'file_write_failed' });
  expect(await readdir(folder)).toEqual(['b.json']);
});

test('what a killed process left of a write is cleared, what another is writing is not', async () => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const left = '.a.json.0123456789abcdef.tmp';
  const fresh = '.a.json.fedcba9876543210.tmp';
  const other = '.a.json.notes.tmp';
  for (const name of [left, fresh, other]) await writeFile(join(folder, name), 'half');
  const now = clock.now() / 1_000;
  await utimes(join(folder, left), now - 3_600, now - 3_600);
  await utimes(join(folder, fresh), now - 1, now - 1);
  await setUp().write('a.json', 'x');
  expect((await readdir(folder)).sort()).toEqual([fresh, other, 'a.json'].sort());
});

test('writes at once leave one of them whole', async () => {
  const files = setUp();
  const texts = Array.from({ length: 20 }, (_, n) => String(n).repeat(50_000));
  await Promise.all(texts.map((text) => files.write('a.json', text)));
  expect(texts).toContain(await files.read('a.json'));
  expect(await readdir(folder)).toEqual(['a.json']);
});
