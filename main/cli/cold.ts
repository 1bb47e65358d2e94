import { setTimeout as sleep } from 'node:timers/promises';
import { isatty } from 'node:tty';
import { localChecks } from './checks/local-checks.ts';
import { createSocketClient } from './client.ts';
import { becomeHelper } from './commands/daemon.ts';
import type { CliContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { reportFailure } from './failure.ts';
import { mayAutostart, placesOf } from './hot.ts';
import { shellAround } from './hot-started-by.ts';
import { readInput } from './input.ts';
import { write } from './output.ts';
import { runProgram } from './program.ts';
import { createSecretInput } from './secret-input.ts';
import { createStyle, wantsColour } from './text/style.ts';

/**
 * Everything but the hot commands: runs one command, then ends the process. Output is written
 * before the call that wrote it returns, so nothing is lost by that.
 *
 * @param entry the command's `import.meta.url`
 */
export async function runCold(args: readonly string[], entry: string): Promise<void> {
  let code: number | undefined;
  try {
    code = await runProgram(args, createContext(entry));
    await interruption;
  } catch (error) {
    // What fails because it was cancelled is no failure.
    await interruption;
    code = reportFailure(error);
  }
  if (code !== undefined) process.exit(code);
}

function createContext(entry: string): CliContext {
  const { env, platform } = process;
  const places = placesOf(env, platform);
  return {
    env,
    platform,
    places,
    shell: () => (platform === 'linux' ? shellAround(process.ppid) : undefined),
    entry,
    out: (text) => {
      // Nobody reads any more: there is nothing left to do.
      if (!write(1, text)) process.exit(exitCodes.done);
    },
    err: (text) => {
      write(2, text);
    },
    style: createStyle(wantsColour(env, isatty(1))),
    errStyle: createStyle(wantsColour(env, isatty(2))),
    // Asked of terminals alone: a pipe that has been looked at through `process.stdout` no longer
    // makes its writer wait.
    columns: isatty(1) ? process.stdout.columns : undefined,
    // A line that is longer than the terminal can't be written over.
    interactive: isatty(2) && process.stderr.columns > 75,
    now: () => Date.now(),
    pause: (milliseconds) => sleep(milliseconds),
    confirm: async (question) => {
      if (!isatty(0) || !isatty(2)) return undefined;
      const { askYesOrNo } = await import('./ask.ts');
      return await askYesOrNo(question);
    },
    inspect: (url) => localChecks({ env, platform, places, entry }, url),
    readLine: async (question) => {
      if (isatty(0) && isatty(2)) {
        const { askForLine } = await import('./ask.ts');
        return await askForLine(question);
      }
      return (readInput(4_096, (text) => text.includes('\n')) ?? '').split('\n')[0] ?? '';
    },
    secretInput: createSecretInput(),
    connect: (autostart) =>
      createSocketClient({
        socket: places.socket,
        startHelper:
          autostart && mayAutostart(env)
            ? async () => {
                const { startHelper } = await import('./autostart.ts');
                await startHelper({ places, entry });
              }
            : undefined,
      }),
    runChild: async (command, changed) => {
      const { runChild } = await import('./run-child.ts');
      return await runChild(command, changed);
    },
    becomeHelper,
    onInterrupt,
  };
}

/** Set once the person has pressed Ctrl-C; ends the process. */
let interruption: Promise<never> | undefined;

function onInterrupt(task: () => Promise<void>): () => void {
  const signals = { SIGINT: exitCodes.interrupted, SIGTERM: 143, SIGHUP: 129 } as const;
  const listeners = Object.entries(signals).map(([signal, code]) => {
    const listener = () => {
      // A second Ctrl-C does not wait for the first one's work.
      if (interruption !== undefined) process.exit(code);
      const end = () => process.exit(code);
      interruption = task().then(end, end);
    };
    process.on(signal, listener);
    return () => {
      process.off(signal, listener);
    };
  });
  return () => {
    for (const stop of listeners) stop();
  };
}
