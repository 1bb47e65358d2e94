import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import type { ProgramOf } from '../ports.ts';

const run = promisify(execFile);
const shells = new Set(['sh', 'bash', 'dash', 'zsh', 'ksh', 'fish']);

/**
 * Which program is at the other end of a UNIX socket, as Linux tells it: `terraform`, or `keyfob
 * (started by terraform)` where our own command asks for somebody. Undefined where `ss` (iproute2)
 * is missing or knows nothing; never rejects. Node has no SO_PEERCRED, and the other systems have
 * no program that tells.
 */
export function createProgramOf(): ProgramOf {
  return async (socket) => {
    try {
      const pid = await peerOf(socket);
      return pid === undefined ? undefined : await labelOf(pid);
    } catch {
      return undefined;
    }
  };
}

/** The process at the other end; undefined where it is nobody's in particular. Rejects without `ss`. */
export async function peerOf(socket: Socket): Promise<number | undefined> {
  const fd = fdOf(socket);
  if (fd === undefined) return undefined;
  const [, inode] = /^socket:\[(\d+)\]$/.exec(await readlink(`/proc/self/fd/${fd}`)) ?? [];
  if (inode === undefined) return undefined;
  const { stdout } = await run('ss', ['-x', '-p', '-n', '-H'], {
    timeout: 1_000,
    maxBuffer: 16 * 1024 * 1024,
  });
  return peerIn(stdout, inode);
}

/** Node offers no other way to a socket's descriptor. */
function fdOf(socket: Socket): number | undefined {
  const { _handle: handle } = socket as unknown as { _handle?: { fd?: number } | null };
  return handle?.fd !== undefined && handle.fd >= 0 ? handle.fd : undefined;
}

/** Finds the process that holds the other end of the socket `inode` in what `ss -xpnH` prints. */
export function peerIn(table: string, inode: string): number | undefined {
  const row = new RegExp(String.raw`^\S+ .*\s${inode}\s+\S+\s+(\d+)(?:\s|$)`, 'm');
  const peer = row.exec(table)?.[1];
  if (peer === undefined) return undefined;
  const holder = new RegExp(
    String.raw`^\S+ .*\s${peer}\s+\S+\s+${inode}\s+users:\(\((.*)\)\)\s*$`,
    'm',
  );
  const pids = [...(holder.exec(table)?.[1] ?? '').matchAll(/,pid=(\d+),fd=\d+/g)];
  // Inherited by several: then it is nobody's in particular.
  const [first, ...others] = new Set(pids.map(([, pid]) => Number(pid)));
  return others.length === 0 ? first : undefined;
}

async function labelOf(pid: number): Promise<string | undefined> {
  const name = await nameOf(pid);
  if (!(await isOurCommand(pid))) return name;
  const starter = await startedBy(pid);
  const starterName = starter === undefined ? undefined : await nameOf(starter);
  return starterName === undefined ? 'keyfob' : `keyfob (started by ${starterName})`;
}

/** A process's name as a person would say it; undefined where it has none. Rejects if it has ended. */
export async function nameOf(pid: number): Promise<string | undefined> {
  const own = (await readFile(`/proc/${pid}/comm`, 'utf8')).trim();
  // Node calls its first thread that, and with it every program that runs on Node.
  const name = own === 'MainThread' ? basename(await readlink(`/proc/${pid}/exe`)) : own;
  // Whoever names a program may put anything there.
  return name === '' ? undefined : name.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 64);
}

async function wordsOf(pid: number): Promise<string[]> {
  return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').slice(0, 4);
}

async function isOurCommand(pid: number): Promise<boolean> {
  return (await wordsOf(pid)).some((word) => /^keyfob(?:\.c?js|\.ts)?$/.test(basename(word)));
}

/** The process for which our own command asks; undefined where it is not our command that asks. */
export async function starterOf(pid: number): Promise<number | undefined> {
  return (await isOurCommand(pid)) ? await startedBy(pid) : undefined;
}

/** What runs a process, beyond the shells that were started for its line alone. */
async function startedBy(pid: number): Promise<number | undefined> {
  let present = pid;
  for (let steps = 0; steps < 4; steps += 1) {
    const status = await readFile(`/proc/${present}/stat`, 'utf8');
    present = Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1]);
    if (!Number.isInteger(present) || present <= 1) return undefined;
    const name = await nameOf(present);
    const [, option] = await wordsOf(present);
    if (name === undefined || !shells.has(name) || option !== '-c') return present;
  }
  return undefined;
}
