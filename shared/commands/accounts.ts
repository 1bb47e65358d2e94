import { z } from 'zod';
import {
  accountSchema,
  confirmPolicySchema,
  connectionNameSchema,
  connectionViewSchema,
} from '../model.ts';
import type { Shell } from '../shell-words.ts';
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

const shellSchema = z.enum(['sh', 'fish', 'powershell'] satisfies Shell[]);

export type { Shell };

/** Which page of the console, and for how long. All of it is checked by the helper. */
const consolePage = {
  /** As in the console's own addresses: `s3`, `ec2`, `cloudformation`. */
  service: z.string().min(1).max(64).exactOptional(),
  /** Absent: that of the account's connection. */
  region: z.string().min(1).max(64).exactOptional(),
  /** A page of the console, instead of a service's. */
  destination: z.string().min(1).max(2048).exactOptional(),
  /** Absent: as long as the credentials. AWS refuses it for chained roles. */
  durationSeconds: z.number().int().min(900).max(43_200).exactOptional(),
};

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
   * Chooses whether local programs must ask for what an account gives. A program that wants a person
   * to be asked less often than before must itself be allowed that, as in `confirmation.answer`.
   */
  'account.confirm': {
    input: byAccount.extend({ policy: confirmPolicySchema }),
    output: none,
    callers: everyone,
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
  /** Puts the account's token on the clipboard. Fails as `account.copyEnvironment`. */
  'account.copyToken': { input: byAccount, output: none, callers: onlyWindow },
  /** Opens the AWS console in the browser, signed in as the account. */
  'account.openConsole': {
    input: perhapsAccount.extend(consolePage),
    output: none,
    callers: everyone,
  },
  /** The address that does so: secret, since whoever opens it is signed in. */
  'account.consoleAddress': {
    input: perhapsAccount.extend(consolePage),
    output: z.object({ url: z.string() }),
    callers: onlySocket,
  },
} as const satisfies Record<string, CommandSpec>;
