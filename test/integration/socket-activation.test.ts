import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstat, mkdir, readdir, readFile, readlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { canShow } from '../support/can-show.ts';
import { compileCache } from '../support/compile-cache.ts';
import { temporaryFolder } from '../support/endpoint-stage.ts';
import { exchange, startHelperProcess } from '../support/helper-process.ts';

/** A service manager that listens for the helper, and starts it for the first client. */

const activated = test.runIf(canShow('activation by the socket', 'systemd-socket-activate'));
const daemon = join(import.meta.dirname, '../../main/daemon.ts');

const envOf = (home: string) => ({
  PATH: process.env.PATH ?? '',
  HOME: home,
  KEYFOB_HOME: join(home, 'keyfob'),
  KEYFOB_KEYCHAIN: 'memory',
  ...compileCache,
});

const socketOf = (home: string) => join(home, 'keyfob/helper.sock');

const statusAt = async (socket: string) =>
  JSON.parse((await exchange(socket, 'GET', '/v1/status')).body);

interface Activated {
  readonly child: ChildProcess;
  /** What it has printed on stderr so far. */
  stderr(): string;
}

/** systemd-socket-activate(1): systemd's own way to hand a socket over, without systemd. */
async function activate(home: string, listenAt = socketOf(home)): Promise<Activated> {
  await mkdir(join(home, 'keyfob'), { mode: 0o700 });
  const child = spawn(
    'systemd-socket-activate',
    [
      ...Object.entries(envOf(home)).map(([name, value]) => `--setenv=${name}=${value}`),
      `--listen=${listenAt}`,
      process.execPath,
      daemon,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  // The file is there a moment before anybody listens.
  await expect.poll(() => stderr).toContain('Listening on');
  return { child, stderr: () => stderr };
}

activated('the first client starts the helper, on the very socket that was waiting', async () => {
  const home = await temporaryFolder();
  const { child } = await activate(home);
  const { ino } = await lstat(socketOf(home));
  const status = await statusAt(socketOf(home));
  // The one who listened has become the helper.
  expect(status).toMatchObject({ pid: child.pid, activated: true });
  expect((await lstat(socketOf(home))).ino).toBe(ino);
  expect(await statusAt(socketOf(home))).toMatchObject({ pid: child.pid });
});

activated('at its end the socket stays, for the service manager to listen on', async () => {
  const home = await temporaryFolder();
  const { child } = await activate(home);
  await statusAt(socketOf(home));
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  expect((await lstat(socketOf(home))).isSocket()).toBe(true);
});

activated('what it starts does not inherit the socket', async () => {
  const home = await temporaryFolder();
  const { child } = await activate(home);
  await statusAt(socketOf(home));
  const flags = await readFile(`/proc/${child.pid}/fdinfo/3`, 'utf8');
  expect(await readlink(`/proc/${child.pid}/fd/3`)).toMatch(/^socket:/);
  // O_CLOEXEC, octal.
  const bits = Number.parseInt(/^flags:\s*(\d+)$/m.exec(flags)?.[1] ?? '', 8);
  expect(bits & 0o2000000).toBe(0o2000000);
});

activated('a socket elsewhere than clients look is refused, with a way out', async () => {
  const home = await temporaryFolder();
  const elsewhere = join(home, 'other.sock');
  const { child, stderr } = await activate(home, elsewhere);
  const closed = once(child, 'close');
  await exchange(elsewhere, 'GET', '/v1/status').catch(() => undefined);
  expect((await closed)[0]).toBe(1);
  expect(stderr()).toContain('is not the one at');
  expect(stderr()).toContain('KEYFOB_SOCK');
});

activated('a helper that is to replace it takes the name, and waits for its end', async () => {
  const home = await temporaryFolder();
  const { child } = await activate(home);
  await statusAt(socketOf(home));
  const exited = once(child, 'exit');
  const next = await startHelperProcess({ env: envOf(home), args: ['--replace'] });
  onTestFinished(async () => void (await next.end('SIGKILL')));
  expect(await exited).toEqual([0, null]);
  const status = await statusAt(socketOf(home));
  expect(status.pid).toBe(next.pid);
  expect(status.activated).toBeUndefined();
  await next.end();
  expect((await readdir(join(home, 'keyfob'))).filter((name) => name.endsWith('.sock'))).toEqual(
    [],
  );
});

activated('where another helper has taken the name, an activated one does not begin', async () => {
  const home = await temporaryFolder();
  const { child } = await activate(home);
  const { rename, unlink } = await import('node:fs/promises');
  const aside = join(home, 'waiting.sock');
  await rename(socketOf(home), aside);
  const other = createServer((_request, response) => response.end('{"pid":1}'));
  await new Promise<void>((resolve) => void other.listen(socketOf(home), resolve));
  onTestFinished(async () => {
    other.close();
    await unlink(aside).catch(() => undefined);
  });
  const exited = once(child, 'exit');
  await exchange(aside, 'GET', '/v1/status').catch(() => undefined);
  expect((await exited)[0]).toBe(1);
});
