import type { z } from 'zod';
import { accountCommands } from './commands/accounts.ts';
import { activityCommands } from './commands/activity.ts';
import { configCommands } from './commands/config.ts';
import { configuredAccountCommands } from './commands/configured-accounts.ts';
import { connectionCommands } from './commands/connections.ts';
import { grantCommands } from './commands/grants.ts';
import { helperCommands } from './commands/helper.ts';
import { oidcCommands } from './commands/oidc.ts';
import { signInCommands } from './commands/sign-ins.ts';
import type { Caller } from './commands/spec.ts';
import { toolCommands } from './commands/tools.ts';
import type { ErrorInfo } from './errors.ts';

/**
 * Every command of the helper, declared once as a value, by subject in `commands/`. The handler
 * table, the validation at the door, the window's client, the command line's client and the tests'
 * client all derive from it.
 */
export const commands = {
  ...helperCommands,
  ...activityCommands,
  ...connectionCommands,
  ...signInCommands,
  ...oidcCommands,
  ...accountCommands,
  ...configuredAccountCommands,
  ...configCommands,
  ...toolCommands,
  ...grantCommands,
} as const;

export type CommandName = keyof typeof commands;
/** What a caller writes: defaults may be left out. */
export type CommandInput<N extends CommandName> = z.input<(typeof commands)[N]['input']>;
/** What a handler gets: validated, defaults filled in. */
export type CommandArgument<N extends CommandName> = z.output<(typeof commands)[N]['input']>;
export type CommandOutput<N extends CommandName> = z.output<(typeof commands)[N]['output']>;

export type CommandResult<N extends CommandName> =
  | { readonly ok: true; readonly value: CommandOutput<N> }
  | { readonly ok: false; readonly error: ErrorInfo };

/** A handler for every command; leaving one out is a compile error. */
export type CommandHandlers = {
  readonly [N in CommandName]: (
    input: CommandArgument<N>,
    context: CallContext,
  ) => Promise<CommandOutput<N>>;
};

export interface CallContext {
  readonly caller: Caller;
  /** Aborted when the caller has gone away. */
  readonly signal: AbortSignal;
  /** Who speaks over the socket; absent for our own programs. */
  readonly client?: Client;
}

/** A process of this machine, by the ids of processes. */
export interface ClientProcess {
  /** It, what started it, what started that, and so on. */
  readonly lineage: readonly number[];
  /** It, and those for whom it acts: the script that called it, say. */
  readonly acting: readonly number[];
}

/** A local program at the other end of the socket. */
export interface Client {
  /** What it calls itself: good enough for the record, and for nothing else. */
  readonly name: string;
  /** Which program the system says it is; undefined where the system does not tell. */
  program(): Promise<string | undefined>;
  /**
   * Which processes it is, and acts for: undefined where the system does not tell, null where the
   * connection is nobody's in particular.
   */
  process?(): Promise<ClientProcess | null | undefined>;
}

/** A client of the helper, whatever carries it. Rejects with KeyfobError. */
export interface CommandClient {
  call<N extends CommandName>(name: N, input: CommandInput<N>): Promise<CommandOutput<N>>;
}

/** Whether there is a command of that name. */
export function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(commands, name);
}
