import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, realpath, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { KeyfobError } from '../../shared/errors.ts';
import { errnoOf, fileError } from './file-errors.ts';

/**
 * Editing files that belong to other tools: `~/.kube/config`, `~/.docker/config.json` and the like.
 * Nothing is lost by it: a symbolic link stays one, the mode stays, the earlier text is kept beside
 * the file, and whoever changed the file meanwhile is not overwritten.
 */

/** A change to one file; null: there is none, or there shall be none. */
export interface FileEdit {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Nobody writes as much by hand; a log named by mistake must not fill the memory. */
const maxBytes = 16 * 1024 * 1024;

/** Where the text from before an edit is kept. */
export function backupOf(path: string): string {
  return `${path}.keyfob-backup`;
}

/** The file's text, null where there is no file. Rejects with `file_unreadable`. */
export async function readEditedFile(path: string): Promise<string | null> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw unfit(path, 'is no ordinary file');
    if (found.size > maxBytes) throw unfit(path, 'is larger than 16 MiB');
    const bytes = await readFile(path);
    // What is not UTF-8 would come back as something else.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    if (error instanceof TypeError) throw unfit(path, 'is not UTF-8 text');
    throw fileError('file_unreadable', error, path, 'read');
  }
}

/**
 * Carries out an edit in one step: whoever reads the file sees the one text or the other.
 *
 * Rejects with `file_write_failed` (also where somebody else has written since `before` was read),
 * `disk_full`.
 *
 * @param options.backup keeps `before` beside the file
 */
export async function writeEditedFile(
  edit: FileEdit,
  options: { readonly backup: boolean },
): Promise<void> {
  const { before, after } = edit;
  const path = await realPath(edit.path);
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    if (options.backup && before !== null) await put(backupOf(path), before, 0o600);
    const mode = before === null ? 0o600 : (await stat(path)).mode & 0o7777;
    if ((await readEditedFile(path)) !== before) throw changedMeanwhile(edit.path);
    if (after === null) await unlink(path);
    else await put(path, after, mode);
  } catch (error) {
    throw fileError('file_write_failed', error, edit.path, 'written');
  }
}

/** The text kept beside the file, null where there is none. */
export async function readBackup(path: string): Promise<string | null> {
  return await readEditedFile(backupOf(await realPath(path)));
}

/** Removes the text kept beside the file, if there is one. */
export async function dropBackup(path: string): Promise<void> {
  const backup = backupOf(await realPath(path));
  await unlink(backup).catch((error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') {
      throw fileError('file_write_failed', error, backup, 'removed');
    }
  });
}

/** Where a symbolic link leads, so that the link itself stays. */
async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return resolve(path);
    throw fileError('file_unreadable', error, path, 'read');
  }
}

async function put(path: string, text: string, mode: number): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(8).toString('hex')}.tmp`);
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    if (mode !== 0o600) await chmod(temporary, mode);
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
}

function changedMeanwhile(path: string): KeyfobError {
  return new KeyfobError('file_write_failed', `${path} was changed by somebody else meanwhile.`, {
    hint: 'Nothing was written. Run the command again.',
    details: { path },
  });
}

function unfit(path: string, what: string): KeyfobError {
  return new KeyfobError('file_unreadable', `${path} ${what}.`, {
    hint: 'Name the right file, or move this one away.',
    details: { path },
  });
}
