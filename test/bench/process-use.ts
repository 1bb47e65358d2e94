import { readdirSync, readFileSync } from 'node:fs';

/** What a process uses; undefined where the system does not tell (only Linux does, here). */

export function residentMiB(pid: number): number | undefined {
  const status = read(`/proc/${pid}/status`);
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(status ?? '')?.[1];
  return kib === undefined ? undefined : Number(kib) / 1024;
}

/** Milliseconds on a processor so far, of all threads. */
export function processorMs(pid: number): number | undefined {
  try {
    let nanoseconds = 0;
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const [time = ''] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
      nanoseconds += Number(time);
    }
    return nanoseconds / 1e6;
  } catch {
    return undefined;
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
