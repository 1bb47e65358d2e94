import { z } from 'zod';
import { grantTokenForm } from '../grant-token.ts';
import { grantLabelSchema, grantSchema } from '../model.ts';
import { type CommandSpec, everyone, none, onlySocket } from './spec.ts';

/** How long a grant may last at most: a year. */
export const longestGrantSeconds = 365 * 86_400;
/** How long it lasts if nothing is said: thirty days. */
export const usualGrantSeconds = 30 * 86_400;

const grantTokenSchema = z
  .string()
  .regex(grantTokenForm, 'Expected a token that grant.create has made');

const byGrant = z.strictObject({ id: z.string().min(1).max(64) });

/** The commands about who may use the endpoint on 127.0.0.1. */
export const grantCommands = {
  /**
   * Makes a grant. Its token is told here and never again; `url` is the endpoint's address,
   * `http://127.0.0.1:<port>`. Fails with `port_taken`, and with the codes of accounts.
   *
   * An ephemeral grant is for one program that is run: it is in no file, ends with the helper, ten
   * seconds after its making unless `grant.hold` has been called for it, and as soon as nobody
   * holds it any more. After the helper has been replaced, whoever held it makes it again with the
   * same `token`, so that the program it was made for need not learn of that.
   */
  'grant.create': {
    input: z
      .strictObject({
        label: grantLabelSchema,
        /** Paths or ids; none: every account. With one, that is the account of requests that name none. */
        accounts: z.array(z.string().min(1).max(512)).max(64).default([]),
        lifetimeSeconds: z
          .number()
          .int()
          .min(1)
          .max(longestGrantSeconds)
          .default(usualGrantSeconds),
        ephemeral: z.boolean().default(false),
        token: grantTokenSchema.exactOptional(),
      })
      .refine(({ token, ephemeral }) => token === undefined || ephemeral, {
        path: ['token'],
        message: 'Expected none unless the grant is ephemeral',
      }),
    output: z.object({ grant: grantSchema, token: z.string(), url: z.string() }),
    callers: onlySocket,
  },
  /**
   * Keeps an ephemeral grant: returns when it has ended otherwise (revoked, lapsed), and ends it
   * when the caller hangs up. Fails with `not_found`, and with `helper_stopping` when the helper
   * goes; then make the grant again with its token, and hold that.
   */
  'grant.hold': { input: byGrant, output: none, callers: onlySocket },
  'grant.list': {
    input: none,
    output: z.object({ grants: z.array(grantSchema) }),
    callers: everyone,
  },
  /** Ends a grant at once. Fails with `not_found`. */
  'grant.revoke': { input: byGrant, output: none, callers: everyone },
} as const satisfies Record<string, CommandSpec>;
