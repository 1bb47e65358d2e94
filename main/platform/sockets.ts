import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { KeyfobError } from '../../shared/errors.ts';
import type { SocketClaim, Sockets } from '../ports.ts';
import { errnoOf } from './file-errors.ts';
import { ensureFolder } from './folders.ts';
import { withProcessLock } from './process-lock.ts';

/**
 * @param platform as `process.platform`
 * @param ownFolders folders that are Keyfob's own: where others may read, that is taken from them
 * @param handedOver the socket of a service manager, if it gave us one
 */
export function createSockets(
  platform: string,
  ownFolders: readonly string[],
  handedOver?: number,
): Sockets {
  if (platform === 'win32') {
    return { claim: claimPipe, checkPlace: async () => undefined, isRunning };
  }
  const longest = platform === 'linux' ? 107 : 103;

  async function checkPlace(path: string): Promise<void> {
    checkLength(path, longest);
    const folder = dirname(path);
    const own = ownFolders.includes(folder) || basename(folder) === 'keyfob';
    await (own ? ensureFolder(folder) : checkPrivate(folder));
  }

  return {
    async claim(path, claim) {
      await checkPlace(path);
      return await withProcessLock(`${path}.lock`, () => claimPath(path, claim));
    },
    checkPlace,
    isRunning,
    ...(handedOver === undefined ? {} : { handedOver }),
  };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) === 'EPERM';
  }
}

/** The system gives a pipe's name to one process alone. */
async function claimPipe(path: string, claim: SocketClaim) {
  if (await claim.inUse(path)) return null;
  await claim.listen(path);
  return async () => {};
}

async function claimPath(path: string, claim: SocketClaim) {
  const found = await lstat(path).catch(() => undefined);
  if (found !== undefined) {
    if (!found.isSocket()) throw inTheWay(path);
    if (await claim.inUse(path)) return null;
  }
  // Listening elsewhere first: whoever finds the socket at `path` finds it ready and private. And
  // Node deletes a socket's first name on closing, even if another process has taken it since.
  const first = join(dirname(path), `.${randomBytes(4).toString('base64url')}`);
  await claim.listen(first);
  try {
    await chmod(first, 0o600);
    const { ino } = await lstat(first);
    await rename(first, path);
    return () => removeIfSame(path, ino);
  } catch (cause) {
    await unlink(first).catch(() => undefined);
    throw unusable(path, cause);
  }
}

async function removeIfSame(path: string, ino: number): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.ino === ino) await unlink(path).catch(() => undefined);
}

/** A folder that is not Keyfob's own is only looked at: others may have their reasons to read it. */
async function checkPrivate(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw unusable(folder, cause);
  });
  const found = await stat(folder).catch((cause: unknown) => {
    throw unusable(folder, cause);
  });
  if (!found.isDirectory()) throw inTheWay(folder);
  if (found.uid !== process.getuid?.()) throw unsafe(folder, 'belongs to another user');
  if ((found.mode & 0o077) !== 0) throw unsafe(folder, 'is open to other users');
}

function checkLength(path: string, longest: number): void {
  const length = Buffer.byteLength(path);
  // The last segment may be shorter than the first name that the socket gets.
  const needed = Math.max(length, Buffer.byteLength(dirname(path)) + '/.abcdef'.length);
  if (needed <= longest) return;
  throw new KeyfobError('socket_unusable', `The socket's path has ${length} bytes: ${path}`, {
    hint: `Set KEYFOB_SOCK to a path of at most ${longest} bytes in a folder of your own.`,
    details: { socket: path, longest },
  });
}

function unsafe(folder: string, why: string): KeyfobError {
  return new KeyfobError('folder_unsafe', `The socket's folder ${folder} ${why}.`, {
    hint: `Run \`chmod 700 ${folder}\` if it is Keyfob's alone, or set KEYFOB_SOCK to a path in a folder of your own.`,
    details: { folder },
  });
}

function inTheWay(path: string): KeyfobError {
  return new KeyfobError('socket_unusable', `Something else lies at ${path}.`, {
    hint: 'Move it away, or set KEYFOB_SOCK to another path.',
    details: { path },
  });
}

function unusable(path: string, cause: unknown): KeyfobError {
  const reason = errnoOf(cause) ?? 'unknown';
  return new KeyfobError('socket_unusable', `${path} can't be used for the socket (${reason}).`, {
    hint: 'Check the folder and its owner, or set KEYFOB_SOCK to a path in a folder of your own.',
    details: { path, reason },
    cause,
  });
}
