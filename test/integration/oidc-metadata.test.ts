import { expect, test } from 'vitest';
import { createMetadata, type ProviderPlace } from '../../main/oidc/metadata.ts';
import { createClock } from '../../main/platform/clock.ts';
import { createFetch } from '../../main/platform/fetch.ts';
import { createRandom } from '../../main/platform/random.ts';
import { createServerClock, createUpstream } from '../../main/upstream.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { createFakeLog } from '../support/fake-ports.ts';
import { failureOf, noHurry, openidProvider } from '../support/openid-context.ts';
import type { Fault, OpenidProvider } from '../support/openid-provider.ts';

function metadataAt(place: ProviderPlace, hurry: { readonly attemptTimeoutMs?: number } = {}) {
  const clock = createClock();
  const upstream = createUpstream({
    fetch: createFetch({ env: {} }),
    clock,
    random: createRandom(),
    log: createFakeLog(),
    serverClock: createServerClock(clock),
    ...hurry,
  });
  return createMetadata({ place, upstream, clock });
}

const read = (provider: OpenidProvider, more: Partial<ProviderPlace> = {}) =>
  metadataAt({ issuer: provider.issuer, metadata: 'oidc', ...more }).read(noHurry());

test.each(['oidc', 'oauth2'] as const)(
  'a provider is found by its %s document',
  async (metadata) => {
    const provider = await openidProvider();
    expect(await read(provider, { metadata })).toMatchObject({
      issuer: provider.issuer,
      token_endpoint: `${provider.issuer}/token`,
      jwks_uri: `${provider.issuer}/jwks`,
    });
    expect(provider.count('discovery')).toBe(1);
  },
);

test('the document is asked for once', async () => {
  const provider = await openidProvider();
  const metadata = metadataAt({ issuer: provider.issuer, metadata: 'oidc' });
  await Promise.all([metadata.read(noHurry()), metadata.read(noHurry())]);
  await metadata.read(noHurry());
  expect(provider.count('discovery')).toBe(1);
});

test('an issuer that differs by a slash is told apart, with the right one', async () => {
  const provider = await openidProvider();
  expect(await failureOf(read(provider, { issuer: `${provider.issuer}/` }))).toMatchObject({
    code: 'issuer_mismatch',
    hint: expect.stringContaining('slash'),
    details: { expected: `${provider.issuer}/`, issuer: provider.issuer },
  });
});

test('a provider that calls itself otherwise is refused', async () => {
  const provider = await openidProvider();
  provider.hostile({ endpoint: 'discovery', members: { issuer: 'https://evil.test' } });
  expect(await failureOf(read(provider))).toMatchObject({ code: 'issuer_mismatch' });
});

test('without a document the addresses of the connection are all there is', async () => {
  const provider = await openidProvider();
  const endpoints = { token: `${provider.issuer}/token` };
  const server = await read(provider, { metadata: 'manual', endpoints });
  expect(server).toEqual({ issuer: provider.issuer, token_endpoint: endpoints.token });
  expect(provider.journal).toEqual([]);
});

test.each<[Fault, ErrorCode, number]>([
  [{ kind: 'html' }, 'server_error', 3],
  [{ kind: 'status', status: 404 }, 'not_found', 1],
  [{ kind: 'status', status: 500 }, 'server_error', 3],
  [{ kind: 'reset' }, 'network_error', 3],
  [{ kind: 'cut' }, 'response_truncated', 1],
  [{ kind: 'redirect', location: 'https://evil.test/' }, 'response_redirected', 1],
  [{ kind: 'oversized', bytes: 5_000_000 }, 'response_too_large', 1],
  [{ kind: 'hang' }, 'timeout', 3],
  [{ kind: 'slow_body', delayMs: 20 }, 'timeout', 1],
])('%j is a typed error, after as many attempts as make sense', async (fault, code, attempts) => {
  const provider = await openidProvider();
  provider.fault('discovery', fault);
  // A busy machine answers late; only what never answers in time may be given up on.
  const late = fault.kind === 'hang' || fault.kind === 'slow_body';
  const place = { issuer: provider.issuer, metadata: 'oidc' as const };
  const metadata = metadataAt(place, late ? { attemptTimeoutMs: 400 } : {});
  expect(await failureOf(metadata.read(noHurry()))).toMatchObject({
    code,
    hint: expect.stringMatching(/\w/),
  });
  expect(provider.count('discovery')).toBe(attempts);
});

test('a moment’s failure is not noticed', async () => {
  const provider = await openidProvider();
  provider.fault('discovery', { kind: 'status', status: 503 }, 2);
  expect((await read(provider)).issuer).toBe(provider.issuer);
});
