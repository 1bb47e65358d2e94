import { beforeEach, describe, expect, test } from 'vitest';
import { cacheLifetimeMs } from '../../../../main/oidc/cache-lifetime.ts';
import {
  checkIssuer,
  createMetadata,
  endpointOf,
  type ProviderPlace,
} from '../../../../main/oidc/metadata.ts';
import { createServerClock, createUpstream } from '../../../../main/upstream.ts';
import { createFakePorts, type FakePorts, jsonResponse } from '../../../support/fake-ports.ts';

const signal = new AbortController().signal;

let ports: FakePorts;
beforeEach(() => {
  ports = createFakePorts();
});

function metadataAt(place: Partial<ProviderPlace> & { issuer: string }) {
  const serverClock = createServerClock(ports.clock);
  const upstream = createUpstream({ ...ports, serverClock });
  return createMetadata({ place: { metadata: 'oidc', ...place }, upstream, clock: ports.clock });
}

describe('the document lies', () => {
  test.each([
    ['oidc', 'https://a.test', 'https://a.test/.well-known/openid-configuration'],
    ['oidc', 'https://a.test/', 'https://a.test/.well-known/openid-configuration'],
    ['oidc', 'https://a.test/t/1', 'https://a.test/t/1/.well-known/openid-configuration'],
    ['oidc', 'https://a.test/t/1/', 'https://a.test/t/1/.well-known/openid-configuration'],
    ['oauth2', 'https://a.test', 'https://a.test/.well-known/oauth-authorization-server'],
    ['oauth2', 'https://a.test/', 'https://a.test/.well-known/oauth-authorization-server'],
    ['oauth2', 'https://a.test/t/1', 'https://a.test/.well-known/oauth-authorization-server/t/1'],
    ['oauth2', 'https://a.test/t/1/', 'https://a.test/.well-known/oauth-authorization-server/t/1'],
  ] as const)('for %s and %s at %s', async (metadata, issuer, url) => {
    ports.fetch.on((request) => request.url === url, jsonResponse({ issuer }));
    expect((await metadataAt({ issuer, metadata }).read(signal)).issuer).toBe(issuer);
  });
});

describe('the issuer', () => {
  test.each(['common', 'organizations'])(
    '%s of Entra ID is none: a tenant has to be named',
    async (of) => {
      const issuer = `https://login.test/${of}/v2.0`;
      const template = { issuer: 'https://login.test/{tenantid}/v2.0' };
      ports.fetch.on('https://login.test', jsonResponse(template));
      await expect(metadataAt({ issuer }).read(signal)).rejects.toMatchObject({
        code: 'issuer_mismatch',
        message: `${issuer} stands for many tenants, not for one issuer.`,
        hint: expect.stringContaining('TENANT_ID'),
      });
    },
  );

  test.each([
    ['https://a.test', 'https://a.test/'],
    ['https://a.test/', 'https://a.test'],
    ['https://a.test/x', 'https://A.test/x'],
    ['https://a.test', 'https://a.test:443'],
    ['https://a.test', 'https://evil.test'],
    ['https://a.test', '\u001b[2J'],
    ['https://a.test', 7],
    ['https://a.test', undefined],
  ])('%s is not %s', async (issuer, other) => {
    ports.fetch.on('https://a.test', jsonResponse({ issuer: other }));
    const error = await metadataAt({ issuer })
      .read(signal)
      .catch((thrown) => thrown);
    expect(error.code).toBe(typeof other === 'string' ? 'issuer_mismatch' : 'response_invalid');
    expect(error.hint).toMatch(/\w/);
    expect(error.message).not.toContain('\u001b');
  });

  test.each([
    'http://a.test',
    'https://a.test?x',
    'https://a.test/#x',
    'https://me:secret@a.test',
    'ftp://a.test',
    'a.test',
    '',
  ])('%j is none', async (issuer) => {
    const read = metadataAt({ issuer }).read(signal);
    await expect(read).rejects.toMatchObject({ code: 'invalid_input' });
    const manual = metadataAt({ issuer, metadata: 'manual' }).read(signal);
    await expect(manual).rejects.toMatchObject({ code: 'invalid_input' });
  });

  test.each(['http://127.0.0.1:8080', 'http://localhost/x', 'http://[::1]:1'])(
    '%s may be plain http, being on this machine',
    (issuer) => {
      expect(checkIssuer(issuer).protocol).toBe('http:');
    },
  );
});

describe('addresses', () => {
  test('of the connection go before those of the document', async () => {
    const issuer = 'https://a.test';
    const document = { issuer, token_endpoint: 'https://a.test/t', jwks_uri: 'https://a.test/k' };
    ports.fetch.on(issuer, jsonResponse(document));
    const endpoints = { token: 'https://b.test/t', pushedAuthorization: 'https://b.test/p' };
    expect(await metadataAt({ issuer, endpoints }).read(signal)).toEqual({
      ...document,
      token_endpoint: 'https://b.test/t',
      pushed_authorization_request_endpoint: 'https://b.test/p',
    });
  });

  test.each([
    [undefined, 'not_offered'],
    [7, 'response_invalid'],
    ['nowhere', 'response_invalid'],
    ['http://a.test/authorize', 'insecure_url'],
    ['javascript:alert(1)', 'insecure_url'],
    ['file:///etc/passwd', 'insecure_url'],
  ])('%j is none that a browser is sent to', (address, code) => {
    const server = { issuer: 'https://a.test', authorization_endpoint: address as string };
    if (address === undefined) Reflect.deleteProperty(server, 'authorization_endpoint');
    expect(() => endpointOf(server, 'authorization_endpoint', 'the sign-in')).toThrow(
      expect.objectContaining({ code }),
    );
  });

  test.each([
    { token_endpoint: 'http://localhost:8080/token' },
    { jwks_uri: 'http://127.0.0.1:8080/keys' },
    {
      token_endpoint: 'https://a.test/token',
      mtls_endpoint_aliases: { token_endpoint: 'http://[::1]:8080/token' },
    },
  ])('a provider elsewhere can not send us to this machine: %j', async (members) => {
    const issuer = 'https://a.test';
    ports.fetch.on(issuer, jsonResponse({ issuer, ...members }));
    await expect(metadataAt({ issuer }).read(signal)).rejects.toMatchObject({
      code: 'insecure_url',
      hint: expect.stringMatching(/\w/),
    });
  });

  test('a person can, and a provider on this machine', async () => {
    const token_endpoint = 'http://127.0.0.1:8080/token';
    const endpoints = { token: token_endpoint };
    for (const [issuer, place] of [
      ['https://a.test', { endpoints }],
      ['http://127.0.0.1:8080', {}],
    ] as const) {
      ports.fetch.on(issuer, jsonResponse({ issuer, token_endpoint }));
      expect(await metadataAt({ issuer, ...place }).read(signal)).toMatchObject({ token_endpoint });
    }
  });

  test('lists that are none are left out', async () => {
    const issuer = 'https://a.test';
    const document = {
      issuer,
      id_token_signing_alg_values_supported: 'RS256',
      scopes_supported: ['openid', 7],
      grant_types_supported: ['password'],
      mtls_endpoint_aliases: 'x',
      registration_endpoint: null,
    };
    ports.fetch.on(issuer, jsonResponse(document));
    expect(await metadataAt({ issuer }).read(signal)).toEqual({
      issuer,
      grant_types_supported: ['password'],
    });
  });
});

describe('the copy', () => {
  const issuer = 'https://a.test';
  const answer = (headers: Record<string, string> = {}) => jsonResponse({ issuer }, { headers });
  const asked = () => ports.fetch.requests.length;

  test('serves for as long as the provider says', async () => {
    ports.fetch.on(issuer, answer({ 'Cache-Control': 'public, max-age=600' }));
    const metadata = metadataAt({ issuer });
    for (const [waitMs, requests] of [
      [0, 1],
      [599_999, 1],
      [1, 2],
    ] as const) {
      ports.clock.jump(waitMs);
      await metadata.read(signal);
      expect(asked()).toBe(requests);
    }
  });

  test('serves on for a day while the provider is down, and is replaced once it is back', async () => {
    ports.fetch.once(issuer, answer());
    const metadata = metadataAt({ issuer });
    await metadata.read(signal);
    const up = ports.fetch.on(issuer, new Response('', { status: 503 }));
    const whileDown = async () => {
      const outcome = metadata.read(signal).then(
        ({ issuer }) => issuer,
        ({ code }) => code,
      );
      await ports.clock.advance(25_000);
      return await outcome;
    };
    ports.clock.jump(3_600_000);
    expect(await whileDown()).toBe(issuer);
    ports.clock.jump(23 * 3_600_000);
    expect(await whileDown()).toBe('server_error');
    up();
    ports.fetch.on(issuer, answer());
    expect((await metadata.read(signal)).issuer).toBe(issuer);
  });

  test('does not serve on once the provider calls itself otherwise', async () => {
    ports.fetch.once(issuer, answer());
    const metadata = metadataAt({ issuer });
    await metadata.read(signal);
    ports.clock.jump(3_600_000);
    ports.fetch.on(issuer, jsonResponse({ issuer: 'https://evil.test' }));
    await expect(metadata.read(signal)).rejects.toMatchObject({ code: 'issuer_mismatch' });
  });

  test('is shared by callers at the same time, one of whom may give up', async () => {
    const release = Promise.withResolvers<Response>();
    ports.fetch.once(issuer, () => release.promise);
    ports.fetch.on(issuer, answer());
    const metadata = metadataAt({ issuer });
    const impatient = new AbortController();
    const first = expect(metadata.read(impatient.signal)).rejects.toBe('enough');
    const second = metadata.read(signal);
    await expect.poll(() => ports.fetch.requests.length).toBe(1);
    impatient.abort('enough');
    await first;
    expect((await second).issuer).toBe(issuer);
  });
});

test.each([
  ['', 3_600_000],
  ['max-age=600', 600_000],
  ['public, max-age="600"', 600_000],
  ['MAX-AGE=600', 600_000],
  ['max-age=1', 60_000],
  ['max-age=999999999', 86_400_000],
  ['no-store', 60_000],
  ['no-cache, max-age=600', 60_000],
  ['s-maxage=5', 3_600_000],
  ['max-age=-5', 3_600_000],
])('Cache-Control: %s lets a copy serve for %d ms', (control, ms) => {
  expect(cacheLifetimeMs(new Headers({ 'cache-control': control }))).toBe(ms);
});

test('what an answer has spent in a cache before counts', () => {
  const headers = new Headers({ 'cache-control': 'max-age=600', age: '200' });
  expect(cacheLifetimeMs(headers)).toBe(400_000);
});
