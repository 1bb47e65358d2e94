import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Ended, runProgram } from './run-program.ts';

const run = promisify(execFile);

/**
 * A second network namespace stands in for another host: reached over an interface of its own, with
 * a real sshd in it, and with nothing of this machine's loopback.
 */
export interface OtherHost {
  readonly address: string;
  /** Whatever lies there. */
  readonly home: string;
  /** Opens a session that does nothing but forward; resolves once it stands. */
  forward(
    remote: string,
    local: string,
    more?: readonly string[],
  ): Promise<{ end(): Promise<void> }>;
  /** Runs a line of shell there, by ssh. */
  run(line: string): Promise<Ended>;
  clear(): Promise<void>;
}

/** What this machine lacks for one; undefined where it has all. */
export function obstacle(): string | undefined {
  if (process.platform !== 'linux') return 'there are no network namespaces on this system';
  if (process.getuid?.() !== 0) return 'only root can make a network namespace';
  return existsSync('/usr/sbin/sshd') ? undefined : 'sshd is missing: install openssh-server';
}

/** Of the networks that RFC 5737 keeps for examples, one that this machine is not in by chance. */
function freeNetwork(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const free = ['198.51.100', '203.0.113', '192.0.2'].find((network) =>
    addresses.every(({ address }) => !address.startsWith(`${network}.`)),
  );
  if (free === undefined) throw new Error('This machine is in every network for examples.');
  return free;
}

/** Makes the host under `folder`. It must be cleared. */
export async function startOtherHost(folder: string): Promise<OtherHost> {
  const id = `kf${process.pid}`;
  const network = freeNetwork();
  const [ours, theirs] = [`${network}.1`, `${network}.2`];
  const home = join(folder, 'other-host');
  await mkdir(home, { mode: 0o700 });
  await mkdir('/run/sshd', { recursive: true });
  for (const name of ['host-key', 'key']) {
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(home, name)]);
  }
  await run('cp', [join(home, 'key.pub'), join(home, 'authorized_keys')]);
  await writeFile(
    join(home, 'sshd_config'),
    [
      `ListenAddress ${theirs}`,
      'Port 2222',
      `HostKey ${join(home, 'host-key')}`,
      `AuthorizedKeysFile ${join(home, 'authorized_keys')}`,
      'PidFile none',
      'StrictModes no',
      'UsePAM no',
      'PermitRootLogin prohibit-password',
      'StreamLocalBindUnlink yes',
      '',
    ].join('\n'),
  );

  const ip = (...args: string[]) => run('ip', args);
  await ip('netns', 'add', id);
  await ip('link', 'add', `${id}a`, 'type', 'veth', 'peer', 'name', `${id}b`, 'netns', id);
  await ip('address', 'add', `${ours}/30`, 'dev', `${id}a`);
  await ip('link', 'set', `${id}a`, 'up');
  await ip('-n', id, 'address', 'add', `${theirs}/30`, 'dev', `${id}b`);
  await ip('-n', id, 'link', 'set', `${id}b`, 'up');
  await ip('-n', id, 'link', 'set', 'lo', 'up');
  const sshd = spawn(
    'ip',
    ['netns', 'exec', id, '/usr/sbin/sshd', '-D', '-e', '-f', join(home, 'sshd_config')],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  await once(sshd.stderr, 'data');

  const ssh = (...args: string[]) => [
    'ssh',
    ...['-F', 'none', '-p', '2222', '-i', join(home, 'key')],
    ...['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null'],
    ...['-o', 'LogLevel=ERROR', '-o', 'BatchMode=yes', '-o', 'ExitOnForwardFailure=yes'],
    ...args,
    `root@${theirs}`,
  ];
  const env = { PATH: process.env.PATH, HOME: home };

  return {
    address: theirs,
    home,
    async forward(remote, local, more = []) {
      const session = runProgram(
        [...ssh('-R', `${remote}:${local}`, ...more), 'echo standing; exec sleep infinity'],
        env,
      );
      await session.until(/standing/);
      return {
        async end() {
          session.child.kill('SIGTERM');
          await session.ended.catch(() => undefined);
        },
      };
    },
    run: (line) => runProgram([...ssh(), line], env).ended,
    async clear() {
      sshd.kill('SIGTERM');
      if (sshd.exitCode === null && sshd.signalCode === null) await once(sshd, 'exit');
      // Sessions whose other end is gone keep the host alive.
      const { stdout } = await ip('netns', 'pids', id);
      // By the shell, which does not mind that one has ended meanwhile.
      const pids = stdout.split('\n').filter(Boolean);
      await run('sh', ['-c', 'kill -9 "$@" 2>/dev/null || :', 'kill', ...pids]);
      await ip('link', 'delete', `${id}a`);
      await ip('netns', 'delete', id);
    },
  };
}
