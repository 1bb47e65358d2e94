import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import type { AuthorizationServer } from 'oauth4webapi';
import type { OidcClient, OidcContext } from '../../main/oidc/context.ts';
import { publicHalf } from '../../main/oidc/keys.ts';
import { createKeySource } from '../../main/oidc/provider-keys.ts';
import { createServerClock, createUpstream } from '../../main/upstream.ts';
import { createFakePorts, type FakePorts, jsonResponse } from './fake-ports.ts';

export const issuer = 'https://login.test/realm';

/**
 * An OpenID provider made of answers written by hand, on fake ports, for what a real one would
 * never say:
 *
 *     const provider = await createHandMadeProvider();
 *     provider.answerTokens({ id_token: await provider.sign({ nonce: 'another' }) });
 *     await expect(requestTokens(provider.context, …)).rejects.toMatchObject({ code: … });
 */
export interface HandMadeProvider {
  readonly ports: FakePorts;
  readonly context: OidcContext;
  /** The same context with another client or other metadata. */
  with(client: Partial<OidcClient>, server?: Partial<AuthorizationServer>): OidcContext;
  /** An ID token as it should be, but for these changes; undefined takes a claim out. */
  sign(changes?: Readonly<Record<string, unknown>>, options?: HandSigned): Promise<string>;
  /** What the token endpoint answers, beside `access_token` and `token_type`. */
  answerTokens(members?: Readonly<Record<string, unknown>>): void;
  /** The published keys. */
  publish(keys: readonly JWK[]): void;
  /** Requests that asked for the keys. */
  readonly keyRequests: number;
  /** The form that the latest request to the token endpoint carried. */
  readonly lastForm: URLSearchParams;
}

export interface HandSigned {
  readonly key?: JWK | Uint8Array;
  readonly alg?: string;
  readonly header?: Readonly<Record<string, unknown>>;
}

export interface TestKeys {
  readonly rs256: JWK;
  readonly es256: JWK;
  readonly next: JWK;
  readonly foreign: JWK;
  readonly encryption: JWK;
}

let made: Promise<TestKeys> | undefined;

/** Keys that serve the whole file: making RSA keys takes its time. */
export function testKeys(): Promise<TestKeys> {
  made ??= (async () => ({
    rs256: await privateJwk('RS256', 'rs'),
    es256: await privateJwk('ES256', 'es'),
    next: await privateJwk('ES256', 'next'),
    // It says it were the real one.
    foreign: await privateJwk('RS256', 'rs'),
    encryption: await privateJwk('RSA-OAEP-256', 'enc'),
  }))();
  return made;
}

async function privateJwk(alg: string, kid: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg };
}

export async function createHandMadeProvider(): Promise<HandMadeProvider> {
  const keys = await testKeys();
  const ports = createFakePorts();
  const serverClock = createServerClock(ports.clock);
  const upstream = createUpstream({ ...ports, serverClock });
  const context: OidcContext = {
    server: {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys`,
      id_token_signing_alg_values_supported: ['RS256', 'ES256', 'HS256', 'none'],
    },
    client: {
      clientId: 'client-1.test',
      clientSecret: 'a secret of more than thirty-two bytes',
      authentication: 'client_secret_basic',
    },
    upstream,
    clock: ports.clock,
    serverClock,
    random: ports.random,
    keys: createKeySource({ upstream, clock: ports.clock }),
  };
  let published: readonly JWK[] = [keys.rs256, keys.es256];
  ports.fetch.on(`${issuer}/keys`, () => jsonResponse({ keys: published.map(publicHalf) }));

  return {
    ports,
    context,
    with: (client, server) => ({
      ...context,
      client: { ...context.client, ...client },
      server: { ...context.server, ...server },
    }),
    async sign(changes = {}, options = {}) {
      const now = Math.floor(ports.clock.now() / 1000);
      const claims = {
        iss: issuer,
        sub: 'alice',
        aud: 'client-1.test',
        iat: now,
        exp: now + 600,
        ...changes,
      };
      const key = options.key ?? keys.rs256;
      const alg = options.alg ?? (key instanceof Uint8Array ? 'HS256' : key.alg) ?? 'RS256';
      const kid = key instanceof Uint8Array ? {} : { kid: key.kid };
      const header = JSON.parse(JSON.stringify({ ...kid, ...options.header, alg }));
      return await new SignJWT(JSON.parse(JSON.stringify(claims)))
        .setProtectedHeader(header)
        .sign(key instanceof Uint8Array ? key : await importJWK({ ...key, alg }, alg));
    },
    answerTokens(members = {}) {
      const body = { access_token: 'ACCESS', token_type: 'Bearer', expires_in: 300, ...members };
      ports.fetch.once(`${issuer}/token`, jsonResponse(body));
    },
    publish(keys) {
      published = keys;
    },
    get keyRequests() {
      return ports.fetch.to(`${issuer}/keys`).length;
    },
    get lastForm() {
      return new URLSearchParams(ports.fetch.to(`${issuer}/token`).at(-1)?.body ?? '');
    },
  };
}
