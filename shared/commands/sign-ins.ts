import { z } from 'zod';
import { connectionNameSchema, flowSchema, signInSchema } from '../model.ts';
import { byConnection, type CommandSpec, everyone, none, onlyWindow } from './spec.ts';

/** The commands that sign in and out. */
export const signInCommands = {
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
  /**
   * Answers what a sign-in asks. Fails with `no_pending_sign_in`, `not_found` (that question is not
   * open any more), `invalid_input`.
   */
  'signIn.answer': {
    input: byConnection.extend({
      id: z.string().min(1).max(64),
      values: z.record(z.string().max(32), z.string().min(1).max(50_000)),
    }),
    output: none,
    callers: everyone,
  },
  'signIn.cancel': { input: byConnection, output: none, callers: everyone },
  /** Revokes the session at the provider, then forgets it. */
  signOut: {
    input: byConnection.extend({
      /** Ends the browser's own session with an OpenID provider as well, on its page. */
      browser: z.boolean().default(false),
    }),
    output: z.object({
      /** False when the provider could not be told; the local secrets are gone either way. */
      revoked: z.boolean(),
      /** Whether the page was opened, where that was asked for. */
      opened: z.boolean().optional(),
    }),
    callers: everyone,
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
