import { z } from 'zod';
import { accountNameSchema } from '../account-schema.ts';
import { scopeSchema } from '../connection-basics.ts';
import { accountSchema, connectionNameSchema } from '../model.ts';
import { byAccount, type CommandSpec, everyone, none } from './spec.ts';

/** Only what a form needs to know is said here; the helper says what exactly is wrong. */
const text = (most: number) => z.string().min(1).max(most);
const sourceSchema = text(512);

const named = {
  /** The connection that it is listed under. */
  connection: connectionNameSchema,
  name: accountNameSchema,
};

const assumed = {
  roleArn: text(2_048),
  sessionName: text(256).exactOptional(),
  /** 900 to 3,600; by web identity to 43,200. */
  durationSeconds: z.number().int().positive().exactOptional(),
  policy: text(16_384).exactOptional(),
  policyArns: z.array(text(2_048)).max(20).exactOptional(),
  region: text(64).exactOptional(),
};

const token = z.enum(['access', 'id']);

/** Input of `account.add`. Accounts are named as everywhere: by path, or as much of it as is enough. */
export const newAccountSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('aws-assumed-role'),
    ...named,
    ...assumed,
    source: sourceSchema,
    externalId: text(2_048).exactOptional(),
    tags: z
      .array(z.strictObject({ key: z.string().max(512), value: z.string().max(1_024) }))
      .max(100)
      .exactOptional(),
    transitiveTagKeys: z.array(z.string().max(512)).max(100).exactOptional(),
    sourceIdentity: text(256).exactOptional(),
    mfaSerial: text(512).exactOptional(),
    context: sourceSchema.exactOptional(),
  }),
  z.strictObject({ kind: z.literal('aws-web-identity'), ...named, ...assumed }),
  z.strictObject({
    kind: z.literal('token'),
    ...named,
    scopes: z.array(scopeSchema).max(100).exactOptional(),
    audience: text(2_048).exactOptional(),
    resource: z.array(text(2_048)).max(20).exactOptional(),
    token: token.default('access'),
    variable: text(128).exactOptional(),
    bearer: text(128).exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('iam-token'),
    ...named,
    source: sourceSchema,
    application: text(2_048),
    /** Absent: that of the source. */
    region: text(64).exactOptional(),
    grant: z.enum(['jwt-bearer', 'token-exchange']),
    /** `token` absent: the ID token for `jwt-bearer`, else the access token. */
    subject: z.union([
      z.strictObject({ connection: connectionNameSchema, token: token.exactOptional() }),
      z.strictObject({ account: sourceSchema, token: token.exactOptional() }),
    ]),
    scopes: z.array(scopeSchema).max(100).exactOptional(),
    requestedTokenType: z.enum(['access_token', 'refresh_token']).exactOptional(),
  }),
]);
export type NewAccount = z.output<typeof newAccountSchema>;

/** The commands about accounts that a person puts together. */
export const configuredAccountCommands = {
  /**
   * Fails with `invalid_input`, `invalid_region`, `unknown_connection`, `account_exists`, and
   * `unknown_account` or `ambiguous_account` for what it is to be made of.
   */
  'account.add': { input: newAccountSchema, output: accountSchema, callers: everyone },
  /** Fails with `account_in_use` where others need it; what comes from a provider can't be removed. */
  'account.remove': { input: byAccount, output: accountSchema, callers: everyone },
  /** Answers an open question with what only a person knows. Fails with `not_found` once it is over. */
  'prompt.answer': {
    input: z.strictObject({
      id: z.string().min(1).max(64),
      code: z.string().regex(/^\d{6}$/, 'Expected the six digits that the device shows'),
    }),
    output: none,
    callers: everyone,
  },
} as const satisfies Record<string, CommandSpec>;
