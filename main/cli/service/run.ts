import { execFile } from 'node:child_process';

/** How a program ended: undefined code where it could not be started. */
export interface Ran {
  readonly code: number | undefined;
  /** What it said last, in one line. */
  readonly said: string;
}

const deadlineMs = 60_000;

/** Runs a program of the system to its end, without a shell. Never rejects. */
export function run([program = '', ...args]: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      { timeout: deadlineMs, windowsHide: true, maxBuffer: 2 ** 20 },
      (error, stdout, stderr) => {
        const said = (stderr.trim() || stdout.trim()).split('\n').at(-1)?.trim() ?? '';
        if (error === null) resolve({ code: 0, said });
        else if (typeof error.code === 'number') resolve({ code: error.code, said });
        else resolve({ code: undefined, said: said || `${program}: ${error.code ?? 'ended'}` });
      },
    );
  });
}
