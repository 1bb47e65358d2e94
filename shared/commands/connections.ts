import { z } from 'zod';
import { applicationArnSchema, browserCommandSchema, scopeSchema } from '../connection-basics.ts';
import { connectionChangesSchema } from '../connection-changes.ts';
import { connectionNameSchema, connectionViewSchema, flowSchema } from '../model.ts';
import { issuerSchema, oidcConnectionSchema } from '../oidc-connection.ts';
import { checkSchema } from './checks.ts';
import { byConnection, type CommandSpec, everyone, none } from './spec.ts';

/** Input of `connection.add`. URLs and regions are checked by the helper, which says what is wrong. */
const connectionAddSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('identity-center'),
    name: connectionNameSchema,
    startUrl: z.string().min(1).max(2048),
    region: z.string().min(1).max(64),
    scopes: z.array(scopeSchema).max(25).default(['sso:account:access']),
    flow: flowSchema.default('auto'),
    entitledApplicationArn: applicationArnSchema.exactOptional(),
    browser: browserCommandSchema.exactOptional(),
  }),
  oidcConnectionSchema,
]);

const portalSchema = z.object({
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

/** What `connection.check` finds out about an address. */
const addressSchema = z.discriminatedUnion('kind', [portalSchema, issuerSchema]);

/** The commands that configure connections. */
export const connectionCommands = {
  'connection.add': { input: connectionAddSchema, output: connectionViewSchema, callers: everyone },
  'connection.show': { input: byConnection, output: connectionViewSchema, callers: everyone },
  /** Signs out, then forgets the connection and its catalogue. */
  'connection.remove': { input: byConnection, output: none, callers: everyone },
  /** Changes how a connection signs in; null takes a setting away. A pending sign-in goes on. */
  'connection.update': {
    input: byConnection.extend(connectionChangesSchema.shape),
    output: connectionViewSchema,
    callers: everyone,
  },
  /**
   * Says what is at an address, before a connection is made of it: first by its form alone, then,
   * where a region is known, by asking whether its endpoint answers (5 s). An https address that
   * is none of AWS's is asked for an OpenID provider's metadata. Fails with `invalid_start_url`
   * (neither the one nor the other), `invalid_region`, `issuer_mismatch`, `network_error`,
   * `tls_error`, `proxy_error`, `timeout`.
   */
  'connection.check': {
    input: z.strictObject({
      address: z.string().max(2048),
      region: z.string().min(1).max(64).exactOptional(),
      /** Absent: told from the address. */
      kind: z.enum(['identity-center', 'oidc']).exactOptional(),
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
} as const satisfies Record<string, CommandSpec>;
