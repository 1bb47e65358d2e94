import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** A real keychain of one's own: gnome-keyring, unlocked, on a D-Bus session bus of its own. */
export interface KeyringSession {
  /** What programs need in their environment to reach it. */
  readonly env: Readonly<Record<string, string>>;
  /** As when a person locks it, or the screen: only the password opens it again. */
  lock(): Promise<void>;
  /** As when that person logs in again. */
  unlock(): Promise<void>;
  /** What was stored is there again in a session that is started on the same folder. */
  stop(): Promise<void>;
}

const password = 'a password that protects nothing';

/**
 * Starts one with its files under `folder`. Rejects where dbus-daemon or gnome-keyring-daemon is
 * missing or does not come up within half a minute.
 */
export async function startKeyringSession(folder: string): Promise<KeyringSession> {
  const runtime = join(folder, 'runtime');
  mkdirSync(runtime, { recursive: true, mode: 0o700 });
  const base = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    XDG_RUNTIME_DIR: runtime,
    XDG_DATA_HOME: join(folder, 'share'),
  };
  const started: ChildProcess[] = [];
  async function stop(): Promise<void> {
    for (const child of started.reverse()) await end(child);
  }

  try {
    const bus = spawn('dbus-daemon', ['--session', '--nofork', '--nopidfile', '--print-address'], {
      env: base,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    started.push(bus);
    const env = { ...base, DBUS_SESSION_BUS_ADDRESS: await firstLine(bus) };
    const keyring = spawn(
      'gnome-keyring-daemon',
      ['--foreground', '--unlock', '--components=secrets'],
      { env, stdio: ['pipe', 'ignore', 'ignore'] },
    );
    started.push(keyring);
    await once(keyring, 'spawn');
    // A daemon that ends at once leaves nobody to take the password; `ready` says so.
    keyring.stdin.on('error', () => {});
    keyring.stdin.end(password);
    await ready(env, keyring);
    return { env, lock: () => lock(env), unlock: () => unlock(runtime), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A session bus on which nobody keeps secrets, nor can be started to. */
export async function startBareSession(
  folder: string,
): Promise<Omit<KeyringSession, 'lock' | 'unlock'>> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const config = join(folder, 'bus.conf');
  writeFileSync(
    config,
    `<busconfig><type>session</type><listen>unix:dir=${folder}</listen>
      <policy context="default"><allow send_destination="*" eavesdrop="true"/>
      <allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`,
  );
  const base = { PATH: process.env.PATH ?? '', HOME: folder };
  const bus = spawn('dbus-daemon', ['--nofork', '--print-address', `--config-file=${config}`], {
    env: base,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return {
    env: { ...base, DBUS_SESSION_BUS_ADDRESS: await firstLine(bus) },
    stop: () => end(bus),
  };
}

async function lock(env: NodeJS.ProcessEnv): Promise<void> {
  await promisify(execFile)(
    'dbus-send',
    [
      '--print-reply',
      '--dest=org.freedesktop.secrets',
      '/org/freedesktop/secrets',
      'org.freedesktop.Secret.Service.Lock',
      'array:objpath:/org/freedesktop/secrets/collection/login',
    ],
    { env },
  );
}

/** By the daemon's control socket, as PAM does. */
async function unlock(runtime: string): Promise<void> {
  const secret = Buffer.from(password);
  const packet = Buffer.alloc(13 + secret.length);
  // A byte for the credentials, then the length of all the rest, the operation, and a string.
  packet.writeUInt32BE(12 + secret.length, 1);
  packet.writeUInt32BE(1, 5);
  packet.writeUInt32BE(secret.length, 9);
  secret.copy(packet, 13);
  const control = connect(join(runtime, 'keyring', 'control'));
  control.write(packet);
  const [answer] = (await once(control, 'data')) as [Buffer];
  control.destroy();
  if (answer.readUInt32BE(4) !== 0) throw new Error('The keyring does not unlock.');
}

async function firstLine(child: ChildProcess): Promise<string> {
  await once(child, 'spawn');
  if (child.stdout === null) throw new Error('dbus-daemon has no stdout');
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([
    once(lines, 'line', { signal: AbortSignal.timeout(30_000) }),
    once(child, 'exit').then(() => {
      throw new Error('dbus-daemon ended before it was ready');
    }),
  ]);
  return String(line);
}

/** The daemon says nothing when it is ready; the bus knows. */
async function ready(env: NodeJS.ProcessEnv, keyring: ChildProcess): Promise<void> {
  const ask = 'org.freedesktop.DBus.NameHasOwner';
  const args = ['--print-reply', '--dest=org.freedesktop.DBus', '/', ask];
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(25)) {
    if (keyring.exitCode !== null) break;
    const { stdout } = await promisify(execFile)(
      'dbus-send',
      [...args, 'string:org.freedesktop.secrets'],
      { env },
    );
    if (stdout.includes('boolean true')) return;
  }
  throw new Error('gnome-keyring-daemon did not come up');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill();
  await exited;
}
