/**
 * A headless helper as a process of its own, for tests of what only processes show: restarts,
 * crashes, races. Runs main/daemon.ts as it stands, or a built bundle.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type {
  CommandClient,
  CommandInput,
  CommandName,
  CommandOutput,
} from '../../shared/commands.ts';
import { type ErrorInfo, KeyfobError } from '../../shared/errors.ts';
import { compileCache } from './compile-cache.ts';

const source = fileURLToPath(new URL('../../main/daemon.ts', import.meta.url));
/** As users have it; starts in a fifth of the time. Made by `npm run build`. */
export const builtDaemon = fileURLToPath(new URL('../../dist/helper/daemon.js', import.meta.url));

export interface HelperProcess extends CommandClient {
  readonly pid: number;
  readonly socket: string;
  /** Milliseconds from spawn to the ready line. */
  readonly readyMs: number;
  /** What it has printed on stderr so far. */
  stderr(): string;
  get(
    path: string,
  ): Promise<{ status: number; body: string; headers: NodeJS.Dict<string | string[]> }>;
  /** Sets its wall clock, this many milliseconds ahead of the real one; needs `movableClock`. */
  setAhead(ms: number): Promise<void>;
  /** Ends it with a signal and waits for its exit; returns the exit code, null if it was killed. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface HelperProcessOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly script?: string;
  readonly args?: readonly string[];
  /** Its wall clock can be set; it starts this many milliseconds ahead. */
  readonly movableClock?: number;
}

const clockOfParent = new URL('clock-of-parent.ts', import.meta.url);

/** Starts a helper and resolves when it says that it is ready; rejects with its stderr if it ends before. */
export async function startHelperProcess(options: HelperProcessOptions): Promise<HelperProcess> {
  const began = performance.now();
  const { movableClock, script = source, args = [] } = options;
  const movable =
    movableClock === undefined ? [] : ['--import', `${clockOfParent}?${movableClock}`];
  const child = spawn(process.execPath, [...movable, script, ...args], {
    env: { PATH: process.env.PATH, ...compileCache, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe', ...(movableClock === undefined ? [] : (['ipc'] as const))],
  });
  if (child.stderr === null) throw new Error('The helper has no stderr.');
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const { socket } = await readyLine(child, () => stderr);
  const readyMs = performance.now() - began;

  return {
    pid: child.pid ?? -1,
    socket,
    readyMs,
    stderr: () => stderr,
    get: (path) => exchange(socket, 'GET', path),
    async call<N extends CommandName>(name: N, input: CommandInput<N>): Promise<CommandOutput<N>> {
      const { body } = await exchange(
        socket,
        'POST',
        `/v1/commands/${name}`,
        JSON.stringify(input),
      );
      const result = JSON.parse(body) as
        | { ok: true; value: CommandOutput<N> }
        | { ok: false; error: ErrorInfo };
      if (!result.ok) throw KeyfobError.fromInfo(result.error);
      return result.value;
    },
    async setAhead(ms) {
      const set = once(child, 'message');
      child.send({ ahead: ms });
      await set;
    },
    async end(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
      return child.exitCode;
    },
  };
}

async function readyLine(child: ChildProcess, stderr: () => string): Promise<{ socket: string }> {
  if (child.stdout === null) throw new Error('The helper has no stdout.');
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([
    once(lines, 'line').then(([line]) => String(line)),
    once(child, 'close').then(([code]) => {
      throw new Error(`The helper ended with ${code} before it was ready: ${stderr()}`);
    }),
  ]);
  return JSON.parse(first) as { socket: string };
}

/** One exchange over a helper's socket. */
export function exchange(
  socketPath: string,
  method: string,
  path: string,
  body?: string,
): Promise<{ status: number; body: string; headers: NodeJS.Dict<string | string[]> }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        socketPath,
        method,
        path,
        headers: {
          host: 'localhost',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: text, headers: response.headers }),
        );
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}
