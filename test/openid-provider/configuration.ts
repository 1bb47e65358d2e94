import { randomBytes } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { type Client, type Context, errors, type Token } from 'oidc-provider';
import { resourceInfo } from './issue.ts';
import { createAdapter, type Storage } from './memory.ts';
import { confirmPage, devicePage, donePage, errorPage } from './pages.ts';
import { findPerson, personClaims, sessionIndex } from './people.ts';
import { registrationPolicy } from './registration.ts';
import type { ProviderState } from './state.ts';

/** What oidc-provider is told: everything of `docs` that Keyfob can meet. */
export function createConfiguration(
  state: ProviderState,
  storage: Storage,
  cookieKey: string,
): Record<string, unknown> {
  const { switches, clients } = state;
  const seconds = (name: keyof typeof switches.lifetimes) => () => switches.lifetimes[name];
  /** As long as what comes of them. */
  const lasting = () => Math.max(86_400, switches.lifetimes.refresh);
  const fixed = Object.values(clients).map(({ metadata }) => metadata);
  const algorithms = ['RS256', 'ES256', 'HS256'];
  const overTls = state.issuer.startsWith('https:');
  return {
    adapter: createAdapter(storage),
    clients: fixed,
    jwks: state.keys.jwks(),
    cookies: { keys: [cookieKey] },
    scopes: ['openid', 'offline_access', 'profile', 'email', 'read', 'write'],
    claims: {
      acr: null,
      auth_time: null,
      iss: null,
      openid: ['sub', 'auth_time', 'amr', 'azp', 'session_index'],
      profile: ['name', 'preferred_username'],
      email: ['email', 'email_verified'],
    },
    conformIdTokenClaims: false,
    acrValues: ['urn:example:bronze', 'urn:example:gold'],
    clientAuthMethods: [
      'client_secret_basic',
      'client_secret_post',
      'client_secret_jwt',
      'private_key_jwt',
      'none',
      ...(overTls ? ['tls_client_auth'] : []),
    ],
    enabledJWA: {
      idTokenSigningAlgValues: algorithms,
      userinfoSigningAlgValues: algorithms,
      introspectionSigningAlgValues: algorithms,
    },
    pkce: { required: () => true },
    rotateRefreshToken: () => switches.rotateRefreshTokens,
    issueRefreshToken: async (_ctx: Context, client: Client, source: Token) =>
      client.grantTypeAllowed('refresh_token') &&
      (switches.alwaysRefreshable || source.scopes.has('offline_access')),
    expiresWithSession: async () => false,
    ttl: {
      AccessToken: seconds('access'),
      ClientCredentials: seconds('clientCredentials'),
      IdToken: seconds('id'),
      RefreshToken: seconds('refresh'),
      AuthorizationCode: seconds('code'),
      DeviceCode: seconds('device'),
      Grant: lasting,
      Interaction: 3600,
      Session: lasting,
    },
    features: {
      devInteractions: { enabled: false },
      deviceFlow: {
        enabled: true,
        userCodeInputSource: async (ctx: Context, form: string, _out: unknown, error: unknown) => {
          ctx.body = devicePage(form, error !== undefined && error !== null);
        },
        userCodeConfirmSource: async (
          ctx: Context,
          form: string,
          client: Client,
          _device: unknown,
          userCode: string,
        ) => {
          ctx.body = confirmPage(form, client, userCode);
        },
        successSource: async (ctx: Context) => {
          ctx.body = donePage();
        },
      },
      clientCredentials: { enabled: true },
      introspection: {
        enabled: true,
        allowedPolicy: async (_ctx: Context, client: Client, token: Token) => {
          if (switches.ssoServer) nameTokenType(token);
          return client.clientAuthMethod !== 'none' || token.clientId === client.clientId;
        },
      },
      jwtIntrospection: { enabled: true },
      ...(overTls ? { mTLS } : {}),
      jwtUserinfo: { enabled: true },
      encryption: { enabled: true },
      revocation: {
        enabled: true,
        allowedPolicy: async (_ctx: Context, client: Client, token: Token) => {
          if (token.clientId === client.clientId) return true;
          throw new errors.InvalidRequest('this is a token of another client');
        },
      },
      registration: { enabled: true, ...registrationPolicy(fixed, storage) },
      registrationManagement: { enabled: true, rotateRegistrationAccessToken: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: async (_ctx: Context, resource: string) => resourceInfo(resource),
        useGrantedResource: async () => false,
      },
      dPoP: {
        enabled: true,
        nonceSecret: randomBytes(32),
        requireNonce: () => switches.dpopNonce,
      },
      pushedAuthorizationRequests: { enabled: true },
    },
    extraTokenClaims: async (_ctx: Context, token: Token) => ({
      ...token.extra,
      ...(token.kind === 'ClientCredentials'
        ? clientClaims(token.clientId)
        : { session_index: sessionIndex(token.accountId), azp: token.clientId }),
    }),
    findAccount: async (_ctx: Context, username: string) => {
      const person = findPerson(username);
      return person && { accountId: username, claims: async () => personClaims(person) };
    },
    interactions: {
      url: async (_ctx: Context, { uid }: { uid: string }) => `/interaction/${uid}`,
    },
    clientBasedCORS: () => false,
    renderError: async (ctx: Context, out: Record<string, string>) => {
      ctx.type = 'html';
      ctx.body = errorPage(out);
    },
  };
}

/** RFC 8705 section 2.1: a certificate of our authority, with the client's name in it. */
const mTLS = {
  enabled: true,
  tlsClientAuth: true,
  getCertificate: ({ req }: Context) =>
    (req.socket as TLSSocket).getPeerX509Certificate()?.toString(),
  certificateAuthorized: ({ req }: Context) => (req.socket as TLSSocket).authorized,
  certificateSubjectMatches: ({ req }: Context, property: string, expected: string) =>
    property === 'tls_client_auth_san_dns' &&
    (req.socket as TLSSocket).getPeerX509Certificate()?.checkHost(expected) !== undefined,
};

/** What Ubisecure SSO tells of a client that acts for itself: no `sub`. */
export function clientClaims(clientId: string): Record<string, unknown> {
  return { usn: clientId, session_index: sessionIndex(clientId) };
}

function nameTokenType(token: Token): void {
  const refresh = token.kind === 'RefreshToken';
  const value = refresh ? 'refresh_token' : 'access_token';
  Object.defineProperty(token, 'tokenType', { value });
  // The provider leaves the type out for refresh tokens, which it knows by their kind.
  if (refresh) Object.defineProperty(token, 'kind', { value: 'ShownRefreshToken' });
}
