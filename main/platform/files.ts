import { randomBytes } from 'node:crypto';
import { open as openFile, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { KeyfobError } from '../../shared/errors.ts';
import type { Clock, Files } from '../ports.ts';
import { errnoOf, fileError } from './file-errors.ts';
import { checkFolder, ensureFolder } from './folders.ts';

export interface FilesOptions {
  /** The state folder; made at the first write. */
  readonly folder: string;
  readonly clock: Clock;
  /** For tests of disks that fail. */
  readonly open?: typeof openFile;
}

/** A temporary file this old belongs to a process that is no more. */
const abandonedMs = 60_000;
/** Windows: virus scanners hold a new file for a moment. */
const renameRetryMs = [5, 10, 20, 40, 80, 160, 320];

/**
 * Creates Keyfob's files in a folder.
 *
 * Not over write-file-atomic: it takes a short write for a whole one (which is how a disk fills
 * up), and does not make the rename durable by an fsync of the folder.
 */
export function createFiles(options: FilesOptions): Files {
  const { folder, clock, open = openFile } = options;
  const swept = new Set<string>();

  async function write(name: string, text: string): Promise<void> {
    const path = pathOf(name);
    await ensureFolder(folder);
    if (dirname(path) !== folder) await ensureFolder(dirname(path));
    const temporary = join(
      dirname(path),
      `.${basename(path)}.${randomBytes(8).toString('hex')}.tmp`,
    );
    try {
      await sweep(path);
      const file = await open(temporary, 'wx', 0o600);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await replace(temporary, path);
      await syncFolder(dirname(path));
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw fileError('file_write_failed', error, path, 'written');
    }
  }

  /** Clears what a killed process left of a write to `path`. */
  async function sweep(path: string): Promise<void> {
    if (swept.has(path)) return;
    swept.add(path);
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

  async function read(name: string): Promise<string | null> {
    const path = pathOf(name);
    if (!(await checkFolder(folder))) return null;
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return null;
      throw fileError('file_unreadable', error, path, 'read');
    }
  }

  async function remove(name: string): Promise<void> {
    const path = pathOf(name);
    if (!(await checkFolder(folder))) return;
    try {
      await unlink(path);
      await syncFolder(dirname(path));
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return;
      throw fileError('file_write_failed', error, path, 'removed');
    }
  }

  async function setAside(name: string): Promise<string> {
    const path = pathOf(name);
    const time = new Date(clock.now()).toISOString().replace(/[-:]|\.\d+/g, '');
    for (let number = 1; ; number++) {
      const aside = `${path}.damaged-${time}${number === 1 ? '' : `-${number}`}`;
      try {
        // Reserves the name, so that the rename can overwrite nothing else.
        await (await open(aside, 'wx', 0o600)).close();
      } catch (error) {
        if (errnoOf(error) === 'EEXIST') continue;
        throw fileError('file_write_failed', error, path, 'moved aside');
      }
      try {
        await replace(path, aside);
        await syncFolder(dirname(path));
        return aside;
      } catch (error) {
        await unlink(aside).catch(() => undefined);
        throw fileError('file_write_failed', error, path, 'moved aside');
      }
    }
  }

  function pathOf(name: string): string {
    const parts = name.split('/');
    const plain = parts.every((part) => part !== '' && part !== '.' && part !== '..');
    if (!plain || /[\\\0:]/.test(name)) {
      throw new KeyfobError('invalid_input', `${JSON.stringify(name)} is no name for a file.`, {
        hint: 'Names are relative to the state folder and stay within it.',
      });
    }
    return join(folder, ...parts);
  }

  return { read, write, remove, setAside };
}

async function replace(from: string, to: string): Promise<void> {
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
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  try {
    const handle = await openFile(folder, 'r');
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
