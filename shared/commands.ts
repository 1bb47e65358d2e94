import { z } from 'zod';
import type { ErrorInfo } from './errors.ts';
import {
  accountSchema,
  browserCommandSchema,
  confirmPolicySchema,
  connectionNameSchema,
  connectionViewSchema,
  flowSchema,
  settingsSchema,
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
const onlyWindow = ['window'] as const;
const none = z.strictObject({});
const byConnection = z.strictObject({ connection: connectionNameSchema });
const byAccount = z.strictObject({ account: z.string().min(1).max(512) });
/** Absent: the active account. */
const perhapsAccount = byAccount.partial();

/** RFC 6749 section 3.3: scopes travel in one text, with blanks between them. */
const scopeSchema = z
  .string()
  .max(256)
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'Expected one scope, without blanks or quotes');

/** Input of `connection.add`. URLs and regions are checked by the helper, which says what is wrong. */
export const connectionAddSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('identity-center'),
    name: connectionNameSchema,
    startUrl: z.string().min(1).max(2048),
    region: z.string().min(1).max(64),
    scopes: z.array(scopeSchema).max(25).default(['sso:account:access']),
    flow: flowSchema.default('auto'),
  }),
]);

const shellSchema = z.enum(['sh', 'fish', 'powershell']);
/** A shell whose words can be set as environment variables. */
export type Shell = z.infer<typeof shellSchema>;

/** What of the settings is to be changed; what is left out stays. */
export const settingsChangesSchema = z.strictObject({
  ...settingsSchema.partial().shape,
  notifications: settingsSchema.shape.notifications.partial().optional(),
});
export type SettingsChanges = z.infer<typeof settingsChangesSchema>;

/** What `connection.check` finds out about an address. */
export const addressSchema = z.object({
  kind: z.literal('identity-center'),
  /** In its one form. */
  startUrl: z.string(),
  /** The one given, else the one that the address names. */
  region: z.string().optional(),
  /** A name that is still free. */
  name: z.string(),
  /** The connection that has this address already. */
  existing: z.string().optional(),
});

/** A connection that `~/.aws/config` describes. */
export const foundConnectionSchema = z.object({
  /** A name that is still free. */
  name: z.string(),
  startUrl: z.string(),
  region: z.string(),
  scopes: z.array(z.string()),
  /** `sso-session acme` or `profile dev`. */
  source: z.string(),
  /** Whether Keyfob has it already. */
  exists: z.boolean(),
});
export type FoundConnection = z.infer<typeof foundConnectionSchema>;

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

  /** Changes how a connection signs in; null takes its own browser away. A pending sign-in goes on. */
  'connection.update': {
    input: byConnection.extend({
      flow: flowSchema.exactOptional(),
      browser: browserCommandSchema.nullable().exactOptional(),
    }),
    output: connectionViewSchema,
    callers: everyone,
  },
  /**
   * Says what is at an address, before a connection is made of it: first by its form alone, then,
   * where a region is known, by asking whether its endpoint answers (5 s). Fails with
   * `invalid_start_url`, `invalid_region`, `network_error`, `tls_error`, `proxy_error`, `timeout`.
   */
  'connection.check': {
    input: z.strictObject({
      address: z.string().max(2048),
      region: z.string().min(1).max(64).exactOptional(),
    }),
    output: addressSchema,
    callers: everyone,
  },
  /** Reaches the provider through proxy and trust store, and says how that went. */
  'connection.test': {
    input: byConnection,
    output: z.object({ checks: z.array(checkSchema) }),
    callers: everyone,
  },
  /** The connections in `~/.aws/config` (or AWS_CONFIG_FILE), which is only read. */
  'connection.discover': {
    input: none,
    output: z.object({ found: z.array(foundConnectionSchema) }),
    callers: everyone,
  },

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

  /**
   * Chooses whether local programs must ask for an account's credentials. From our own window
   * alone: a program that could change it would need to ask nobody.
   */
  'account.confirm': {
    input: byAccount.extend({ policy: confirmPolicySchema }),
    output: none,
    callers: onlyWindow,
  },
  /** Answers an open question. Fails with `not_found` once it is over. From our own window alone. */
  'confirmation.answer': {
    input: z.strictObject({ id: z.string().min(1).max(64), allow: z.boolean() }),
    output: none,
    callers: onlyWindow,
  },
  /** Credentials as the lines that set them in a shell: secret, hence not for the window. */
  'account.environment': {
    input: perhapsAccount.extend({ shell: shellSchema.default('sh') }),
    output: z.object({ text: z.string() }),
    callers: onlySocket,
  },
  /** Puts those lines on the clipboard. Fails with `clipboard_unavailable` where there is none. */
  'account.copyEnvironment': {
    input: perhapsAccount.extend({ shell: shellSchema.default('sh') }),
    output: none,
    callers: onlyWindow,
  },
  /** Opens the AWS console in the browser, signed in as the account. */
  'account.openConsole': { input: perhapsAccount, output: none, callers: everyone },

  'settings.change': {
    input: z.strictObject({ changes: settingsChangesSchema }),
    output: settingsSchema,
    callers: everyone,
  },
  /** Puts a text that is no secret on the clipboard. */
  'clipboard.copy': {
    input: z.strictObject({ text: z.string().min(1).max(4096) }),
    output: none,
    callers: onlyWindow,
  },
  /**
   * Opens the page of a pending sign-in, or a connection's start URL. Which one is named here, so
   * that the window can have no other address opened. Fails with `no_pending_sign_in`,
   * `browser_failed`.
   */
  'link.open': {
    input: byConnection.extend({ what: z.enum(['verification', 'authorization', 'startUrl']) }),
    output: none,
    callers: onlyWindow,
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
  /** Who speaks over the socket; absent for our own programs. */
  readonly client?: Client;
}

/** A local program at the other end of the socket. */
export interface Client {
  /** What it calls itself: good enough for the record, and for nothing else. */
  readonly name: string;
  /** Which program the system says it is; undefined where the system does not tell. */
  program(): Promise<string | undefined>;
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
