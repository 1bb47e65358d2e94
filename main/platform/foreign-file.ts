import { createHash } from 'node:crypto';
import { mkdir, open as openFile, readFile, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { KeyfobError } from '../../shared/errors.ts';
import type { Clock, ForeignFile, ForeignFileVersion } from '../ports.ts';
import { makeBackup } from './backups.ts';
import { replaceFile, sweepLeftovers, syncFolder, temporaryBeside } from './durable.ts';
import { errnoOf } from './file-errors.ts';
import {
  changedMeanwhile,
  foreignFileError,
  notToBeWritten,
  unreadable,
} from './foreign-errors.ts';
import { behindSymlinks } from './symlinks.ts';

export interface ForeignFileOptions {
  /** Where other programs look for it; may be a symlink, and need not be there. */
  readonly path: string;
  readonly clock: Clock;
  /** Larger ones are not read; default 4 MiB. A log named by mistake must not fill the memory. */
  readonly maxBytes?: number;
  /** How many backups are kept; default 5. */
  readonly keepBackups?: number;
  /** For tests of disks that fail. */
  readonly open?: typeof openFile;
}

interface Found {
  readonly path: string;
  readonly bytes: Buffer | null;
  readonly mode: number;
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
}

/**
 * A file that belongs to another program, and that Keyfob changes when the person has seen how:
 * read with its identity, then written as long as it still is what was read. Symlinks stay, and so
 * do mode and owner; a backup is put beside it; whoever reads finds the old content or the new.
 */
export function createForeignFile(options: ForeignFileOptions): ForeignFile {
  const { clock, maxBytes = 4 * 1024 * 1024, keepBackups = 5, open = openFile } = options;

  async function look(): Promise<Found> {
    let path = options.path;
    try {
      path = await behindSymlinks(path);
      const found = await stat(path);
      if (!found.isFile()) throw unreadable(path, 'it is no ordinary file');
      if (found.size > maxBytes) throw unreadable(path, `it is larger than ${maxBytes} bytes`);
      const { uid, gid, mode } = found;
      return { path, bytes: await readFile(path), mode: mode & 0o7777, owner: { uid, gid } };
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw foreignFileError('file_unreadable', error, path);
      return { path, bytes: null, mode: 0o600, owner: undefined };
    }
  }

  async function read(): Promise<ForeignFileVersion> {
    const { path, bytes } = await look();
    return { path, text: bytes === null ? null : textOf(bytes, path), identity: identityOf(bytes) };
  }

  async function write(text: string, since: ForeignFileVersion): ReturnType<ForeignFile['write']> {
    const found = await look();
    const { path } = found;
    if (!isStill(found, since)) throw changedMeanwhile(path);
    // A rename would go past this, since it asks the folder alone.
    if (found.bytes !== null && (found.mode & 0o200) === 0) throw notToBeWritten(path);
    const temporary = temporaryBeside(path);
    try {
      if (found.bytes === null) await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await sweepLeftovers(path, clock);
      const backup =
        found.bytes === null
          ? null
          : await makeBackup({ ...found, bytes: found.bytes, clock, keep: keepBackups, open });
      await writeNew(temporary, text, found);
      // The last moment at which somebody else's change can be noticed.
      if (!isStill(await look(), since)) throw changedMeanwhile(path);
      await replaceFile(temporary, path);
      await syncFolder(dirname(path));
      return { path, backup };
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw foreignFileError('file_write_failed', error, path);
    }
  }

  async function writeNew(path: string, text: string, like: Found): Promise<void> {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(text);
      if (process.platform !== 'win32') {
        if (like.owner !== undefined && like.owner.uid !== process.getuid?.()) {
          await file.chown(like.owner.uid, like.owner.gid);
        }
        // After chown, which takes special bits away.
        await file.chmod(like.mode);
      }
      await file.sync();
    } finally {
      await file.close();
    }
  }

  return { read, write };
}

/** The same place and the same bytes: when it was last touched does not matter. */
function isStill({ path, bytes }: Found, since: ForeignFileVersion): boolean {
  return path === since.path && identityOf(bytes) === since.identity;
}

function identityOf(bytes: Buffer | null): string {
  return bytes === null ? 'none' : createHash('sha256').update(bytes).digest('hex');
}

/** A byte order mark stays in the text: who edits must know of it. */
function textOf(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    const before = bytes.subarray(0, firstInvalid(bytes)).toString('latin1');
    const line = before.split('\n').length;
    throw new KeyfobError('file_unreadable', `${path} is not UTF-8 in line ${line}.`, {
      hint: `Write line ${line} anew in an editor that saves as UTF-8, then try again.`,
      details: { path, line },
      cause: error,
    });
  }
}

function firstInvalid(bytes: Buffer): number {
  const back = Buffer.from(bytes.toString('utf8'));
  const at = bytes.findIndex((byte, index) => back[index] !== byte);
  return at === -1 ? bytes.length : at;
}
