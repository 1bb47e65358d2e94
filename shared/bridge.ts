import {
  type CommandInput,
  type CommandName,
  type CommandResult,
  commands,
  isCommandName,
} from './commands.ts';
import type { ErrorInfo } from './errors.ts';
import type { Slice, State } from './model.ts';

/**
 * What the window sees of the helper, whatever carries it: Electron's IPC in the app, a Playwright
 * binding in the tests. Derived from the command schema, so that a command is never written twice.
 */

/** A command that our own window may call. */
export type WindowCommandName = {
  [N in CommandName]: 'window' extends (typeof commands)[N]['callers'][number] ? N : never;
}[CommandName];

function isWindowCommand(name: string): name is WindowCommandName {
  return isCommandName(name) && commands[name].callers.some((caller) => caller === 'window');
}

/** The commands that a window may call. */
export const windowCommandNames: readonly WindowCommandName[] =
  Object.keys(commands).filter(isWindowCommand);

/** One slice of the state has changed. */
export type SliceChange = {
  [S in Slice]: { readonly kind: 'slice'; readonly slice: S; readonly value: State[S] };
}[Slice];

/** The whole state, first; then each change. Or why there is no state to be had. */
export type StateEvent =
  | { readonly kind: 'snapshot'; readonly state: State }
  | SliceChange
  | { readonly kind: 'failed'; readonly error: ErrorInfo };

/** Electron's IPC channels, for the preload and the shell. The window can't name them. */
export const ipcChannels = { command: 'keyfob:command', slice: 'keyfob:slice' } as const;

/** What the preload puts on `window.keyfob`: one method for each command, and the state. */
export type KeyfobBridge = {
  readonly [N in WindowCommandName]: (input: CommandInput<N>) => Promise<CommandResult<N>>;
} & {
  /** Calls the listener with one snapshot, then with every change after it. Returns the way to stop. */
  onState(listener: (event: StateEvent) => void): () => void;
};
