import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, lstat, mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isListening } from '../../../../main/endpoint/peer.ts';
import { createClock } from '../../../../main/platform/clock.ts';
import { createSockets } from '../../../../main/platform/sockets.ts';
import { temporaryFolder } from '../../../support/endpoint-stage.ts';

const clock = createClock();
const sockets = createSockets(process.platform, []);

/** A server as the endpoint has it, and what its claim needs. */
function createListener() {
  const server: Server = createServer((socket) => socket.destroy());
  onTestFinished(() => void server.close());
  const claim = {
    inUse: (path: string) => isListening(path, clock),
    listen: (path: string) => new Promise<void>((resolve) => void server.listen(path, resolve)),
  };
  return { server, claim };
}

/** A socket whose process was killed. */
async function leaveStaleSocket(path: string): Promise<void> {
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('up'))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect((await lstat(path)).isSocket()).toBe(true);
}

test('folder and socket are open to their owner alone, and nothing else is left there', async () => {
  const folder = join(await temporaryFolder(), 'new', 'keyfob');
  const path = join(folder, 'helper.sock');
  const { claim } = createListener();
  const before = process.umask(0);
  try {
    expect(await sockets.claim(path, claim)).not.toBeNull();
  } finally {
    process.umask(before);
  }
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect((await lstat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['helper.sock']);
  expect(await isListening(path, clock)).toBe(true);
});

test('a socket left by a killed process is replaced', async () => {
  const path = join(await temporaryFolder(), 'helper.sock');
  await leaveStaleSocket(path);
  expect(await sockets.claim(path, createListener().claim)).not.toBeNull();
  expect(await isListening(path, clock)).toBe(true);
});

test('a socket where somebody listens is left alone', async () => {
  const path = join(await temporaryFolder(), 'helper.sock');
  await sockets.claim(path, createListener().claim);
  const { ino } = await lstat(path);
  expect(await sockets.claim(path, createListener().claim)).toBeNull();
  expect((await lstat(path)).ino).toBe(ino);
});

test('of many at once on a stale socket, one wins', async () => {
  const path = join(await temporaryFolder(), 'helper.sock');
  await leaveStaleSocket(path);
  const claims = await Promise.all(
    Array.from({ length: 10 }, () => sockets.claim(path, createListener().claim)),
  );
  expect(claims.filter((release) => release !== null)).toHaveLength(1);
  expect(await isListening(path, clock)).toBe(true);
});

test('the way out removes the socket, unless another has taken its place', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'helper.sock');
  const first = createListener();
  const releaseFirst = await sockets.claim(path, first.claim);
  // Somebody deletes the socket of a living helper, and a second one starts.
  const { unlink } = await import('node:fs/promises');
  await unlink(path);
  const releaseSecond = await sockets.claim(path, createListener().claim);
  await releaseFirst?.();
  first.server.close();
  await once(first.server, 'close');
  expect(await isListening(path, clock)).toBe(true);
  await releaseSecond?.();
  expect(await readdir(folder)).toEqual([]);
});

test.each([0o777, 0o770, 0o720, 0o755, 0o701])('a folder with mode %o is refused', async (mode) => {
  const folder = join(await temporaryFolder(), 'shared');
  await mkdir(folder);
  await chmod(folder, mode);
  const error = await sockets
    .claim(join(folder, 'helper.sock'), createListener().claim)
    .catch((thrown) => thrown);
  expect(error).toMatchObject({
    code: 'folder_unsafe',
    hint: expect.stringContaining('chmod 700'),
  });
  expect(error.message).toContain(folder);
  expect(await readdir(folder)).toEqual([]);
  expect((await stat(folder)).mode & 0o777).toBe(mode);
});

test("Keyfob's own folder is closed to readers, but refused where others can write", async () => {
  const folder = join(await temporaryFolder(), 'state');
  const own = createSockets(process.platform, [folder]);
  await mkdir(folder);
  await chmod(folder, 0o777);
  const path = join(folder, 'helper.sock');
  await expect(own.claim(path, createListener().claim)).rejects.toMatchObject({
    code: 'folder_unsafe',
  });
  await chmod(folder, 0o755);
  expect(await own.claim(path, createListener().claim)).not.toBeNull();
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});

test("another user's folder is refused", async () => {
  const error = await sockets.claim('/usr/helper.sock', createListener().claim).catch((e) => e);
  expect(error).toMatchObject({ code: 'folder_unsafe' });
});

test.each(['file', 'folder', 'link to nowhere'])(
  'a %s in the way is named, not removed',
  async (kind) => {
    const path = join(await temporaryFolder(), 'helper.sock');
    if (kind === 'file') await writeFile(path, 'precious');
    else if (kind === 'folder') await mkdir(path);
    else await symlink('/nowhere', path);
    await expect(sockets.claim(path, createListener().claim)).rejects.toMatchObject({
      code: 'socket_unusable',
      message: expect.stringContaining(path),
      hint: expect.stringContaining('KEYFOB_SOCK'),
    });
    expect(await readdir(dirname(path))).toEqual(['helper.sock']);
  },
);

test('a path longer than the system takes is an error that points to KEYFOB_SOCK', async () => {
  const folder = await temporaryFolder();
  const longest = process.platform === 'linux' ? 107 : 103;
  const fits = join(folder, 'x'.repeat(longest - Buffer.byteLength(folder) - 1));
  expect(await sockets.claim(fits, createListener().claim)).not.toBeNull();
  const error = await sockets.claim(`${fits}x`, createListener().claim).catch((e) => e);
  expect(error).toMatchObject({ code: 'socket_unusable', details: { longest } });
  expect(error.hint).toContain('KEYFOB_SOCK');
});

test('the limit counts bytes, not letters', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'é'.repeat(50));
  await expect(sockets.claim(path, createListener().claim)).rejects.toMatchObject({
    code: 'socket_unusable',
  });
});

test("on Windows the pipe's name is all there is", async () => {
  const windows = createSockets('win32', []);
  const listened: string[] = [];
  const claim = {
    inUse: async () => false,
    listen: async (path: string) => void listened.push(path),
  };
  const pipe = '\\\\.\\pipe\\keyfob-jo';
  expect(await windows.claim(pipe, claim)).not.toBeNull();
  expect(await windows.claim(pipe, { ...claim, inUse: async () => true })).toBeNull();
  expect(listened).toEqual([pipe]);
});
