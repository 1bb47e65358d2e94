import { writeSync } from 'node:fs';

/**
 * Writes to a standard stream before it returns, so that nothing is lost when the process exits.
 * Creating `process.stdout` would cost the hot commands more than this. A reader that has gone away
 * (`keyfob accounts | head -1`) is no failure: the rest is dropped.
 *
 * @returns false when nobody reads any more
 */
export function write(fd: 1 | 2, text: string): boolean {
  const bytes = Buffer.from(text);
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EPIPE' || code === 'EOF') return false;
      // A pipe that a parent made non-blocking is full: wait for its reader.
      if (code === 'EAGAIN') pause(5);
      else throw error;
    }
  }
  return true;
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
