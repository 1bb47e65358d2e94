import { open as openFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Journal, JournalOptions, OpenJournal } from '../ports.ts';
import { errnoOf, fileError } from './file-errors.ts';
import { checkFolder, ensureFolder } from './folders.ts';

/** Journals in a folder: `activity.jsonl`, then `activity.jsonl.1` and so on for the older ones. */
export function createJournals(folder: string, open = openFile): OpenJournal {
  return (name, options) => createJournal(folder, join(folder, name), options, open);
}

function createJournal(
  folder: string,
  path: string,
  options: JournalOptions,
  open: typeof openFile,
): Journal {
  const { maxBytes, keep, compact } = options;
  const full = (number: number) => `${path}.${number}`;
  let last: Promise<unknown> = Promise.resolve();

  function queued<R>(task: () => Promise<R>): Promise<R> {
    const next = last.then(task, task);
    last = next.catch(() => undefined);
    return next;
  }

  async function append(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    try {
      await ensureFolder(folder);
      const text = `${lines.join('\n')}\n`;
      const size = await addTo(text);
      if (size > maxBytes) await rotate();
    } catch (error) {
      throw fileError('file_write_failed', error, path, 'written');
    }
  }

  /** Returns the size that the file has then. */
  async function addTo(text: string): Promise<number> {
    const file = await open(path, 'a+', 0o600);
    try {
      const { size, mode } = await file.stat();
      if (process.platform !== 'win32' && (mode & 0o077) !== 0) await file.chmod(0o600);
      // A process that was killed in the midst of a line left no end to it.
      const torn = size > 0 && (await file.read(Buffer.alloc(1), 0, 1, size - 1)).buffer[0] !== 10;
      const bytes = Buffer.from(torn ? `\n${text}` : text);
      await file.appendFile(bytes);
      return size + bytes.length;
    } finally {
      await file.close();
    }
  }

  /** Old files move up by one; a crash in between leaves a gap in the numbers, and loses nothing. */
  async function rotate(): Promise<void> {
    for (let number = keep; number >= 1; number -= 1) {
      if (number === keep) await unlinkIfThere(full(number));
      else await renameIfThere(full(number), full(number + 1));
    }
    if (keep === 0) return unlinkIfThere(path);
    const kept = compact(linesOf((await readIfThere(path)) ?? ''));
    const temporary = `${path}.new`;
    await writeFile(temporary, kept.map((line) => `${line}\n`).join(''), { mode: 0o600 });
    await rename(temporary, full(1));
    await unlink(path);
  }

  async function read(tailBytes?: number): Promise<readonly string[]> {
    try {
      if (!(await checkFolder(folder))) return [];
      const newest = linesOf((await readIfThere(path, tailBytes)) ?? '');
      if (tailBytes !== undefined && newest.length > 0) return newest;
      const lines: string[] = [];
      // The newest full one stands in for a file that has just been begun anew.
      for (let number = tailBytes === undefined ? keep : 1; number >= 1; number -= 1) {
        for (const line of linesOf((await readIfThere(full(number), tailBytes)) ?? '')) {
          lines.push(line);
        }
      }
      return lines.concat(newest);
    } catch (error) {
      throw fileError('file_unreadable', error, path, 'read');
    }
  }

  async function readIfThere(from: string, tailBytes?: number): Promise<string | null> {
    let file: Awaited<ReturnType<typeof openFile>>;
    try {
      file = await open(from, 'r');
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return null;
      throw error;
    }
    try {
      const { size } = await file.stat();
      if (tailBytes === undefined || size <= tailBytes) return await file.readFile('utf8');
      const bytes = Buffer.alloc(tailBytes);
      const { bytesRead } = await file.read(bytes, 0, tailBytes, size - tailBytes);
      const text = bytes.toString('utf8', 0, bytesRead);
      // It begins in the midst of a line.
      return text.slice(text.indexOf('\n') + 1);
    } finally {
      await file.close();
    }
  }

  return {
    append: (lines) => queued(() => append(lines)),
    read: (tailBytes) => queued(() => read(tailBytes)),
  };
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

async function renameIfThere(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') throw error;
  });
}

async function unlinkIfThere(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') throw error;
  });
}
