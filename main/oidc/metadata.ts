import * as oauth from 'oauth4webapi';
import { isKeyfobError, KeyfobError } from '../../shared/errors.ts';
import { isLoopback } from '../../shared/loopback.ts';
import type { OidcEndpoints, OidcSettings } from '../../shared/oidc-settings.ts';
import type { Clock } from '../ports.ts';
import type { Upstream } from '../upstream.ts';
import { cacheLifetimeMs } from './cache-lifetime.ts';
import { requestOptions, requireSecure } from './context.ts';
import { explained, malformed, notOffered } from './errors.ts';

/** How long a copy helps out while the provider can't be asked for a new one, in milliseconds. */
const staleMs = 86_400_000;

const operation = 'the request for its metadata';

/** What a connection's settings say about where the provider is. */
export type ProviderPlace = Pick<OidcSettings, 'issuer' | 'metadata' | 'endpoints'>;

/** A provider's metadata, asked for once and kept for its lifetime. */
export interface Metadata {
  /**
   * Rejects with `issuer_mismatch`, `invalid_input` (the issuer is no usable URL), `insecure_url`
   * (a provider elsewhere sends us to plain http on this machine), `not_found` and the like where
   * no such document is, `response_*`, and the codes of `Upstream.request`.
   */
  read(signal: AbortSignal): Promise<oauth.AuthorizationServer>;
}

/**
 * Creates the memory of one provider's metadata: OpenID Connect Discovery, RFC 8414, or what the
 * settings say where there is no document. Endpoints of the settings go before the document's.
 *
 * Kept as long as Cache-Control says, a minute at least and a day at most; an hour where it says
 * nothing. While the provider can't be reached, a copy of the last day serves on.
 */
export function createMetadata(deps: {
  readonly place: ProviderPlace;
  readonly upstream: Upstream;
  readonly clock: Clock;
}): Metadata {
  const { place, upstream, clock } = deps;
  const overrides = metadataNames(place.endpoints);
  interface Copy {
    readonly server: oauth.AuthorizationServer;
    readonly fetchedAt: number;
    readonly lifetimeMs: number;
  }
  let kept: Copy | undefined;
  let pending: Promise<Copy> | undefined;

  async function download(algorithm: 'oidc' | 'oauth2', signal: AbortSignal): Promise<Copy> {
    const issuer = checkIssuer(place.issuer);
    const fetchedAt = clock.now();
    const options = { ...requestOptions({ upstream }, { operation, signal }), algorithm };
    return await explained(operation, async () => {
      const response = await oauth.discoveryRequest(issuer, options);
      const lifetimeMs = cacheLifetimeMs(response.headers);
      const document = await oauth
        .processDiscoveryResponse(issuer, response)
        .catch((error: unknown) => {
          throw mismatchOf(error, place.issuer) ?? error;
        });
      // The library compares them as URLs, in which texts may differ that are not the same issuer.
      if (document.issuer !== place.issuer) throw issuerMismatch(place.issuer, document.issuer);
      requireElsewhere(place.issuer, document, overrides);
      return { server: tidied({ ...document, ...overrides }), fetchedAt, lifetimeMs };
    });
  }

  async function current(algorithm: 'oidc' | 'oauth2', signal: AbortSignal): Promise<Copy> {
    if (kept !== undefined && clock.now() - kept.fetchedAt < kept.lifetimeMs) return kept;
    const mine = pending === undefined;
    pending ??= download(algorithm, signal).finally(() => {
      pending = undefined;
    });
    const shared = pending;
    try {
      kept = await shared;
      return kept;
    } catch (error) {
      // Whoever started it has given up; that is no reason for us to.
      if (!mine && !isKeyfobError(error) && !signal.aborted)
        return await current(algorithm, signal);
      const old = kept !== undefined && clock.now() - kept.fetchedAt < staleMs ? kept : undefined;
      if (old !== undefined && isKeyfobError(error, ...outages)) return old;
      throw error;
    }
  }

  return {
    async read(signal) {
      if (place.metadata === 'manual') {
        checkIssuer(place.issuer);
        return { issuer: place.issuer, ...overrides };
      }
      return (await current(place.metadata, signal)).server;
    },
  };
}

const outages = [
  'network_error',
  'proxy_error',
  'timeout',
  'server_error',
  'too_many_requests',
  'response_truncated',
] as const;

/**
 * The issuer identifier as a URL: https (http on this machine), without query and fragment
 * (OpenID Connect Discovery section 3, RFC 8414 section 2). Throws `invalid_input`.
 */
export function checkIssuer(issuer: string): URL {
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  const local = url?.protocol === 'http:' && isLoopback(url.hostname);
  const clean = url !== undefined && !/[?#]/.test(issuer) && url.username + url.password === '';
  if (clean && (url.protocol === 'https:' || local)) return url;
  throw new KeyfobError('invalid_input', 'The issuer is not an https URL without query.', {
    hint: 'Give the issuer as the provider writes it, for example https://login.example.com/realm.',
  });
}

/**
 * An address that the browser or a request is sent to. Throws `not_offered`, `response_invalid`
 * (it is no URL) and `insecure_url`.
 */
export function endpointOf(
  server: oauth.AuthorizationServer,
  name: 'authorization_endpoint' | 'end_session_endpoint' | 'registration_endpoint',
  operation: string,
): URL {
  const text: unknown = server[name];
  if (text === undefined) throw notOffered(operation, name);
  if (typeof text !== 'string' || !URL.canParse(text)) {
    throw malformed('the request for its metadata', `with a ${name} that is no address`);
  }
  requireSecure(text);
  return new URL(text);
}

const names: Readonly<Record<keyof OidcEndpoints, keyof oauth.AuthorizationServer & string>> = {
  authorization: 'authorization_endpoint',
  token: 'token_endpoint',
  deviceAuthorization: 'device_authorization_endpoint',
  userinfo: 'userinfo_endpoint',
  introspection: 'introspection_endpoint',
  revocation: 'revocation_endpoint',
  registration: 'registration_endpoint',
  endSession: 'end_session_endpoint',
  pushedAuthorization: 'pushed_authorization_request_endpoint',
  jwks: 'jwks_uri',
};

function metadataNames(endpoints: OidcEndpoints = {}): Record<string, string> {
  const named = Object.entries(endpoints).map(([key, url]) => [
    names[key as keyof OidcEndpoints],
    url,
  ]);
  return Object.fromEntries(named);
}

/**
 * Plain http is for providers on this machine. One elsewhere that names such an address would have
 * us send secrets to whatever listens there.
 */
function requireElsewhere(
  issuer: string,
  server: oauth.AuthorizationServer,
  chosen: Readonly<Record<string, string>>,
): void {
  if (new URL(issuer).protocol !== 'https:') return;
  const places = [server.mtls_endpoint_aliases ?? {}, server].flatMap(Object.entries<unknown>);
  const wrong = places.find(([name, address]) => {
    if (!Object.values(names).includes(name) || Object.hasOwn(chosen, name)) return false;
    if (typeof address !== 'string' || !URL.canParse(address)) return false;
    return new URL(address).protocol === 'http:' && isLoopback(new URL(address).hostname);
  });
  if (wrong === undefined) return;
  const [name] = wrong;
  throw new KeyfobError(
    'insecure_url',
    `The provider's metadata name an address on this machine as its ${name}.`,
    {
      hint: 'Nothing was sent there. The provider may not know the proxy that it stands behind: have its metadata corrected, or give the right address with the connection.',
      details: { endpoint: name },
    },
  );
}

const lists = [
  'id_token_signing_alg_values_supported',
  'userinfo_signing_alg_values_supported',
  'introspection_signing_alg_values_supported',
  'scopes_supported',
  'grant_types_supported',
  'token_endpoint_auth_methods_supported',
  'code_challenge_methods_supported',
  'dpop_signing_alg_values_supported',
] as const;

/** Without the members that are not what the standards make them, so that nobody trips over them. */
function tidied(server: oauth.AuthorizationServer): oauth.AuthorizationServer {
  // Some providers send null for what there is none of.
  const said = Object.entries(server).filter(([, value]) => value !== null);
  const copy: Record<string, unknown> = Object.fromEntries(said);
  for (const name of lists) {
    const value = copy[name];
    const fits = Array.isArray(value) && value.every((each) => typeof each === 'string');
    if (!fits) delete copy[name];
  }
  if (typeof copy.mtls_endpoint_aliases !== 'object' || copy.mtls_endpoint_aliases === null) {
    delete copy.mtls_endpoint_aliases;
  }
  return { ...copy, issuer: server.issuer } as oauth.AuthorizationServer;
}

function mismatchOf(error: unknown, expected: string): KeyfobError | undefined {
  // The library makes a URL of whatever the document holds.
  if (error instanceof TypeError) return issuerMismatch(expected, undefined);
  if (!(error instanceof oauth.OperationProcessingError)) return undefined;
  if (error.code !== oauth.JSON_ATTRIBUTE_COMPARISON) return undefined;
  const { body } = error.cause as { body?: { issuer?: unknown } };
  return issuerMismatch(expected, body?.issuer);
}

function issuerMismatch(expected: string, got: unknown): KeyfobError {
  if (typeof got === 'string' && /\{\w{1,40}\}/.test(got)) return manyTenants(expected);
  const shown = typeof got === 'string' && /^https?:\/\/[\w.~:/@%+-]{1,200}$/.test(got);
  const message = shown
    ? `The provider at ${expected} calls itself ${got}.`
    : `The provider at ${expected} calls itself otherwise.`;
  return new KeyfobError('issuer_mismatch', message, {
    hint: 'The issuer has to be written exactly as the provider writes it, the slash at its end included. If the two are not the same provider, somebody may be in between.',
    details: { expected, ...(shown ? { issuer: got } : {}) },
  });
}

/** Entra ID's `common` and its like publish a template, and sign with the issuer of some tenant. */
function manyTenants(expected: string): KeyfobError {
  return new KeyfobError(
    'issuer_mismatch',
    `${expected} stands for many tenants, not for one issuer.`,
    {
      hint: 'Anybody’s tenant could sign for it. Name yours: put its id in place of `common` or `organizations`, as in https://login.microsoftonline.com/TENANT_ID/v2.0. The id is on the tenant’s overview page.',
      details: { expected },
    },
  );
}
