import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, lstat, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test } from 'vitest';
import { compileCache } from '../support/compile-cache.ts';
import { requestBytes, sendBytes, temporaryFolder } from '../support/endpoint-stage.ts';
import { exchange } from '../support/helper-process.ts';
import { openSimulator } from '../support/helper-stage.ts';

/** The headless helper as a process: what only processes and signals show. */

const daemonScript = join(import.meta.dirname, '../../main/daemon.ts');

interface Daemon {
  readonly child: ChildProcess;
  readonly pid: number;
  /** The first line of stdout, parsed. Rejects if the process ends without one. */
  ready(): Promise<{ ready: boolean; socket: string; url: string }>;
  /** Exit code, or the signal that ended it. */
  exit(): Promise<number | NodeJS.Signals | null>;
  readonly stdout: string;
  readonly stderr: string;
}

function startDaemon(
  home: string,
  options: { env?: Record<string, string>; args?: string[]; nodeArgs?: string[] } = {},
): Daemon {
  const { env = {}, args = [], nodeArgs = [] } = options;
  const child = spawn(process.execPath, [...nodeArgs, daemonScript, ...args], {
    env: {
      PATH: process.env.PATH,
      HOME: home,
      KEYFOB_HOME: home,
      KEYFOB_KEYCHAIN: 'memory',
      ...compileCache,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (part) => {
    stdout += part;
  });
  child.stderr.on('data', (part) => {
    stderr += part;
  });
  const exited = once(child, 'close').then(([code, signal]) => code ?? signal);
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await exited;
  });
  return {
    child,
    pid: child.pid ?? -1,
    async ready() {
      while (!stdout.includes('\n')) {
        const ended = await Promise.race([
          once(child.stdout, 'data').then(() => null),
          exited.then(() => true),
        ]);
        if (ended && !stdout.includes('\n')) throw new Error(`It ended: ${stderr}`);
      }
      return JSON.parse(stdout.split('\n')[0] ?? '');
    },
    exit: () => exited,
    get stdout() {
      return stdout;
    },
    get stderr() {
      return stderr;
    },
  };
}

const statusOf = async (socket: string) =>
  JSON.parse((await exchange(socket, 'GET', '/v1/status')).body);

async function freshHome(): Promise<string> {
  return join(await temporaryFolder(), 'keyfob');
}

test('it prints one line of JSON when it is ready, and nothing else', async () => {
  const home = await freshHome();
  const daemon = startDaemon(home);
  const socket = join(home, 'helper.sock');
  const url = expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d{4,5}$/);
  const ready = await daemon.ready();
  expect(ready).toEqual({ ready: true, socket, url });
  expect(await statusOf(socket)).toMatchObject({ pid: daemon.pid, protocol: 1 });
  daemon.child.kill('SIGTERM');
  expect(await daemon.exit()).toBe(0);
  expect(daemon.stdout).toBe(`${JSON.stringify(ready)}\n`);
  expect(daemon.stderr).toBe('');
});

describe('it ends in good order', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('on %s', async (signal) => {
    const home = await freshHome();
    const daemon = startDaemon(home);
    await daemon.ready();
    daemon.child.kill(signal);
    expect(await daemon.exit()).toBe(0);
    expect(await readdir(home)).toEqual(['endpoint.json', 'log']);
  });

  test('when asked by the command', async () => {
    const home = await freshHome();
    const daemon = startDaemon(home);
    const { socket } = await daemon.ready();
    const { status } = await exchange(socket, 'POST', '/v1/commands/shutdown', '{}');
    expect(status).toBe(200);
    expect(await daemon.exit()).toBe(0);
  });

  test('with idle and watching clients connected', async () => {
    const daemon = startDaemon(await freshHome());
    const { socket } = await daemon.ready();
    const watching = connect(socket);
    const idle = connect(socket);
    const closed = [once(watching, 'close'), once(idle, 'close')];
    idle.on('data', () => {});
    watching.write(requestBytes('/v1/events', { Connection: 'keep-alive' }));
    await once(watching, 'data');
    watching.on('data', () => {});
    const began = performance.now();
    daemon.child.kill('SIGTERM');
    expect(await daemon.exit()).toBe(0);
    // Five seconds is what it waits for answers.
    expect(performance.now() - began).toBeLessThan(4_500);
    await Promise.all(closed);
  });

  test.each([
    ['after the answers in flight', 0],
    ['after the answers in flight, though something goes wrong meanwhile', 1],
  ])('%s', async (_how, code) => {
    const simulator = await openSimulator();
    const crash = `process.on('SIGUSR2', () => { throw new Error('unexpected'); })`;
    const home = await freshHome();
    const daemon = startDaemon(home, {
      env: simulator.env(),
      nodeArgs: ['--import', `data:text/javascript,${encodeURIComponent(crash)}`],
    });
    const { socket } = await daemon.ready();
    const call = async (name: string, input: unknown) => {
      const { body } = await exchange(
        socket,
        'POST',
        `/v1/commands/${name}`,
        JSON.stringify(input),
      );
      return JSON.parse(body).value;
    };
    await call('connection.add', {
      kind: 'identity-center',
      name: 'acme',
      startUrl: simulator.startUrl,
      region: simulator.region,
    });
    const { userCode } = await call('signIn.start', { connection: 'acme', flow: 'device' });
    simulator.approve(userCode);
    await call('signIn.wait', { connection: 'acme' });
    await call('accounts.sync', { connection: 'acme' });

    const release = simulator.faults.hold('GetRoleCredentials');
    const asked = sendBytes(socket, requestBytes('/v1/aws/credentials?account=Production/Admin'));
    await expect.poll(() => simulator.journal.count('GetRoleCredentials')).toBe(1);
    daemon.child.kill('SIGTERM');
    await expect.poll(async () => (await exchange(socket, 'GET', '/v1/status')).status).toBe(503);
    if (code !== 0) {
      daemon.child.kill('SIGUSR2');
      const log = join(home, 'log', 'keyfob.log');
      await expect.poll(() => readFile(log, 'utf8')).toContain('uncaught_exception');
    }
    release();
    expect((await asked).status).toBe(200);
    expect(await daemon.exit()).toBe(code);
  });

  test('though nobody reads its output', async () => {
    const daemon = startDaemon(await freshHome());
    await daemon.ready();
    daemon.child.stdout?.destroy();
    daemon.child.stderr?.destroy();
    daemon.child.kill('SIGTERM');
    expect(await daemon.exit()).toBe(0);
  });
});

describe('one helper alone', () => {
  test('a second one is refused by name', async () => {
    const home = await freshHome();
    const first = startDaemon(home);
    const { socket } = await first.ready();
    const second = startDaemon(home);
    expect(await second.exit()).toBe(1);
    expect(second.stdout).toBe('');
    expect(second.stderr).toContain(`already running: pid ${first.pid}, ${socket}`);
    expect(second.stderr).toContain('--replace');
    expect((await statusOf(socket)).pid).toBe(first.pid);
  });

  test('a socket left by a killed one is replaced', async () => {
    const home = await freshHome();
    const first = startDaemon(home);
    const { socket } = await first.ready();
    first.child.kill('SIGKILL');
    await first.exit();
    expect((await lstat(socket)).isSocket()).toBe(true);
    const second = startDaemon(home);
    await second.ready();
    expect((await statusOf(socket)).pid).toBe(second.pid);
  });

  test.each(['nothing', 'a stale socket'])('ten started at once on %s are one', async (before) => {
    const home = await freshHome();
    if (before === 'a stale socket') {
      const killed = startDaemon(home);
      await killed.ready();
      killed.child.kill('SIGKILL');
      await killed.exit();
    }
    const daemons = Array.from({ length: 10 }, () => startDaemon(home));
    const outcomes = await Promise.all(
      daemons.map((daemon) =>
        Promise.race([
          daemon.ready().then(
            () => 'ready' as const,
            () => 'ended',
          ),
          daemon.exit(),
        ]),
      ),
    );
    const winners = daemons.filter((_, n) => outcomes[n] === 'ready');
    expect(winners).toHaveLength(1);
    const [winner] = winners;
    expect((await statusOf(join(home, 'helper.sock'))).pid).toBe(winner?.pid);
    for (const loser of daemons.filter((daemon) => daemon !== winner)) {
      expect(await loser.exit()).toBe(1);
      expect(loser.stderr).toContain(`pid ${winner?.pid}`);
    }
    expect((await readdir(home)).sort()).toEqual(['endpoint.json', 'helper.sock', 'log']);
  });

  test('of ten that come to the same stale socket at the same instant, one gets it', async () => {
    const script = join(import.meta.dirname, '../support/claim-socket.ts');
    for (let round = 0; round < 3; round += 1) {
      const path = join(await freshHome(), 'helper.sock');
      await mkdir(dirname(path), { mode: 0o700 });
      await leaveStaleSocket(path);
      const claims = Array.from({ length: 10 }, () => {
        const child = spawn(process.execPath, [script, path], {
          stdio: ['pipe', 'pipe', 'inherit'],
        });
        const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
        return { child, line: async () => (await lines.next()).value };
      });
      onTestFinished(() => {
        for (const { child } of claims) child.kill('SIGKILL');
      });
      expect(new Set(await Promise.all(claims.map(({ line }) => line())))).toEqual(
        new Set(['set']),
      );
      for (const { child } of claims) child.stdin.write('go\n');
      const outcomes = await Promise.all(claims.map(({ line }) => line()));
      expect(outcomes.toSorted()).toEqual(['got it', ...Array(9).fill('taken')]);
      // And whoever has it is who is found there.
      const winner = claims[outcomes.indexOf('got it')];
      const found = connect(path);
      const [greeting] = await once(found, 'data');
      expect(String(greeting)).toBe(String(winner?.child.pid));
      for (const { child } of claims) child.kill('SIGKILL');
    }
  });

  test('--replace takes the place of the one that runs', async () => {
    const home = await freshHome();
    const first = startDaemon(home);
    const { socket } = await first.ready();
    const second = startDaemon(home, { args: ['--replace'] });
    await second.ready();
    expect(await first.exit()).toBe(0);
    expect((await statusOf(socket)).pid).toBe(second.pid);
  });

  test('--replace starts one where none runs', async () => {
    const daemon = startDaemon(await freshHome(), { args: ['--replace'] });
    const { socket } = await daemon.ready();
    expect((await statusOf(socket)).pid).toBe(daemon.pid);
  });

  test('one that starts while another ends waits for it', async () => {
    const home = await freshHome();
    const first = startDaemon(home);
    const { socket } = await first.ready();
    const late = connect(socket); // Holds up the end for a moment.
    late.on('error', () => {});
    await once(late, 'connect');
    first.child.kill('SIGTERM');
    const second = startDaemon(home);
    await second.ready();
    expect(await first.exit()).toBe(0);
    expect((await statusOf(socket)).pid).toBe(second.pid);
  });
});

describe('what keeps it from starting is said, with what to do', () => {
  test('a folder that others can write to', async () => {
    const home = await freshHome();
    await mkdir(home);
    await chmod(home, 0o777);
    const daemon = startDaemon(home);
    expect(await daemon.exit()).toBe(1);
    expect(daemon.stderr).toMatch(new RegExp(`^keyfob: ${home} .*others.*\n  .*chmod 700`));
  });

  test('a socket path longer than the system takes', async () => {
    const home = await freshHome();
    const daemon = startDaemon(home, { env: { KEYFOB_SOCK: join(home, 'x'.repeat(120)) } });
    expect(await daemon.exit()).toBe(1);
    expect(daemon.stderr).toContain('KEYFOB_SOCK');
  });

  test('connections that can not be read, which stay as they are', async () => {
    const home = await freshHome();
    await mkdir(join(home, 'connections.json'), { recursive: true });
    await chmod(home, 0o700);
    const daemon = startDaemon(home);
    expect(await daemon.exit()).toBe(1);
    expect(daemon.stderr).toContain('connections.json');
    expect((await readdir(home)).sort()).toEqual(['connections.json', 'endpoint.json', 'log']);
  });

  test('a program that listens there already', async () => {
    const home = await freshHome();
    await mkdir(home, { mode: 0o700 });
    const path = join(home, 'helper.sock');
    const script = `require('net').createServer(s => s.on('error', () => {}).end('hello')).listen(${JSON.stringify(path)}, () => console.log('up'))`;
    const other = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    onTestFinished(() => void other.kill());
    await once(other.stdout, 'data');
    const daemon = startDaemon(home);
    expect(await daemon.exit()).toBe(1);
    expect(daemon.stderr).toContain('no helper');
    expect((await lstat(path)).isSocket()).toBe(true);
  });

  test('a keychain that does not exist by that name', async () => {
    const daemon = startDaemon(await freshHome(), { env: { KEYFOB_KEYCHAIN: 'cloud' } });
    expect(await daemon.exit()).toBe(1);
    expect(daemon.stderr).toContain('KEYFOB_KEYCHAIN');
  });

  test('an argument that it does not know', async () => {
    const daemon = startDaemon(await freshHome(), { args: ['--force'] });
    expect(await daemon.exit()).toBe(1);
    expect(daemon.stderr).toContain('--force');
  });
});

describe('it keeps to itself', () => {
  test('whatever it writes is for its owner alone, whatever the umask', async () => {
    const home = await freshHome();
    const before = process.umask(0);
    const daemon = startDaemon(home);
    process.umask(before);
    const { socket } = await daemon.ready();
    await exchange(
      socket,
      'POST',
      '/v1/commands/connection.add',
      JSON.stringify({
        kind: 'identity-center',
        name: 'acme',
        startUrl: 'https://acme.awsapps.com/start',
        region: 'eu-west-1',
      }),
    );
    const entries = await readdir(home, { recursive: true, withFileTypes: true });
    expect(entries.map(({ name }) => name)).toContain('connections.json');
    for (const { parentPath, name } of entries) {
      expect((await lstat(join(parentPath, name))).mode & 0o077, name).toBe(0);
    }
    expect((await stat(home)).mode & 0o777).toBe(0o700);
  });

  test('its debugger can not be opened from outside', async () => {
    const daemon = startDaemon(await freshHome());
    const { socket, url } = await daemon.ready();
    daemon.child.kill('SIGUSR1');
    for (let n = 0; n < 20; n += 1) await statusOf(socket);
    expect(daemon.stderr).toBe('');
    const tcp = await readFile(`/proc/${daemon.pid}/net/tcp`, 'utf8').catch(() => '');
    const inodes = await openSockets(daemon.pid);
    const listening = tcp
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === '0A' && inodes.has(fields[9] ?? ''));
    // On 127.0.0.1 alone, and there the endpoint alone.
    const port = Number(new URL(url).port).toString(16).toUpperCase().padStart(4, '0');
    expect(listening.map(([, address]) => address)).toEqual([`0100007F:${port}`]);
  });

  test('NODE_OPTIONS do not reach what it starts', async () => {
    const simulator = await openSimulator();
    const home = await freshHome();
    const seen = join(await temporaryFolder(), 'seen');
    const browser = join(await temporaryFolder(), 'browser');
    await writeFile(browser, `#!/bin/sh\nenv > ${seen}.part && mv ${seen}.part ${seen}\n`, {
      mode: 0o755,
    });
    const daemon = startDaemon(home, {
      env: { ...simulator.env(), KEYFOB_BROWSER: browser, NODE_OPTIONS: '--no-warnings' },
    });
    const { socket } = await daemon.ready();
    const call = (name: string, input: unknown) =>
      exchange(socket, 'POST', `/v1/commands/${name}`, JSON.stringify(input));
    await call('connection.add', {
      kind: 'identity-center',
      name: 'acme',
      startUrl: simulator.startUrl,
      region: simulator.region,
    });
    await call('signIn.start', { connection: 'acme', flow: 'browser' });
    await expect.poll(() => readFile(seen, 'utf8').catch(() => '')).toContain('KEYFOB_HOME');
    expect(await readFile(seen, 'utf8')).not.toContain('NODE_OPTIONS');
  });

  test('what goes wrong unexpectedly is logged by its place, and ends it in good order', async () => {
    const home = await freshHome();
    const crash = join(await temporaryFolder(), 'crash.mjs');
    await writeFile(
      crash,
      `process.on('SIGUSR2', () => { throw new Error('token hunter2'); });
       process.on('SIGWINCH', () => { Promise.reject(new Error('token hunter2')); });`,
    );
    const daemon = startDaemon(home, { nodeArgs: ['--import', crash] });
    const { socket } = await daemon.ready();
    daemon.child.kill('SIGWINCH');
    const log = join(home, 'log', 'keyfob.log');
    await expect.poll(() => readFile(log, 'utf8').catch(() => '')).toContain('unhandled_rejection');
    expect((await statusOf(socket)).pid).toBe(daemon.pid);
    daemon.child.kill('SIGUSR2');
    expect(await daemon.exit()).toBe(1);
    const written = await readFile(log, 'utf8');
    expect(written).toContain('uncaught_exception');
    expect(written + daemon.stderr + daemon.stdout).not.toContain('hunter2');
    expect(await readdir(home)).toEqual(['endpoint.json', 'log']);
  });
});

/** A socket whose process was killed. */
async function leaveStaleSocket(path: string): Promise<void> {
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('up'))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** The inode numbers of a process's open sockets. */
async function openSockets(pid: number): Promise<Set<string>> {
  const { readlink } = await import('node:fs/promises');
  const folder = `/proc/${pid}/fd`;
  const names = await readdir(folder).catch(() => []);
  const links = await Promise.all(
    names.map((name) => readlink(join(folder, name)).catch(() => '')),
  );
  return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
}
