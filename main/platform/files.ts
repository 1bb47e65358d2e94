import { open as openFile, readFile, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { KeyfobError } from '../../shared/errors.ts';
import type { Clock, Files } from '../ports.ts';
import { replaceFile, sweepLeftovers, syncFolder, temporaryBeside } from './durable.ts';
import { errnoOf, fileError } from './file-errors.ts';
import { checkFolder, ensureFolder } from './folders.ts';

export interface FilesOptions {
  /** The state folder; made at the first write. */
  readonly folder: string;
  readonly clock: Clock;
  /** For tests of disks that fail. */
  readonly open?: typeof openFile;
}

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
    const temporary = temporaryBeside(path);
    try {
      await sweep(path);
      const file = await open(temporary, 'wx', 0o600);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await replaceFile(temporary, path);
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
    await sweepLeftovers(path, clock);
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
        await replaceFile(path, aside);
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
