import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Lets one of many commands that find no helper start it, while the others wait. A courtesy, no
 * guard: the helper itself refuses to run twice. So whatever goes wrong with the file counts as
 * having got the lock, and the helper will say what is wrong with the folder.
 */
export interface StartLock {
  /** Tries once. True: it is ours until `release`. */
  take(): boolean;
  release(): void;
}

/**
 * @param folder where the lock's file lies; made if missing
 * @param staleMs age from which a lock is taken over even if its owner lives
 */
export function createStartLock(folder: string, staleMs: number): StartLock {
  const path = join(folder, 'starting.lock');
  let ours = false;

  function create(): boolean {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(path, String(process.pid), { flag: 'wx', mode: 0o600 });
    return true;
  }

  function take(): boolean {
    try {
      return create();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return true;
      if (!isStale(path, staleMs)) return false;
      rmSync(path, { force: true });
      return false; // Whoever comes first next time round gets it.
    }
  }

  return {
    take() {
      if (!ours) ours = take();
      return ours;
    },
    release() {
      if (!ours) return;
      ours = false;
      try {
        rmSync(path, { force: true });
      } catch {
        // It goes stale by itself.
      }
    },
  };
}

function isStale(path: string, staleMs: number): boolean {
  try {
    if (Date.now() - statSync(path).mtimeMs > staleMs) return true;
    const owner = Number(readFileSync(path, 'utf8'));
    // Empty: its owner is about to write its id.
    return owner > 0 && !isAlive(owner);
  } catch {
    return false; // Gone already.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
