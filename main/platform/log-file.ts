import {
  closeSync,
  fchmodSync,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** Takes whole lines. Never throws. */
export interface LogFile {
  write(line: string): void;
}

/**
 * A file that is appended to, mode 0600, and renamed to `<path>.1` before it would exceed
 * `maxBytes`; the earlier `.1` goes. So the two never hold more than twice that.
 *
 * Written synchronously: lines are few, and the last one before a crash is the one that counts.
 * When a write fails, lines are lost until one succeeds.
 */
export function createLogFile(path: string, maxBytes: number): LogFile {
  let fd: number | undefined;
  let size = 0;

  function open(): number {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const opened = openSync(path, 'a', 0o600);
    fchmodSync(opened, 0o600);
    size = fstatSync(opened).size;
    return opened;
  }

  function close(): void {
    if (fd !== undefined) closeSync(fd);
    fd = undefined;
  }

  return {
    write(line) {
      try {
        fd ??= open();
        const bytes = Buffer.from(line);
        if (size > 0 && size + bytes.length > maxBytes) {
          close();
          renameSync(path, `${path}.1`);
          fd = open();
        }
        size += writeSync(fd, bytes);
      } catch {
        try {
          close();
        } catch {
          fd = undefined;
        }
      }
    },
  };
}
