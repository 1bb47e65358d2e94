import { onTestFinished } from 'vitest';
import type { OidcClient, OidcContext } from '../../main/oidc/context.ts';
import { createMetadata } from '../../main/oidc/metadata.ts';
import { createKeySource } from '../../main/oidc/provider-keys.ts';
import { createClock } from '../../main/platform/clock.ts';
import { createFetch } from '../../main/platform/fetch.ts';
import { createRandom } from '../../main/platform/random.ts';
import type { Clock } from '../../main/ports.ts';
import { createServerClock, createUpstream } from '../../main/upstream.ts';
import type { ClientAuthentication, ResponseProtection } from '../../shared/oidc-settings.ts';
import { createFakeLog } from './fake-ports.ts';
import {
  type OpenidProvider,
  type OpenidProviderOptions,
  startOpenidProvider,
} from './openid-provider.ts';

/** A provider that ends with the test. */
export async function openidProvider(options?: OpenidProviderOptions): Promise<OpenidProvider> {
  const provider = await startOpenidProvider(options);
  onTestFinished(() => provider.close());
  return provider;
}

export interface ContextOptions {
  /** What differs from how the client is registered. */
  readonly client?: Partial<OidcClient>;
  readonly clock?: Clock;
  /** For one attempt, milliseconds. */
  readonly attemptTimeoutMs?: number;
}

/** What Keyfob's grants work with, at a real provider, as one of its clients. */
export async function contextAt(
  provider: OpenidProvider,
  name: string,
  options: ContextOptions = {},
): Promise<OidcContext> {
  const clock = options.clock ?? createClock();
  const random = createRandom();
  const serverClock = createServerClock(clock);
  const fetch = createFetch({ env: {} });
  const common = { fetch, clock, random, log: createFakeLog(), serverClock };
  const { attemptTimeoutMs } = options;
  const hasty = attemptTimeoutMs === undefined ? {} : { attemptTimeoutMs };
  const upstream = createUpstream({ ...common, ...hasty });
  const place = { issuer: provider.issuer, metadata: 'oidc' as const };
  // However little time a test leaves, the way to its start is not what it asks about.
  const metadata = createMetadata({ place, upstream: createUpstream(common), clock });
  const server = await metadata.read(noHurry());
  return {
    server,
    client: { ...clientAt(provider, name), ...options.client },
    upstream,
    clock,
    serverClock,
    random,
    keys: createKeySource({ upstream, clock }),
  };
}

/** A client of the provider as Keyfob knows it. */
export function clientAt(provider: OpenidProvider, name: string): OidcClient {
  const { clientId, clientSecret, metadata, signingKey, decryptionKey } = provider.client(name);
  const text = (member: string) => metadata[member] as string | undefined;
  const protection = (answer: string): ResponseProtection => {
    const signed = text(`${answer}_signed_response_alg`);
    const alg = text(`${answer}_encrypted_response_alg`);
    const enc = text(`${answer}_encrypted_response_enc`);
    return {
      ...(signed === undefined ? {} : { signedResponseAlgorithm: signed }),
      ...(alg === undefined ? {} : { encryptedResponseAlgorithm: alg }),
      ...(enc === undefined ? {} : { encryptedResponseEncryption: enc }),
    };
  };
  return {
    clientId,
    authentication: text('token_endpoint_auth_method') as ClientAuthentication,
    ...(clientSecret === undefined ? {} : { clientSecret }),
    ...(signingKey === undefined ? {} : { signingKey }),
    ...(decryptionKey === undefined ? {} : { decryptionKeys: [decryptionKey] }),
    idToken: protection('id_token'),
    userinfo: protection('userinfo'),
    introspection: protection('introspection'),
  };
}

/** A signal that never fires. */
export function noHurry(): AbortSignal {
  return new AbortController().signal;
}

/** What `promise` rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    (value) => {
      throw new Error(`Expected a failure, got ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
}
