import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own that can be filled up. */
export interface SmallDisk {
  readonly folder: string;
  /** Leaves not a byte. */
  fill(): void;
  free(): void;
  remove(): void;
}

/** Whether this process may mount one. */
export const mayMount = process.platform === 'linux' && process.getuid?.() === 0;

/** Mounts a tmpfs. */
export function mountSmallDisk(kilobytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'keyfob-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k,mode=0700`, 'tmpfs', folder]);
  const ballast = join(folder, 'ballast');
  return {
    folder,
    fill() {
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(ballast, Buffer.alloc(bavail * bsize));
      if (statfsSync(folder).bavail !== 0) throw new Error('There is room left.');
    },
    free: () => rmSync(ballast),
    remove() {
      // Whoever holds a file open there still may; nobody new gets in.
      execFileSync('umount', ['--lazy', folder]);
      rmdirSync(folder);
    },
  };
}
