import type { JWK } from 'jose';
import type { AuthorizationServer } from 'oauth4webapi';
import { KeyfobError } from '../../shared/errors.ts';
import {
  type ClientAuthentication,
  clientAuthenticationSchema,
  type OidcSettings,
} from '../../shared/oidc-settings.ts';
import type { PrivateKey, StoredClient, StoredRegistration } from '../connections/provider.ts';
import type { OidcClient, OidcContext } from './context.ts';
import { publicKeySet } from './keys.ts';
import {
  deleteRegistration,
  type Registration,
  registerClient,
  updateRegistration,
} from './registration.ts';

type Way = Pick<OidcContext, 'server' | 'upstream'>;

/** Registered without a port, as RFC 8252 section 7.3 has it; any will do then. */
const usualRedirectUri = 'http://127.0.0.1/oauth/callback';
/** A secret with less left than this would lapse during the sign-in, in milliseconds. */
const leastSecretLifeMs = 15 * 60_000;

const grantNames: Readonly<Record<Exclude<OidcSettings['grant'], 'interactive'>, string>> = {
  client_credentials: 'client_credentials',
  password: 'password',
  'saml2-bearer': 'urn:ietf:params:oauth:grant-type:saml2-bearer',
  'sms-otp': 'http://globalsign.com/iam/sso/oauth2/grant-type/sms-mt-otp',
  'smtp-otp': 'http://globalsign.com/iam/sso/oauth2/grant-type/smtp-otp',
  'jwt-bearer': 'urn:ietf:params:oauth:grant-type:jwt-bearer',
};
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

/**
 * Keyfob as the client of a connection, out of its settings and of what the keychain holds.
 * Throws `invalid_client` where the client is to be registered and has not been.
 */
export function clientFrom(settings: OidcSettings, stored: StoredClient | undefined): OidcClient {
  const { registration } = stored ?? {};
  const clientId = settings.clientId ?? registration?.clientId;
  if (clientId === undefined) {
    throw new KeyfobError('invalid_client', `${settings.name} is not registered yet.`, {
      hint: `Sign in once with \`keyfob login ${settings.name}\`: that registers it.`,
    });
  }
  const { signingAlgorithm, assertionAudience, certificate, idToken, userinfo, introspection } =
    settings;
  const clientSecret = stored?.clientSecret ?? registration?.clientSecret;
  return {
    clientId,
    ...(clientSecret === undefined ? {} : { clientSecret }),
    authentication: agreedAuthentication(settings, registration),
    ...(signingAlgorithm === undefined ? {} : { signingAlgorithm }),
    ...(assertionAudience === undefined ? {} : { assertionAudience }),
    ...(stored?.signingKey === undefined ? {} : { signingKey: asKey(stored.signingKey) }),
    ...(stored?.decryptionKeys === undefined
      ? {}
      : { decryptionKeys: stored.decryptionKeys.map(asKey) }),
    ...(stored?.dpopKey === undefined ? {} : { dpopKey: asKey(stored.dpopKey) }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(idToken === undefined ? {} : { idToken }),
    ...(userinfo === undefined ? {} : { userinfo }),
    ...(introspection === undefined ? {} : { introspection }),
  };
}

/** The keychain's JSON is what jose made, or what passed as a key when it was entered. */
function asKey(key: PrivateKey): JWK {
  return key as JWK;
}

/** A provider may settle on another way than was asked for (RFC 7591 section 3.2.1). */
function agreedAuthentication(
  settings: OidcSettings,
  registration: StoredRegistration | undefined,
): ClientAuthentication {
  if (settings.clientId !== undefined) return settings.clientAuthentication;
  const agreed = clientAuthenticationSchema.safeParse(
    registration?.answer.token_endpoint_auth_method,
  );
  return agreed.success ? agreed.data : settings.clientAuthentication;
}

/** What a client is registered with (RFC 7591 section 2, OpenID Connect Registration section 2). */
export function registrationMetadata(
  settings: OidcSettings,
  stored: StoredClient | undefined,
  server: AuthorizationServer,
): Readonly<Record<string, unknown>> {
  const { idToken = {}, userinfo = {}, introspection = {} } = settings;
  const keys = [stored?.signingKey, ...(stored?.decryptionKeys ?? [])].map((key) =>
    key === undefined ? undefined : asKey(key),
  );
  const { keys: jwks } = publicKeySet(keys);
  const protections = { id_token: idToken, userinfo, introspection };
  return {
    client_name: 'Keyfob',
    application_type: 'native',
    redirect_uris: [settings.redirectUri ?? usualRedirectUri],
    response_types: ['code'],
    grant_types: settings.registration?.grantTypes ?? grantsFor(settings, server),
    token_endpoint_auth_method: settings.clientAuthentication,
    ...(settings.signingAlgorithm === undefined
      ? {}
      : { token_endpoint_auth_signing_alg: settings.signingAlgorithm }),
    ...(jwks.length === 0 ? {} : { jwks: { keys: jwks } }),
    ...Object.fromEntries(
      Object.entries(protections).flatMap(([name, wanted]) => [
        ...named(`${name}_signed_response_alg`, wanted.signedResponseAlgorithm),
        ...named(`${name}_encrypted_response_alg`, wanted.encryptedResponseAlgorithm),
        ...named(`${name}_encrypted_response_enc`, wanted.encryptedResponseEncryption),
      ]),
    ),
    ...(settings.dpop === true ? { dpop_bound_access_tokens: true } : {}),
  };
}

function named(name: string, value: string | undefined): [string, string][] {
  return value === undefined ? [] : [[name, value]];
}

/** No more than this connection uses, and none that the provider says it has not. */
function grantsFor(settings: OidcSettings, server: AuthorizationServer): string[] {
  const wanted =
    settings.grant === 'interactive'
      ? ['authorization_code', 'refresh_token', deviceGrant]
      : // The redirect URI, which most providers insist on, wants a grant that uses it.
        ['authorization_code', 'refresh_token', grantNames[settings.grant]];
  const offered = server.grant_types_supported;
  return wanted.filter(
    (grant) => grant !== deviceGrant || offered === undefined || offered.includes(grant),
  );
}

/** Whether a registration serves another sign-in with these settings. */
export function isUsable(
  registration: StoredRegistration,
  wanted: Readonly<Record<string, unknown>>,
  now: number,
): boolean {
  const { secretExpiresAt } = registration;
  const lasts = secretExpiresAt === undefined || secretExpiresAt - now >= leastSecretLifeMs;
  return lasts && JSON.stringify(registration.request) === JSON.stringify(wanted);
}

/**
 * A registration with `wanted`: the one there is, changed (RFC 7592, or by the policy of the
 * provider that keeps id and secret) where that is possible, else a new one.
 *
 * Rejects as `registerClient`.
 */
export async function obtainRegistration(
  way: Way,
  settings: OidcSettings,
  stored: StoredClient | undefined,
  options: {
    readonly wanted: Readonly<Record<string, unknown>>;
    /** Absent: the provider no longer knows it. */
    readonly present: StoredRegistration | undefined;
  },
  signal: AbortSignal,
): Promise<StoredRegistration> {
  const { wanted, present } = options;
  if (present !== undefined) {
    const changed = await change(way, present, wanted, signal);
    if (changed !== undefined) return { ...changed, request: wanted };
  }
  const policy = settings.registration?.policy;
  const { initialAccessToken, softwareStatement } = stored ?? {};
  const secret = present?.clientSecret;
  const keeps = policy === 'keep_client_credentials';
  const keep =
    keeps && present !== undefined && secret !== undefined
      ? { clientId: present.clientId, clientSecret: secret }
      : undefined;
  const registration = await registerClient(
    way,
    {
      metadata: wanted,
      ...(initialAccessToken === undefined ? {} : { initialAccessToken }),
      ...(softwareStatement === undefined ? {} : { softwareStatement }),
      // The first time there is nothing to keep.
      ...(policy === undefined || (keeps && keep === undefined) ? {} : { policy }),
      ...(keep === undefined ? {} : { keep }),
    },
    signal,
  );
  return { ...registration, request: wanted };
}

async function change(
  way: Way,
  present: StoredRegistration,
  wanted: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<Registration | undefined> {
  if (present.registrationClientUri === undefined) return undefined;
  if (present.registrationAccessToken === undefined) return undefined;
  try {
    return await updateRegistration(way, present, wanted, signal);
  } catch (error) {
    if (!(error instanceof KeyfobError)) throw error;
    // It is gone, or may not be changed so: a new one does as well.
    return undefined;
  }
}

/** Gives a registration back. Never rejects: what can't be deleted is of no use to anybody. */
export async function returnRegistration(
  way: Way,
  registration: StoredRegistration,
  signal: AbortSignal,
): Promise<void> {
  if (registration.registrationAccessToken === undefined) return;
  await deleteRegistration(way, registration, signal).catch(() => undefined);
}
