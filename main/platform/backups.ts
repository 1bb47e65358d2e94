import type { open as openFile } from 'node:fs/promises';
import { readdir, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../ports.ts';
import { errnoOf } from './file-errors.ts';

export interface BackupOptions {
  /** The file itself. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly mode: number;
  readonly clock: Clock;
  /** How many are kept, this one included. */
  readonly keep: number;
  readonly open: typeof openFile;
}

/**
 * Puts a copy beside a file, as `config.keyfob-20260102T030405Z`, and clears the oldest ones that
 * are too many. Returns the copy's path; it is on the disk then.
 */
export async function makeBackup(options: BackupOptions): Promise<string> {
  const { path, bytes, mode, clock, keep, open } = options;
  const time = new Date(clock.now()).toISOString().replace(/[-:]|\.\d+/g, '');
  for (let number = 1; ; number++) {
    const backup = `${path}.keyfob-${time}${number === 1 ? '' : `-${number}`}`;
    let file: Awaited<ReturnType<typeof openFile>>;
    try {
      file = await open(backup, 'wx', 0o600);
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') continue;
      throw error;
    }
    try {
      await file.writeFile(bytes);
      // What the file holds may be secret: never more open than the file itself.
      if (process.platform !== 'win32') await file.chmod(mode);
      await file.sync();
    } catch (error) {
      await unlink(backup).catch(() => undefined);
      throw error;
    } finally {
      await file.close();
    }
    await clearOldest(path, keep);
    return backup;
  }
}

async function clearOldest(path: string, keep: number): Promise<void> {
  const start = `${basename(path)}.keyfob-`;
  const backups = (await readdir(dirname(path)))
    .filter((name) => name.startsWith(start))
    .map((name) => ({ name, match: /^(\d{8}T\d{6}Z)(?:-(\d+))?$/.exec(name.slice(start.length)) }))
    .filter(({ match }) => match !== null)
    .sort((a, b) => order(a.match) - order(b.match) || numberOf(a.match) - numberOf(b.match));
  for (const { name } of backups.slice(0, -keep)) await unlink(join(dirname(path), name));
}

function order(match: RegExpExecArray | null): number {
  return Number((match?.[1] ?? '').replace(/\D/g, ''));
}

function numberOf(match: RegExpExecArray | null): number {
  return Number(match?.[2] ?? 1);
}
