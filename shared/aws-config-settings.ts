import { z } from 'zod';

/** What names of profiles are made of: `{connection}-{account}-{role}`. */
export const profileTemplateSchema = z
  .string()
  .max(128)
  .regex(
    /^(?:[A-Za-z0-9_.@+/:-]|\{(?:connection|account|accountId|role)\})+$/,
    'Expected letters, digits, _ . @ + / : - and {connection}, {account}, {accountId}, {role}',
  );

/** Which accounts become profiles. Accounts in a list are named by path or id, and kept by id. */
const chosenAccountsSchema = z.discriminatedUnion('choice', [
  z.strictObject({ choice: z.literal('all') }),
  z.strictObject({ choice: z.literal('favourites') }),
  z.strictObject({
    choice: z.literal('list'),
    accounts: z.array(z.string().min(1).max(512)).max(10_000),
  }),
  z.strictObject({ choice: z.literal('query'), query: z.string().min(1).max(512) }),
]);

/** What the person has chosen for the profiles. */
export const awsConfigSettingsSchema = z.strictObject({
  accounts: chosenAccountsSchema,
  template: profileTemplateSchema,
  /** Null: the one that each account's tools start with. */
  region: z.string().min(1).max(64).nullable(),
  output: z.enum(['json', 'yaml', 'yaml-stream', 'text', 'table']).nullable(),
  /** Whether `[default]` follows the active account; switching then writes no file. */
  default: z.boolean(),
  /** Whether the block is brought up to date by itself when accounts come and go. */
  automatic: z.boolean(),
});
export type AwsConfigSettings = z.infer<typeof awsConfigSettingsSchema>;
