import { randomBytes } from 'node:crypto';
import { open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../ports.ts';
import { errnoOf } from './file-errors.ts';

/** What writes that survive a crash are made of: a temporary file, a rename, an fsync of the folder. */

/** A temporary file this old belongs to a process that is no more. */
const abandonedMs = 60_000;
/** Windows: virus scanners hold a new file for a moment. */
const renameRetryMs = [5, 10, 20, 40, 80, 160, 320];

/** A name for a temporary file beside `path`, which nobody else has. */
export function temporaryBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(8).toString('hex')}.tmp`);
}

/** Clears what killed processes left of writes to `path`; what is being written stays. */
export async function sweepLeftovers(path: string, clock: Clock): Promise<void> {
  const start = `.${basename(path)}.`;
  for (const entry of await readdir(dirname(path))) {
    if (!entry.startsWith(start) || !/^[0-9a-f]{16}\.tmp$/.test(entry.slice(start.length)))
      continue;
    const left = join(dirname(path), entry);
    // Another write may have just renamed it.
    const found = await stat(left).catch(() => undefined);
    if (found !== undefined && clock.now() - found.mtimeMs > abandonedMs) await unlink(left);
  }
}

/** Renames over what is there, patiently where Windows asks it. */
export async function replaceFile(from: string, to: string): Promise<void> {
  for (const waitMs of process.platform === 'win32' ? renameRetryMs : []) {
    try {
      return await rename(from, to);
    } catch (error) {
      if (!['EACCES', 'EPERM', 'EBUSY'].includes(errnoOf(error) ?? '')) throw error;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
  await rename(from, to);
}

/** Makes a rename survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    // Some network file systems know no fsync of folders; the rename itself is done.
    if (!['EINVAL', 'ENOTSUP', 'EACCES'].includes(errnoOf(error) ?? '')) throw error;
  }
}
