import { z } from 'zod';
import { byConnection, type CommandSpec, everyone, onlySocket } from './spec.ts';

/** The commands of OpenID providers, beside those of every connection. Tokens never go to the window. */

const tokenSchema = z.string().min(1).max(50_000);
const claimsSchema = z.record(z.string(), z.unknown());
const scopesSchema = z.array(z.string().min(1).max(256)).max(50);
const typeSchema = z.string().min(1).max(256);

const registrationViewSchema = z.object({
  clientId: z.string(),
  /** What the provider said of the client, without its secrets. */
  metadata: claimsSchema,
  /** The public keys of the client, to be registered where it was entered by hand. */
  jwks: z.object({ keys: z.array(claimsSchema) }),
  /** Whether the provider lets the client change itself. */
  manageable: z.boolean(),
  /** When the client secret ends. */
  secretExpiresAt: z.string().optional(),
});
export type RegistrationView = z.infer<typeof registrationViewSchema>;

export const oidcCommands = {
  /** What the provider tells of the person, or of the client itself. */
  'oidc.userinfo': {
    input: byConnection,
    output: z.object({ subject: z.string().optional(), claims: claimsSchema }),
    callers: everyone,
  },
  /** What the provider knows of a token; absent: of the connection's own. */
  'oidc.introspect': {
    input: byConnection.extend({
      token: tokenSchema.exactOptional(),
      kind: z.enum(['access', 'refresh']).default('access'),
    }),
    output: z.object({ active: z.boolean(), claims: claimsSchema }),
    callers: onlySocket,
  },
  /** Makes a token invalid; absent: both of the connection's own, whose session is over then. */
  'oidc.revoke': {
    input: byConnection.extend({
      token: tokenSchema.exactOptional(),
      kind: z.enum(['access', 'refresh']).exactOptional(),
    }),
    output: z.object({ revoked: z.boolean() }),
    callers: onlySocket,
  },
  /** RFC 8693. The subject is the connection's own token unless one is given. */
  'oidc.exchange': {
    input: byConnection.extend({
      subject: z.strictObject({ token: tokenSchema, type: typeSchema }).exactOptional(),
      /** Which of the connection's own tokens is the subject. */
      own: z.enum(['access', 'id', 'refresh']).default('access'),
      actor: z.strictObject({ token: tokenSchema, type: typeSchema }).exactOptional(),
      requestedTokenType: typeSchema.exactOptional(),
      scopes: scopesSchema.exactOptional(),
      audience: z.array(z.string().min(1).max(2048)).max(10).exactOptional(),
      resource: z.array(z.string().min(1).max(2048)).max(10).exactOptional(),
    }),
    output: z.object({
      token: z.string(),
      tokenType: z.string(),
      issuedTokenType: z.string().optional(),
      expiresAt: z.string(),
      scope: z.array(z.string()).optional(),
    }),
    callers: onlySocket,
  },
  /** The client as it is stored; `read`: as the provider has it now (RFC 7592). */
  'oidc.registration': {
    input: byConnection.extend({ read: z.boolean().default(false) }),
    output: registrationViewSchema,
    callers: onlySocket,
  },
  /**
   * Changes the client at the provider (RFC 7592 section 2.2); a member that is null goes. The
   * connection's own settings stay as they are.
   */
  'oidc.registration.update': {
    input: byConnection.extend({ changes: claimsSchema }),
    output: registrationViewSchema,
    callers: onlySocket,
  },
  /** Deletes the client at the provider, with every token it has; the next sign-in registers anew. */
  'oidc.registration.delete': {
    input: byConnection,
    output: z.object({ deleted: z.boolean() }),
    callers: onlySocket,
  },
} as const satisfies Record<string, CommandSpec>;
