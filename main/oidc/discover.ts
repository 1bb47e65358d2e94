import type { AuthorizationServer } from 'oauth4webapi';
import { isKeyfobError, KeyfobError } from '../../shared/errors.ts';
import { isLoopback } from '../../shared/loopback.ts';
import type { Issuer } from '../../shared/oidc-connection.ts';
import type { Ports } from '../ports.ts';
import { createServerClock, createUpstream } from '../upstream.ts';
import { createMetadata } from './metadata.ts';

/** How long a provider may take before a connection is made of it. */
const patienceMs = 5_000;
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

/** What lies behind an address: an issuer, in its own spelling, and its metadata. */
export interface Discovered {
  readonly issuer: string;
  readonly metadata: 'oidc' | 'oauth2';
  readonly server: AuthorizationServer;
}

/** Whether an address looks like an issuer's: https, or http on this machine. */
export function looksLikeIssuer(text: string): boolean {
  const tidy = text.trim();
  if (!URL.canParse(tidy)) return false;
  const { protocol, hostname } = new URL(tidy);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

/**
 * Asks an address for a provider's metadata: as it was typed, then in the spelling that the
 * provider itself uses where only the slash at the end differs, then as RFC 8414 has it.
 *
 * Rejects with `not_found` where there is no such document, `issuer_mismatch`, and the codes of
 * `Metadata.read`.
 */
export async function discoverIssuer(
  address: string,
  ports: Pick<Ports, 'fetch' | 'clock' | 'random' | 'log'>,
  signal: AbortSignal,
): Promise<Discovered> {
  const { fetch, clock, random, log } = ports;
  const serverClock = createServerClock(clock);
  const upstream = createUpstream({
    fetch,
    clock,
    random,
    log,
    serverClock,
    attemptTimeoutMs: patienceMs,
    deadlineMs: patienceMs,
    attempts: 1,
  });
  const read = async (issuer: string, metadata: 'oidc' | 'oauth2'): Promise<Discovered> => {
    const place = { issuer, metadata };
    return {
      issuer,
      metadata,
      server: await createMetadata({ place, upstream, clock }).read(signal),
    };
  };
  const typed = issuerIn(address);
  try {
    return await read(typed, 'oidc');
  } catch (error) {
    const other = spelling(error, typed);
    if (other !== undefined) return await read(other, 'oidc');
    if (!isKeyfobError(error, ...noDocument)) throw error;
    return await read(typed, 'oauth2').catch((second: unknown) => {
      throw isKeyfobError(second, ...noDocument) ? notFound(typed) : second;
    });
  }
}

const noDocument = [
  'not_found',
  'response_content_type',
  'response_not_json',
  'response_invalid',
  'response_redirected',
  'upstream_error',
  'unauthorized',
  'forbidden',
] as const;

/** People copy the address of the document itself as well. */
function issuerIn(address: string): string {
  return address
    .trim()
    .replace(/\/\.well-known\/(?:openid-configuration|oauth-authorization-server)$/, '');
}

/** The provider's own spelling, where it means the same place. */
function spelling(error: unknown, typed: string): string | undefined {
  const theirs = isKeyfobError(error, 'issuer_mismatch') ? error.details?.issuer : undefined;
  if (typeof theirs !== 'string') return undefined;
  const bare = (text: string) => text.replace(/\/$/, '');
  return bare(theirs) === bare(typed) && theirs !== typed ? theirs : undefined;
}

function notFound(issuer: string): KeyfobError {
  const { host } = new URL(issuer);
  return new KeyfobError('not_found', `${host} does not describe itself as a provider.`, {
    hint: 'Give the issuer as the provider documents it, often with a realm or tenant in its path. Without such a document, add it on the command line with its endpoints.',
    details: { host },
  });
}

/** What a provider's metadata let one expect of it. */
export function offersOf(server: AuthorizationServer): Issuer['offers'] {
  const has = (value: unknown) => typeof value === 'string';
  const grants = server.grant_types_supported;
  const device = has(server.device_authorization_endpoint);
  const { scopes_supported: scopes, token_endpoint_auth_methods_supported: authentication } =
    server;
  return {
    browser: has(server.authorization_endpoint),
    device: device && (grants === undefined || grants.includes(deviceGrant)),
    registration: has(server.registration_endpoint),
    pushedAuthorization: has(server.pushed_authorization_request_endpoint),
    dpop: server.dpop_signing_alg_values_supported !== undefined,
    userinfo: has(server.userinfo_endpoint),
    introspection: has(server.introspection_endpoint),
    revocation: has(server.revocation_endpoint),
    ...(grants === undefined ? {} : { grants }),
    ...(scopes === undefined ? {} : { scopes }),
    ...(authentication === undefined ? {} : { clientAuthentication: authentication }),
  };
}

/** What people may call a provider: `example` for login.example.com, `acme` for …/realms/acme. */
export function nameOf(issuer: string): string {
  const { hostname, pathname } = new URL(issuer);
  const [last] = pathname.split('/').filter(Boolean).toReversed();
  const word = (text: string | undefined) =>
    text !== undefined &&
    /^[A-Za-z][A-Za-z0-9_-]{1,30}$/.test(text) &&
    !/^(?:v\d|oauth2?|oidc|default)/i.test(text);
  if (last !== undefined && word(last)) return last.toLowerCase();
  const labels = hostname.split('.').toReversed().slice(1);
  return labels.find((label) => word(label) && label.length > 3) ?? 'oidc';
}
