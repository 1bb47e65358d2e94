import { z } from 'zod';
import { accountSchema } from '../account-schema.ts';
import { hostSchema, registrySchema } from '../registry.ts';
import { type CommandSpec, none, onlySocket, perhapsAccount } from './spec.ts';

const regionSchema = z.string().min(1).max(64);

/**
 * What programs beside the AWS tools need. All of it over the socket alone: what comes out is
 * secret, and the window has no use for it.
 */
export const toolCommands = {
  /**
   * An account, the region that its tools start with where one is known, and the connection behind
   * it where nobody is signed in to that.
   */
  'account.show': {
    input: perhapsAccount,
    output: z.object({
      account: accountSchema,
      region: z.string().exactOptional(),
      signedOut: z.string().exactOptional(),
    }),
    callers: onlySocket,
  },
  /**
   * A token for an EKS cluster: who the account is, signed for that cluster. Good for 14 minutes.
   * The region is the cluster's; absent: that of the account's connection.
   */
  'account.eksToken': {
    input: perhapsAccount.extend({
      cluster: z
        .string()
        .regex(/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/, 'Expected the name of a cluster'),
      region: regionSchema.exactOptional(),
    }),
    output: z.object({ token: z.string(), expiresAt: z.string() }),
    callers: onlySocket,
  },
  /** User name and password for a repository of AWS CodeCommit: its path, signed. */
  'account.codecommit': {
    input: perhapsAccount.extend({ host: hostSchema, path: z.string().min(1).max(1024) }),
    output: z.object({ username: z.string(), password: z.string(), expiresAt: z.string() }),
    callers: onlySocket,
  },
  /**
   * A server has refused a token account's token, which was got with this wish: the next one is
   * another, where there is one to be had. Does nothing for a token that is at hand no longer.
   */
  'account.refused': {
    input: perhapsAccount.extend({
      token: z.string().min(1).max(65_535),
      scope: z.array(z.string().min(1).max(256)).max(64).exactOptional(),
      audience: z.string().min(1).max(2048).exactOptional(),
      idToken: z.boolean().exactOptional(),
    }),
    output: none,
    callers: onlySocket,
  },
  /** Which account answers for a registry; replaces what was said before. */
  'registry.set': { input: registrySchema, output: registrySchema, callers: onlySocket },
  /** Fails with `not_found`. */
  'registry.remove': {
    input: z.strictObject({ host: hostSchema }),
    output: none,
    callers: onlySocket,
  },
  'registry.list': {
    input: none,
    output: z.object({
      registries: z.array(registrySchema.extend({ username: z.string() })),
    }),
    callers: onlySocket,
  },
  /** User name and password for a registry. Fails with `not_found` for one that was not set. */
  'registry.login': {
    input: z.strictObject({ host: hostSchema }),
    output: z.object({ username: z.string(), secret: z.string() }),
    callers: onlySocket,
  },
} as const satisfies Record<string, CommandSpec>;
