import { z } from 'zod';
import { connectionNameSchema, flowSchema, scopeSchema } from './connection-basics.ts';
import {
  clientAuthenticationSchema,
  metadataSourceSchema,
  oidcGrantSchema,
  oidcSettingsSchema,
} from './oidc-settings.ts';

const secretSchema = z.string().min(1).max(20_000);

/**
 * A new connection to an OpenID provider: its settings, and the secrets that go to the keychain.
 * What is absent is chosen by the helper; addresses are checked there too.
 */
export const oidcConnectionSchema = z.strictObject({
  ...oidcSettingsSchema.shape,
  metadata: metadataSourceSchema.default('oidc'),
  grant: oidcGrantSchema.default('interactive'),
  flow: flowSchema.default('auto'),
  clientAuthentication: clientAuthenticationSchema.exactOptional(),
  scopes: z.array(scopeSchema).max(50).exactOptional(),
  clientSecret: secretSchema.exactOptional(),
  /** A private key, as a JWK, that is registered already; absent: one is made where one is needed. */
  signingKey: z.record(z.string(), z.unknown()).exactOptional(),
  /** What the provider's owner handed out to register with. */
  initialAccessToken: secretSchema.exactOptional(),
  /** RFC 7591 section 2.3. */
  softwareStatement: secretSchema.exactOptional(),
});
export type OidcConnection = z.output<typeof oidcConnectionSchema>;

/** What an issuer says of itself, before a connection is made of it. */
export const issuerSchema = z.object({
  kind: z.literal('oidc'),
  /** As the provider writes it. */
  issuer: z.string(),
  metadata: metadataSourceSchema.exclude(['manual']),
  /** A name that is still free. */
  name: connectionNameSchema,
  /** The connection that has this issuer already. */
  existing: z.string().optional(),
  offers: z.object({
    browser: z.boolean(),
    device: z.boolean(),
    /** A client can be registered from here. */
    registration: z.boolean(),
    pushedAuthorization: z.boolean(),
    dpop: z.boolean(),
    userinfo: z.boolean(),
    introspection: z.boolean(),
    revocation: z.boolean(),
    /** Absent where the provider does not say. */
    grants: z.array(z.string()).optional(),
    scopes: z.array(z.string()).optional(),
    clientAuthentication: z.array(z.string()).optional(),
  }),
});
export type Issuer = z.infer<typeof issuerSchema>;
