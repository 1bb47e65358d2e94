import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { FileHandle } from 'node:fs/promises';
import {
  chmod,
  chown,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createForeignFile } from '../../../../main/platform/foreign-file.ts';
import { asNobody } from '../../../support/as-nobody.ts';
import { temporaryFolder } from '../../../support/endpoint-stage.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';

const posix = process.platform !== 'win32';
const moment = Date.UTC(2026, 0, 2, 3, 4, 5);

async function setUp(text?: string, options: { keepBackups?: number; open?: typeof open } = {}) {
  const folder = join(await temporaryFolder(), '.aws');
  const path = join(folder, 'config');
  if (text !== undefined) {
    await mkdir(folder);
    await writeFile(path, text, { mode: 0o600 });
  }
  const clock = createFakeClock(moment);
  return { folder, path, clock, file: createForeignFile({ path, clock, ...options }) };
}

/** Files whose `method` is another one. */
function opening(
  method: 'writeFile' | 'sync',
  replacement: (file: FileHandle, ...args: (string | Uint8Array)[]) => Promise<void>,
): typeof open {
  return async (...args) => {
    const file = await open(...args);
    return new Proxy(file, {
      get(target, name) {
        if (name === method) return (...given: string[]) => replacement(target, ...given);
        const found = Reflect.get(target, name);
        return typeof found === 'function' ? found.bind(target) : found;
      },
    });
  };
}

const full = (errno: string) =>
  opening('writeFile', async (file, text = '') => {
    await file.writeFile(text.slice(0, 3));
    throw Object.assign(new Error(errno), { code: errno });
  });

const mode = async (path: string) => ((await stat(path)).mode & 0o7777).toString(8);

test('what was read is replaced, and lies beside the file as a backup', async () => {
  const { file, folder, path } = await setUp('old \r\n');
  const since = await file.read();
  expect(since).toMatchObject({ path, text: 'old \r\n' });
  const { backup } = await file.write('new', since);
  expect(backup).toBe(`${path}.keyfob-20260102T030405Z`);
  expect(await readFile(path, 'utf8')).toBe('new');
  expect(await readFile(String(backup), 'utf8')).toBe('old \r\n');
  expect((await readdir(folder)).sort()).toEqual(['config', 'config.keyfob-20260102T030405Z']);
});

test('where there is no file, none is backed up, and its folder is made', async () => {
  const { file, folder, path } = await setUp();
  const since = await file.read();
  expect(since.text).toBeNull();
  expect(await file.write('new', since)).toEqual({ path, backup: null });
  expect(await readFile(path, 'utf8')).toBe('new');
  if (posix) expect([await mode(folder), await mode(path)]).toEqual(['700', '600']);
});

test('a byte order mark, line ends and a missing last one come back as they are', async () => {
  const text = '\uFEFF[default]\r\nregion = x\n\n# é €';
  const { file, path } = await setUp(text);
  const since = await file.read();
  expect(since.text).toBe(text);
  await file.write(text, since);
  expect(await readFile(path, 'utf8')).toBe(text);
});

test('what is not UTF-8 is refused by its line, and stays', async () => {
  const { file, path } = await setUp('');
  const bytes = Buffer.from('[default]\n# caf\xe9\nregion = x\n', 'latin1');
  await writeFile(path, bytes);
  await expect(file.read()).rejects.toMatchObject({
    code: 'file_unreadable',
    message: expect.stringContaining('line 2'),
    hint: expect.stringContaining('UTF-8'),
    details: { line: 2 },
  });
  expect(await readFile(path)).toEqual(bytes);
});

test('who wrote since it was read is not written over', async () => {
  const { file, folder, path } = await setUp('old');
  const since = await file.read();
  await writeFile(path, 'theirs');
  const changed = { code: 'file_changed', hint: expect.stringContaining('Try again') };
  await expect(file.write('ours', since)).rejects.toMatchObject(changed);
  expect(await readFile(path, 'utf8')).toBe('theirs');
  expect(await readdir(folder)).toEqual(['config']);
});

test('not even who writes while the new content goes to the disk', async () => {
  const { path, clock } = await setUp('old');
  const racing = createForeignFile({
    path,
    clock,
    open: opening('sync', async (file) => {
      await file.sync();
      await writeFile(path, 'theirs');
    }),
  });
  await expect(racing.write('ours', await racing.read())).rejects.toMatchObject({
    code: 'file_changed',
  });
  expect(await readFile(path, 'utf8')).toBe('theirs');
});

test('a file that came, or went, since is noticed', async () => {
  const { file, folder, path } = await setUp();
  const none = await file.read();
  await mkdir(folder);
  await writeFile(path, 'theirs');
  await expect(file.write('ours', none)).rejects.toMatchObject({ code: 'file_changed' });
  expect(await readFile(path, 'utf8')).toBe('theirs');
});

test('being touched is no change', async () => {
  const { file, path } = await setUp('old');
  const since = await file.read();
  await utimes(path, 1, 1);
  await file.write('new', since);
  expect(await readFile(path, 'utf8')).toBe('new');
});

test.runIf(posix)('its mode stays, and its backup is no more open than it', async () => {
  for (const bits of [0o600, 0o640, 0o644]) {
    const { file, path } = await setUp('old');
    await chmod(path, bits);
    const { backup } = await file.write('new', await file.read());
    expect(await mode(path)).toBe(bits.toString(8));
    expect(await mode(String(backup))).toBe(bits.toString(8));
  }
});

test.runIf(posix && process.getuid?.() === 0)('its owner stays', async () => {
  const { file, path } = await setUp('old');
  await chown(path, 12_345, 12_346);
  await file.write('new', await file.read());
  expect(await stat(path)).toMatchObject({ uid: 12_345, gid: 12_346 });
});

test.runIf(posix)('a symlink stays one: what it leads to is written', async () => {
  const { file, folder, path } = await setUp('');
  const dotfiles = join(folder, '..', 'dotfiles');
  await mkdir(dotfiles);
  await writeFile(join(dotfiles, 'aws'), 'old');
  await symlink('../dotfiles/aws', join(folder, 'link'));
  const linked = createForeignFile({ path: join(folder, 'link'), clock: createFakeClock(moment) });
  const { backup } = await linked.write('new', await linked.read());
  expect(await readlink(join(folder, 'link'))).toBe('../dotfiles/aws');
  expect(await readFile(join(dotfiles, 'aws'), 'utf8')).toBe('new');
  expect(backup).toBe(join(dotfiles, 'aws.keyfob-20260102T030405Z'));
  expect((await file.read()).path).toBe(path);
});

test.runIf(posix)('a symlink to nothing yet names the file that is made', async () => {
  const { folder, clock } = await setUp('');
  await symlink('elsewhere/config', join(folder, 'link'));
  const linked = createForeignFile({ path: join(folder, 'link'), clock });
  await linked.write('new', await linked.read());
  expect(await readFile(join(folder, 'elsewhere', 'config'), 'utf8')).toBe('new');
  expect(await readlink(join(folder, 'link'))).toBe('elsewhere/config');
});

test.runIf(posix)('symlinks in circles are refused', async () => {
  const { folder, clock } = await setUp('');
  await symlink('b', join(folder, 'a'));
  await symlink('a', join(folder, 'b'));
  const circle = createForeignFile({ path: join(folder, 'a'), clock });
  await expect(circle.read()).rejects.toMatchObject({
    code: 'file_unreadable',
    message: expect.stringContaining('circles'),
  });
});

test('a read-only file is not written, though its folder would allow it', async () => {
  const { file, folder, path } = await setUp('old');
  await chmod(path, 0o444);
  await expect(file.write('new', await file.read())).rejects.toMatchObject({
    code: 'file_write_failed',
    message: expect.stringContaining('read-only'),
    hint: expect.any(String),
  });
  expect(await readFile(path, 'utf8')).toBe('old');
  expect(await readdir(folder)).toEqual(['config']);
});

test.runIf(posix)('a folder that can not be written to leaves all as it was', async () => {
  const { folder, path } = await setUp('old');
  await chmod(join(folder, '..'), 0o755);
  await chmod(path, 0o666);
  await chmod(folder, 0o555);
  const failure = await asNobody(
    new URL('../../../../main/platform/foreign-file.ts', import.meta.url),
    `const clock = { now: () => ${moment}, after: () => () => {} };
    const file = imported.createForeignFile({ path: ${JSON.stringify(path)}, clock });
    return await file.write('new', await file.read()).catch((error) => error.toInfo());`,
  );
  await chmod(folder, 0o700);
  expect(failure).toMatchObject({
    code: 'file_write_failed',
    message: expect.stringContaining('permission denied'),
    hint: expect.stringContaining('permissions'),
  });
  expect(await readFile(path, 'utf8')).toBe('old');
});

test.each(['ENOSPC', 'EDQUOT'])('a full disk (%s) leaves all as it was', async (errno) => {
  const { folder, path, clock } = await setUp('old');
  const file = createForeignFile({ path, clock, open: full(errno) });
  await expect(file.write('new', await file.read())).rejects.toMatchObject({
    code: 'disk_full',
    hint: expect.stringContaining('Free some space'),
  });
  expect(await readFile(path, 'utf8')).toBe('old');
  expect(await readdir(folder)).toEqual(['config']);
});

test('a disk that fills up after the backup leaves the file as it was', async () => {
  const { path, clock } = await setUp('old');
  let writes = 0;
  const file = createForeignFile({
    path,
    clock,
    open: opening('writeFile', async (handle, text = '') => {
      writes += 1;
      if (writes === 2) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
      await handle.writeFile(text);
    }),
  });
  await expect(file.write('new', await file.read())).rejects.toMatchObject({ code: 'disk_full' });
  expect(await readFile(path, 'utf8')).toBe('old');
});

test('a power cut finds the old content or the new: it is on the disk before it takes the place', async () => {
  const { path, clock } = await setUp('old');
  const seen: string[] = [];
  const file = createForeignFile({
    path,
    clock,
    open: opening('sync', async (handle) => {
      seen.push(await readFile(path, 'utf8'));
      await handle.sync();
    }),
  });
  await file.write('new', await file.read());
  expect(seen).toEqual(['old', 'old']);
});

test('of the backups the newest stay, and files that only look alike', async () => {
  const { file, folder, clock } = await setUp('0', { keepBackups: 3 });
  await writeFile(join(folder, 'config.keyfob-notes'), 'mine');
  for (const text of ['1', '2', '3', '4', '5']) {
    await file.write(text, await file.read());
    if (text !== '4') await clock.advance(1_000);
  }
  const names = (await readdir(folder)).sort();
  expect(names).toEqual([
    'config',
    'config.keyfob-20260102T030407Z',
    'config.keyfob-20260102T030408Z',
    'config.keyfob-20260102T030408Z-2',
    'config.keyfob-notes',
  ]);
  expect(await readFile(join(folder, 'config.keyfob-20260102T030408Z-2'), 'utf8')).toBe('4');
});

test('what is no ordinary file, or too large, is not read', async () => {
  const { folder, clock } = await setUp('12345');
  const unreadable = { code: 'file_unreadable', hint: expect.any(String) };
  await expect(createForeignFile({ path: folder, clock }).read()).rejects.toMatchObject(unreadable);
  const small = createForeignFile({ path: join(folder, 'config'), clock, maxBytes: 4 });
  await expect(small.read()).rejects.toMatchObject(unreadable);
});

test.runIf(posix)('killed with -9 at random moments, the file is whole every time', async () => {
  const { folder, path } = await setUp('A'.repeat(300_000));
  const script = `
    const { createForeignFile } = await import(${JSON.stringify(new URL('../../../../main/platform/foreign-file.ts', import.meta.url).href)});
    const clock = { now: () => Date.now(), after: () => () => {} };
    const file = createForeignFile({ path: ${JSON.stringify(path)}, clock });
    process.stdout.write('ready');
    for (let n = 0; ; n += 1) {
      const since = await file.read();
      await file.write(String.fromCharCode(65 + (n % 26)).repeat(300_000), since);
    }`;
  for (let round = 0; round < 8; round += 1) {
    const child: ChildProcess = spawn(process.execPath, ['--input-type=module', '-e', script]);
    await once(child.stdout ?? child, 'data');
    await sleep(Math.random() * 60);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await readFile(path, 'utf8')).toMatch(/^([A-Z])\1{299999}$/);
  }
  // What a kill leaves is cleared by a write a minute later.
  await writeFile(join(folder, '.config.0123456789abcdef.tmp'), 'half');
  const later = createForeignFile({ path, clock: createFakeClock(Date.now() + 120_000) });
  await later.write('end', await later.read());
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});
