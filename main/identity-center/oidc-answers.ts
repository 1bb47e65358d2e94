import { z } from 'zod';
import { isLoopback } from '../../shared/loopback.ts';

/** The answers of AWS's OIDC service, and what Keyfob makes of them. */

/** AWS sends null for what is absent, and some servers the empty string. */
const absent = <T extends z.ZodType>(schema: T) =>
  z
    .preprocess((value) => (value === null || value === '' ? undefined : value), schema.optional())
    .optional();

const text = z.string().min(1);
/** A span that still is a date when added to now. */
const seconds = z.number().int().positive().max(3_000_000_000);
const epochSeconds = z.number().int().nonnegative().max(8_000_000_000_000);

/** What a person is sent to: never a file, never in the clear over a network. */
const pageUrl = text.refine((value) => {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
});

export const registerClientAnswer = z
  .object({
    clientId: text,
    clientSecret: text,
    clientIdIssuedAt: absent(epochSeconds),
    clientSecretExpiresAt: epochSeconds,
    authorizationEndpoint: absent(z.string()),
    tokenEndpoint: absent(z.string()),
  })
  .transform(({ clientIdIssuedAt, clientSecretExpiresAt, ...rest }) => ({
    ...rest,
    issuedAt: clientIdIssuedAt === undefined ? undefined : clientIdIssuedAt * 1000,
    expiresAt: clientSecretExpiresAt * 1000,
  }));

/** A registration. Times are epoch milliseconds, the provider's. The id and secret are secret. */
export type RegisteredClient = z.output<typeof registerClientAnswer>;

export const startDeviceAuthorizationAnswer = z.object({
  deviceCode: text,
  /** Printable, since it is shown: nothing that could move a terminal's cursor. */
  userCode: text.max(64).regex(/^[\x20-\x7e]+$/),
  verificationUri: pageUrl,
  verificationUriComplete: absent(pageUrl),
  expiresIn: seconds,
  /** RFC 8628 section 3.2: 5 where the server gives none. */
  interval: absent(z.number().int().nonnegative().max(3_600)).transform((value) => value ?? 5),
});

/** A device authorization. `expiresIn` and `interval` are seconds. The device code is secret. */
export type DeviceAuthorization = z.output<typeof startDeviceAuthorizationAnswer>;

const tokenMembers = {
  accessToken: text,
  /** RFC 6750; any other kind would have to be used in another way. */
  tokenType: absent(z.string().regex(/^bearer$/i)),
  /** Seconds. */
  expiresIn: seconds,
  refreshToken: absent(z.string()),
  idToken: absent(z.string()),
};

export const createTokenAnswer = z.object(tokenMembers);

/** Tokens; `expiresIn` is seconds. All secret. */
export type CreatedToken = z.output<typeof createTokenAnswer>;

export const createTokenWithIamAnswer = z.object({
  ...tokenMembers,
  issuedTokenType: absent(z.string()),
  scope: absent(z.array(z.string())),
  awsAdditionalDetails: absent(z.object({ identityContext: absent(z.string()) })),
});

/**
 * Tokens; `expiresIn` is seconds. `awsAdditionalDetails.identityContext` is what AssumeRole takes
 * as the context assertion of `arn:aws:iam::aws:contextProvider/IdentityCenter`. All secret.
 */
export type CreatedTokenWithIam = z.output<typeof createTokenWithIamAnswer>;
