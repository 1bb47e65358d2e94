import type { CommandHandlers } from '../../shared/commands.ts';
import { createRouter } from '../endpoint/router.ts';
import type { Log } from '../ports.ts';
import type { StateStore } from '../state.ts';
import { type AskForCommand, guardBrowserCommands } from './browser-guard.ts';

/**
 * The helper's end of the window's bridge: JSON in and out, whatever carries it. The shell wires it
 * to Electron's IPC, the tests to a Playwright binding.
 */
export interface WindowLink {
  /** Runs a command for the window; the answer is `{"ok":…}`. Never rejects. */
  invoke(command: string, input: string): Promise<string>;
  /** Sends each changed slice as `{"slice","value"}`. Returns the way to stop. */
  listen(send: (change: string) => void): () => void;
  /** The window is gone: what it still waits for is given up. */
  close(): void;
}

export interface WindowLinkDeps {
  readonly handlers: CommandHandlers;
  readonly state: StateStore;
  readonly log: Log;
  /** Asks the person before the window sets what runs a program. */
  readonly askForCommand: AskForCommand;
}

/** Creates the link of one window. Commands that the window may not call are refused. */
export function createWindowLink(deps: WindowLinkDeps): WindowLink {
  const { state, log } = deps;
  const router = createRouter(guardBrowserCommands(deps.handlers, state, deps.askForCommand), log);
  const gone = new AbortController();
  const stops = new Set<() => void>();

  return {
    async invoke(command, input) {
      const context = { caller: 'window', signal: gone.signal } as const;
      return JSON.stringify(await router.call(command, parse(input), context));
    },
    listen(send) {
      const unsubscribe = state.subscribe((slice, value) => send(JSON.stringify({ slice, value })));
      stops.add(unsubscribe);
      return () => {
        stops.delete(unsubscribe);
        unsubscribe();
      };
    },
    close() {
      gone.abort();
      for (const stop of stops) stop();
      stops.clear();
    },
  };
}

/** What is no JSON is nothing, and the command's schema says what was expected. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
