import { z } from 'zod';
import {
  accountSchema,
  confirmPolicySchema,
  connectionNameSchema,
  connectionViewSchema,
} from '../model.ts';
import {
  byAccount,
  byConnection,
  type CommandSpec,
  everyone,
  none,
  onlySocket,
  onlyWindow,
  perhapsAccount,
} from './spec.ts';

const shellSchema = z.enum(['sh', 'fish', 'powershell']);
/** A shell whose words can be set as environment variables. */
export type Shell = z.infer<typeof shellSchema>;

/** The commands about accounts. */
export const accountCommands = {
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
} as const satisfies Record<string, CommandSpec>;
