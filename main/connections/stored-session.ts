import { z } from 'zod';
import type { ConnectionSettings } from '../../shared/model.ts';
import type { StoredClient, StoredSession } from './provider.ts';

/** The text that the keychain holds for one connection, and how two sessions become one. */

const registrationSchema = z.object({
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  expiresAt: z.number(),
  scopes: z.array(z.string()),
  audience: z.string(),
});

const recordSchema = z.record(z.string(), z.unknown());

const clientSchema = z.object({
  clientSecret: z.string().exactOptional(),
  signingKey: recordSchema.exactOptional(),
  decryptionKeys: z.array(recordSchema).exactOptional(),
  dpopKey: recordSchema.exactOptional(),
  initialAccessToken: z.string().exactOptional(),
  softwareStatement: z.string().exactOptional(),
  registration: z
    .object({
      clientId: z.string().min(1),
      clientSecret: z.string().exactOptional(),
      secretExpiresAt: z.number().exactOptional(),
      registrationClientUri: z.string().exactOptional(),
      registrationAccessToken: z.string().exactOptional(),
      answer: recordSchema,
      request: recordSchema,
    })
    .exactOptional(),
});

const tokensSchema = z.object({
  accessToken: z.string().min(1),
  tokenType: z.string().exactOptional(),
  refreshToken: z.string().min(1).exactOptional(),
  idToken: z.string().exactOptional(),
  claims: recordSchema.exactOptional(),
  scope: z.array(z.string()).exactOptional(),
  obtainedAt: z.number(),
  expiresAt: z.number(),
  flow: z.enum(['browser', 'device', 'form', 'unattended']),
});

const storedSessionSchema = z.object({
  version: z.literal(1),
  registrations: z.object({
    browser: registrationSchema.exactOptional(),
    device: registrationSchema.exactOptional(),
  }),
  client: clientSchema.exactOptional(),
  tokens: tokensSchema.exactOptional(),
  /** Which provider it belongs to: an item left by another connection of this name is not ours. */
  provider: z.string().exactOptional(),
});

/** Names the provider of a connection, so that its tokens are never sent to another one. */
export function providerIdentity(settings: ConnectionSettings): string {
  return settings.kind === 'identity-center'
    ? `${settings.kind} ${settings.region} ${settings.startUrl}`
    : `${settings.kind} ${settings.issuer} ${settings.clientId ?? ''}`.trimEnd();
}

/** The text to keep. */
export function encodeSession(session: StoredSession, provider: string): string {
  return JSON.stringify({ ...session, provider });
}

/** Reads the text back; `foreign` when it belongs to another provider, `damaged` when it is none of ours. */
export function decodeSession(
  text: string,
  provider: string,
): StoredSession | 'damaged' | 'foreign' {
  const parsed = storedSessionSchema.safeParse(parseJson(text));
  if (!parsed.success) return 'damaged';
  const { provider: owner, ...session } = parsed.data;
  return owner === undefined || owner === provider ? session : 'foreign';
}

/** `base` with the registrations of `next` added; its tokens stay. */
export function withRegistrations(base: StoredSession | null, next: StoredSession): StoredSession {
  return {
    version: 1,
    registrations: { ...base?.registrations, ...next.registrations },
    ...clientOf(next, base),
    ...(base?.tokens === undefined ? {} : { tokens: base.tokens }),
  };
}

/** `next` with the registrations that only `base` knows. */
export function withTokens(base: StoredSession | null, next: StoredSession): StoredSession {
  const registrations = { ...base?.registrations, ...next.registrations };
  return { ...next, ...clientOf(next, base), registrations };
}

/** `session` after its end: the registrations stay, since they serve the next sign-in. */
export function withoutTokens(session: StoredSession | null): StoredSession {
  return { version: 1, registrations: session?.registrations ?? {}, ...clientOf(session) };
}

/** The OpenID client of the first that has one. */
function clientOf(...sessions: readonly (StoredSession | null)[]): { client?: StoredClient } {
  const client = sessions.find((session) => session?.client !== undefined)?.client;
  return client === undefined ? {} : { client };
}

/**
 * Whether new tokens can be had without a person: by the grant that needs none, else by a refresh,
 * for which an Identity Center wants the client that got the old ones.
 */
export function isRenewable(session: StoredSession | null | undefined, now: number): boolean {
  const tokens = session?.tokens;
  if (tokens?.flow === 'unattended') return true;
  if (tokens?.refreshToken === undefined) return false;
  if (session?.client !== undefined) return true;
  if (tokens.flow === 'form') return false;
  const registration = session?.registrations[tokens.flow];
  return registration !== undefined && registration.expiresAt > now;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
