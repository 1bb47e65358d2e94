import { z } from 'zod';
import type { ErrorInfo } from './errors.ts';
import {
  accountSchema,
  connectionNameSchema,
  connectionViewSchema,
  flowSchema,
  signInSchema,
  stateSchema,
} from './model.ts';

/**
 * Every command of the helper, declared once as a value. The handler table, the validation at the
 * door, the window's client, the command line's client and the tests' client all derive from it.
 */

/** Who may call a command: clients on the private socket, or our own window. */
export type Caller = 'socket' | 'window';

export interface CommandSpec<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly input: I;
  readonly output: O;
  readonly callers: readonly Caller[];
}

const everyone = ['socket', 'window'] as const;
const onlySocket = ['socket'] as const;
const none = z.strictObject({});
const byConnection = z.strictObject({ connection: connectionNameSchema });
const byAccount = z.strictObject({ account: z.string().min(1).max(512) });

/** Input of `connection.add`. URLs and regions are checked by the helper, which says what is wrong. */
export const connectionAddSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('identity-center'),
    name: connectionNameSchema,
    startUrl: z.string().min(1).max(2048),
    region: z.string().min(1).max(64),
    scopes: z.array(z.string().min(1).max(256)).max(25).default(['sso:account:access']),
    flow: flowSchema.default('auto'),
  }),
]);

export const checkSchema = z.object({
  id: z.string(),
  status: z.enum(['ok', 'warning', 'failure']),
  message: z.string(),
  hint: z.string().optional(),
});
/** One finding of `doctor`. */
export type Check = z.infer<typeof checkSchema>;

export const commands = {
  /** The whole visible state. */
  state: { input: none, output: stateSchema, callers: everyone },
  /** What is wrong with this machine's set-up, and how to mend it. */
  doctor: { input: none, output: z.object({ checks: z.array(checkSchema) }), callers: everyone },
  /** Ends the helper after its answer. */
  shutdown: { input: none, output: none, callers: onlySocket },

  'connection.add': { input: connectionAddSchema, output: connectionViewSchema, callers: everyone },
  'connection.show': { input: byConnection, output: connectionViewSchema, callers: everyone },
  /** Signs out, then forgets the connection and its catalogue. */
  'connection.remove': { input: byConnection, output: none, callers: everyone },

  /**
   * Starts a sign-in, or joins the one that is pending. Returns as soon as there is something to
   * show: the user code or the authorization URL.
   */
  'signIn.start': {
    input: z.strictObject({
      connection: connectionNameSchema,
      /** Absent: the connection's own setting. */
      flow: flowSchema.optional(),
      /** False: the caller shows the URL itself. */
      openBrowser: z.boolean().default(true),
      /** True when the caller sits where no browser can open (SSH, container), whatever the helper sees. */
      remote: z.boolean().default(false),
    }),
    output: signInSchema,
    callers: everyone,
  },
  /** Returns when the connection's sign-in has ended; fails with the reason if it did not succeed. */
  'signIn.wait': { input: byConnection, output: signInSchema, callers: everyone },
  'signIn.cancel': { input: byConnection, output: none, callers: everyone },
  /** Revokes the session at the provider, then forgets it. */
  signOut: {
    input: byConnection,
    output: z.object({
      /** False when the provider could not be told; the local secrets are gone either way. */
      revoked: z.boolean(),
    }),
    callers: everyone,
  },

  'accounts.list': {
    input: z.strictObject({
      query: z.string().max(512).default(''),
      connection: connectionNameSchema.optional(),
      favourites: z.boolean().default(false),
    }),
    output: z.object({
      accounts: z.array(accountSchema),
      active: z.string().nullable(),
      favourites: z.array(z.string()),
    }),
    callers: everyone,
  },
  /** Brings the catalogue up to date; joins a sync under way. */
  'accounts.sync': { input: byConnection, output: connectionViewSchema, callers: everyone },
  /** Makes an account the active one. */
  'accounts.use': { input: byAccount, output: accountSchema, callers: everyone },
  'accounts.favourite': {
    input: byAccount.extend({ favourite: z.boolean() }),
    output: accountSchema,
    callers: everyone,
  },
} as const satisfies Record<string, CommandSpec>;

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
}

/** A client of the helper, whatever carries it. Rejects with KeyfobError. */
export interface CommandClient {
  call<N extends CommandName>(name: N, input: CommandInput<N>): Promise<CommandOutput<N>>;
}

export function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(commands, name);
}

/**
 * The protocol that helper and clients of the same build speak; sent by both in the header
 * `Keyfob-Protocol`. Raise it when a command's schema changes incompatibly.
 */
export const protocolVersion = 1;
