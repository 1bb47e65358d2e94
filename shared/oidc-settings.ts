import { z } from 'zod';
import { browserCommandSchema, connectionNameSchema, flowSchema } from './connection-basics.ts';

/** What is configured for an OpenID provider or another OAuth 2.0 authorization server. No secret. */

/** One line of text that goes into a request as it is. */
const lineSchema = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^[^\p{Cc}]+$/u, 'Expected one line of text');
const urlSchema = z.string().min(1).max(2048);
const algorithmSchema = z
  .string()
  .max(32)
  .regex(/^[A-Za-z0-9+-]+$/, 'Expected the name of a JOSE algorithm');

const localesSchema = z
  .string()
  .max(200)
  .regex(
    /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*(?: [A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*)*$/,
    'Expected language tags such as "en" or "sv fi", with spaces between',
  );

/** The well-known document that describes the provider, or none. */
export const metadataSourceSchema = z.enum(['oidc', 'oauth2', 'manual']);

/** How Keyfob proves at the token endpoint that it is the client (RFC 7591 section 2, RFC 8705). */
export const clientAuthenticationSchema = z.enum([
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'tls_client_auth',
  'none',
]);
export type ClientAuthentication = z.infer<typeof clientAuthenticationSchema>;

/**
 * What a sign-in hands in: `interactive` sends a person to the provider, by browser or device
 * code; the others ask here, or ask nobody (`client_credentials`, `jwt-bearer` with an assertion
 * of the client's own).
 */
export const oidcGrantSchema = z.enum([
  'interactive',
  'client_credentials',
  'password',
  'saml2-bearer',
  'sms-otp',
  'smtp-otp',
  'jwt-bearer',
]);
export type OidcGrant = z.infer<typeof oidcGrantSchema>;

/** Addresses that replace, or stand in for, those of the provider's metadata. */
export const oidcEndpointsSchema = z.strictObject({
  authorization: urlSchema.exactOptional(),
  token: urlSchema.exactOptional(),
  deviceAuthorization: urlSchema.exactOptional(),
  userinfo: urlSchema.exactOptional(),
  introspection: urlSchema.exactOptional(),
  revocation: urlSchema.exactOptional(),
  registration: urlSchema.exactOptional(),
  endSession: urlSchema.exactOptional(),
  pushedAuthorization: urlSchema.exactOptional(),
  jwks: urlSchema.exactOptional(),
});
export type OidcEndpoints = z.infer<typeof oidcEndpointsSchema>;

/** What form an answer must have; a weaker one than agreed is refused. */
const responseProtectionSchema = z.strictObject({
  signedResponseAlgorithm: algorithmSchema.exactOptional(),
  encryptedResponseAlgorithm: algorithmSchema.exactOptional(),
  encryptedResponseEncryption: algorithmSchema.exactOptional(),
});
export type ResponseProtection = z.infer<typeof responseProtectionSchema>;

export const oidcSettingsSchema = z.strictObject({
  kind: z.literal('oidc'),
  name: connectionNameSchema,
  /** The issuer identifier as the provider writes it; compared as a plain text. */
  issuer: urlSchema,
  metadata: metadataSourceSchema,
  endpoints: oidcEndpointsSchema.exactOptional(),
  /** Absent: registered dynamically; then it lies in the session. */
  clientId: lineSchema.exactOptional(),
  clientAuthentication: clientAuthenticationSchema,
  /** How a client is registered, where none was given. */
  registration: z
    .strictObject({
      /** Absent: those that this connection uses. `[]` leaves it to the provider. */
      grantTypes: z.array(lineSchema).max(20).exactOptional(),
      /** A provider that knows registration policies is asked to keep id and secret, or to make no secret. */
      policy: z.enum(['keep_client_credentials', 'no_client_secret']).exactOptional(),
    })
    .exactOptional(),
  /** For `client_secret_jwt` and `private_key_jwt`. */
  signingAlgorithm: algorithmSchema.exactOptional(),
  /** Whom assertions of ours are meant for; absent: the issuer (RFC 7523bis). */
  assertionAudience: z.enum(['issuer', 'token_endpoint']).exactOptional(),
  idToken: responseProtectionSchema.exactOptional(),
  userinfo: responseProtectionSchema.exactOptional(),
  introspection: responseProtectionSchema.exactOptional(),
  /** For `tls_client_auth`: where the certificate and its key lie. */
  certificate: z.strictObject({ certificateFile: lineSchema, keyFile: lineSchema }).exactOptional(),
  grant: oidcGrantSchema,
  scopes: z.array(z.string().min(1).max(256)).max(50),
  flow: flowSchema,
  /**
   * Where the provider sends the browser back: an address on this machine, for providers that
   * accept no other than the one entered there. Absent: 127.0.0.1 and any free port.
   */
  redirectUri: urlSchema.exactOptional(),
  /** The command that opens this connection's pages; absent: the person's general choice. */
  browser: browserCommandSchema.exactOptional(),
  prompt: lineSchema.exactOptional(),
  loginHint: lineSchema.exactOptional(),
  acrValues: lineSchema.exactOptional(),
  /** Languages of the provider's pages and messages, the best one first: BCP 47 tags with spaces between. */
  uiLocales: localesSchema.exactOptional(),
  maxAgeSeconds: z.number().int().min(0).exactOptional(),
  /** RFC 9126; absent: where the provider requires it. */
  pushedAuthorization: z.boolean().exactOptional(),
  /** RFC 9449: tokens that serve only who holds the key. */
  dpop: z.boolean().exactOptional(),
  audience: lineSchema.exactOptional(),
  /** RFC 8707. */
  resource: z.array(urlSchema).max(10).exactOptional(),
  /** Whom the password and one-time-password grants begin with. */
  username: lineSchema.exactOptional(),
  /** `jwt-bearer`: the client signs the assertion itself, about `username` or itself, and asks nobody. */
  ownAssertion: z.boolean().exactOptional(),
  /** The password grant hands the password to Keyfob, so it is off until the person turns it on. */
  passwordAllowed: z.boolean().exactOptional(),
});
export type OidcSettings = z.infer<typeof oidcSettingsSchema>;
