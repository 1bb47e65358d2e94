import { type ChildProcess, spawn } from 'node:child_process';

/** A process, its output as it comes, and how it ends. */
export interface Run {
  readonly child: ChildProcess;
  /** Resolves with the first match in what has been printed, on either stream. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<Ended>;
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts a program; `echo` hears everything it prints. `ended` rejects if it can't be started. */
export function runProgram(
  command: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  echo: (text: string) => void = () => {},
): Run {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text;
      echo(text);
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, ...printed }));
  });
  return {
    child,
    ended,
    until(pattern) {
      return new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(printed.stdout) ?? pattern.exec(printed.stderr);
          if (match === null) return;
          listeners.delete(look);
          resolve(match);
        };
        listeners.add(look);
        look();
        ended.then(({ stdout, stderr }) => {
          reject(new Error(`It ended without ${pattern}:\n${stdout}${stderr}`));
        }, reject);
      });
    },
  };
}
