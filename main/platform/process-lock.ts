import { randomBytes } from 'node:crypto';
import { readlink, symlink, unlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { KeyfobError } from '../../shared/errors.ts';
import { errnoOf, fileError } from './file-errors.ts';

const waitMs = 10;
const deadlineMs = 10_000;

/**
 * Runs `task` while no other process runs one under the same lock path.
 *
 * The lock is a symbolic link that points to `pid-nonce`: made, and refused where there is one, in
 * one step. One left by a killed process is removed, by one process alone: whoever holds the lock
 * that is named after the dead one's nonce. So nobody can remove a lock that came after it.
 *
 * Rejects with `socket_unusable` when it can't be had within 10 seconds, and with
 * `file_write_failed`, `file_unreadable`, `disk_full`.
 */
export async function withProcessLock<T>(path: string, task: () => Promise<T>): Promise<T> {
  const mine = `${process.pid}-${randomBytes(6).toString('hex')}`;
  await acquire(path, mine, Date.now() + deadlineMs);
  try {
    return await task();
  } finally {
    await removeIfSame(path, mine);
  }
}

async function acquire(path: string, mine: string, deadline: number): Promise<void> {
  for (;;) {
    if (await make(path, mine)) return;
    const holder = await read(path);
    if (holder === undefined) continue;
    if (!isAlive(holder)) {
      await breakLock(path, holder, deadline);
      continue;
    }
    if (Date.now() > deadline) throw held(path, holder);
    await sleep(waitMs + Math.random() * waitMs);
  }
}

async function breakLock(path: string, holder: string, deadline: number): Promise<void> {
  const breaker = `${path}.${holder.slice(-12)}`;
  const mine = `${process.pid}-${randomBytes(6).toString('hex')}`;
  await acquire(breaker, mine, deadline);
  await removeIfSame(path, holder);
  await removeIfSame(breaker, mine);
}

async function make(path: string, target: string): Promise<boolean> {
  try {
    await symlink(target, path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw fileError('file_write_failed', error, path, 'made');
  }
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw fileError('file_unreadable', error, path, 'read');
  }
}

async function removeIfSame(path: string, target: string): Promise<void> {
  if ((await read(path)) === target) await unlink(path).catch(() => undefined);
}

/** Whether the process that made a lock still runs. A number taken over by another process counts. */
function isAlive(holder: string): boolean {
  const pid = Number.parseInt(holder, 10);
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) === 'EPERM';
  }
}

function held(path: string, holder: string): KeyfobError {
  return new KeyfobError('socket_unusable', 'Another helper is starting, and takes too long.', {
    hint: `End it, or delete ${path} if there is none.`,
    details: { lock: path, holder },
  });
}
