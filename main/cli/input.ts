import { readSync } from 'node:fs';

const chunkBytes = 64 * 1024;

/**
 * Reads stdin until its end, or until `isWhole` says that it is enough; at most `maxBytes`, then
 * undefined. `process.stdin` would cost the hot commands more than this.
 */
export function readInput(
  maxBytes: number,
  isWhole: (text: string) => boolean = () => false,
): string | undefined {
  const chunk = Buffer.alloc(chunkBytes);
  let bytes = Buffer.alloc(0);
  for (;;) {
    const length = readChunk(chunk);
    bytes = Buffer.concat([bytes, chunk.subarray(0, length)]);
    if (bytes.length > maxBytes) return undefined;
    const text = bytes.toString('utf8');
    if (length === 0 || isWhole(text)) return text;
  }
}

function readChunk(chunk: Buffer): number {
  for (;;) {
    try {
      return readSync(0, chunk);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      // Windows' way to say that a pipe has ended.
      if (code === 'EOF') return 0;
      // A pipe that a parent made non-blocking is empty: wait for its writer.
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
