import type { JWK } from 'jose';
import * as oauth from 'oauth4webapi';
import { KeyfobError } from '../../shared/errors.ts';
import { isLoopback } from '../../shared/loopback.ts';
import type { ClientAuthentication, ResponseProtection } from '../../shared/oidc-settings.ts';
import type { ClientCertificate, Clock, FetchInit, Random } from '../ports.ts';
import type { ServerClock, Upstream } from '../upstream.ts';
import type { KeySource } from './provider-keys.ts';

/** Keyfob as a client of one provider. Secret: it may hold the client's secret and private keys. */
export interface OidcClient {
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly authentication: ClientAuthentication;
  /** `token_endpoint_auth_signing_alg`; absent: the key's own, or HS256. */
  readonly signingAlgorithm?: string;
  /** Whom an assertion is made out to; default the issuer. Some providers want the token endpoint. */
  readonly assertionAudience?: 'issuer' | 'token_endpoint';
  /** Private, for `private_key_jwt` and for assertions. */
  readonly signingKey?: JWK;
  /** Private, for answers that are encrypted to us. */
  readonly decryptionKeys?: readonly JWK[];
  /** Private; with it every token is bound to this key (RFC 9449). */
  readonly dpopKey?: JWK;
  /** For `tls_client_auth`. */
  readonly certificate?: ClientCertificate;
  /** In what form each answer was agreed to come; a weaker one is refused. */
  readonly idToken?: ResponseProtection;
  readonly userinfo?: ResponseProtection;
  readonly introspection?: ResponseProtection;
}

/** What every grant and endpoint works with. Lives as long as its connection's provider. */
export interface OidcContext {
  /** The provider's metadata, from `metadata.ts`. */
  readonly server: oauth.AuthorizationServer;
  readonly client: OidcClient;
  /** The way there: deadlines, size limits, no redirects. */
  readonly upstream: Upstream;
  readonly clock: Clock;
  /** The provider's time. */
  readonly serverClock: ServerClock;
  readonly random: Random;
  /** The provider's published keys, from `provider-keys.ts`. */
  readonly keys: KeySource;
}

/** Tokens as a provider's token endpoint answered. Secret. */
export interface TokenAnswer {
  readonly accessToken: string;
  /** `Bearer` or `DPoP`, in this spelling; what a token exchange calls otherwise, as it came. */
  readonly tokenType: string;
  readonly refreshToken?: string;
  readonly idToken?: string;
  /** Of the ID token, once all of it has been checked. */
  readonly claims?: IdTokenClaims;
  /** As granted; absent where the provider did not say, which means: as asked. */
  readonly scope?: readonly string[];
  /** Epoch milliseconds, the provider's time. */
  readonly obtainedAt: number;
  /** Epoch milliseconds, the provider's time. */
  readonly expiresAt: number;
  /** RFC 8693 section 2.2.1. */
  readonly issuedTokenType?: string;
}

/** What a checked ID token says; `session_index` and other extensions are members like any. */
export interface IdTokenClaims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string | readonly string[];
  readonly exp: number;
  readonly iat: number;
  readonly [claim: string]: unknown;
}

/** How one request goes out. */
export interface RequestPlan {
  /** For messages and the log, with its article: `the token request`. */
  readonly operation: string;
  readonly signal?: AbortSignal | undefined;
  /**
   * Default 3 for GET, else 1: a code, a one-time password or a rotating refresh token may have
   * been used up by a request whose answer was lost.
   */
  readonly attempts?: number;
}

/**
 * The options of every oauth4webapi call: it sends through our upstream, where redirects are not
 * followed, bodies end at 1 MiB and deadlines are kept.
 *
 * What it throws is turned into KeyfobErrors by `oauthFailure` (errors.ts). Rejects by itself with
 * the codes of `Upstream.request`, `too_many_requests`, `server_error`, and `insecure_url` for a
 * plain http address that is not on this machine.
 */
export function requestOptions(
  context: Pick<OidcContext, 'upstream'> & { readonly client?: OidcClient },
  plan: RequestPlan,
) {
  const { client, upstream } = context;
  async function send(url: string, init: SentByLibrary): Promise<Response> {
    requireSecure(url);
    const { 'user-agent': _, ...headers } = init.headers;
    const certificate = client?.authentication === 'tls_client_auth' && client.certificate;
    const answer = await upstream.request({
      operation: plan.operation,
      url,
      method: init.method as FetchInit['method'],
      headers,
      ...(init.body == null ? {} : { body: String(init.body) }),
      ...(certificate ? { certificate } : {}),
      attempts: plan.attempts ?? (init.method === 'GET' ? 3 : 1),
      signal: plan.signal,
    });
    const { status } = answer;
    const { host } = new URL(url);
    if (status === 429 || status >= 500) throw busy(plan.operation, host, status);
    const empty = status === 204 || status === 205 || status === 304;
    const response = new Response(empty ? null : answer.text, { status, headers: answer.headers });
    // For messages: a response of one's own making has no address.
    return Object.defineProperty(response, 'url', { value: url });
  }
  return {
    [oauth.customFetch]: send,
    // `send` itself sees to it that plain http stays on this machine.
    [oauth.allowInsecureRequests]: true,
  };
}

interface SentByLibrary {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

/** Throws `insecure_url` for an address that secrets must not be sent to. */
export function requireSecure(url: string): void {
  const { protocol, hostname, host } = new URL(url);
  if (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))) return;
  throw new KeyfobError('insecure_url', `The address on ${host} is not an https one.`, {
    hint: 'Keyfob sends secrets over https alone, but to this machine itself. Correct the address in the connection, or have the provider correct its metadata.',
    details: { host },
  });
}

/** The client as oauth4webapi knows it. Its clock is set by the provider's. */
export function libraryClient(context: OidcContext): oauth.Client {
  const { client, clock, serverClock } = context;
  return {
    client_id: client.clientId,
    use_mtls_endpoint_aliases: client.authentication === 'tls_client_auth',
    [oauth.clockSkew]: Math.round((serverClock.now() - clock.now()) / 1000),
  };
}

/** How far the provider's machines may disagree about the time, in seconds. */
export const clockToleranceSeconds = 30;

function busy(operation: string, host: string, status: number): KeyfobError {
  const [code, what] =
    status === 429
      ? (['too_many_requests', 'asks to be left alone for a while'] as const)
      : (['server_error', 'failed inside'] as const);
  return new KeyfobError(code, `${host} ${what} at ${operation} (HTTP ${status}).`, {
    hint: 'Try again in a minute. The session is kept.',
    details: { operation, host, status },
  });
}
