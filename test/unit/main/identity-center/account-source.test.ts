import { describe, expect, test } from 'vitest';
import type { AccountSource } from '../../../../main/accounts/source.ts';
import { createIdentityCenterAccounts } from '../../../../main/identity-center/account-source.ts';
import { createServerClock, createUpstream } from '../../../../main/upstream.ts';
import { KeyfobError } from '../../../../shared/errors.ts';
import { accountIdOf } from '../../../support/accounts.ts';
import type { RecordedRequest } from '../../../support/fake-fetch.ts';
import { createFakePorts, jsonResponse } from '../../../support/fake-ports.ts';

const origin = 'https://portal.test';

function setUp() {
  const ports = createFakePorts({ env: { AWS_ENDPOINT_URL_SSO: origin } });
  const { clock, fetch, log, random } = ports;
  const serverClock = createServerClock(clock);
  const upstream = createUpstream({ fetch, clock, log, random, serverClock });
  const source = createIdentityCenterAccounts({
    settings: {
      kind: 'identity-center',
      name: 'acme',
      startUrl: 'https://acme.awsapps.com/start',
      region: 'eu-west-1',
      scopes: ['sso:account:access'],
      flow: 'auto',
    },
    ports,
    upstream,
    serverClock,
  });
  const found = new Map<string, string[]>();
  const renewals: string[] = [];
  const aborting = new AbortController();
  let token = 'token-1';
  const options: Parameters<AccountSource['list']>[0] = {
    accessToken: async () => token,
    renew: async (refused) => {
      renewals.push(refused);
      if (refused === token) token = `${token}+`;
      return token;
    },
    onAccount: (id, roles) =>
      void found.set(
        id,
        roles.map(({ roleName }) => roleName),
      ),
    signal: aborting.signal,
  };
  /** Runs a listing to its end, however long it takes; resolves with what it failed with. */
  async function list(changes: Partial<typeof options> = {}): Promise<unknown> {
    let over = false;
    const outcome = source
      .list({ ...options, ...changes })
      .then(
        () => undefined,
        (error: unknown) => error,
      )
      .finally(() => {
        over = true;
      });
    for (let i = 0; i < 4_000 && !over; i++) await clock.advance(500);
    return await outcome;
  }
  return { ports, clock, fetch, source, found, renewals, aborting, list };
}

type Stage = ReturnType<typeof setUp>;

function param(request: RecordedRequest, name: string): string | null {
  return new URL(request.url).searchParams.get(name);
}

/** So many AWS accounts with two roles each, in pages of so many. */
function serve({ fetch }: Stage, count: number, pageSize = 100): void {
  fetch.on(`${origin}/assignment/accounts`, (request) => {
    const start = Number(param(request, 'next_token') ?? '0');
    const end = Math.min(count, start + pageSize);
    return jsonResponse({
      accountList: Array.from({ length: end - start }, (_, index) => ({
        accountId: accountIdOf(start + index + 1),
        accountName: `Team ${start + index + 1}`,
      })),
      ...(end < count ? { nextToken: String(end) } : {}),
    });
  });
  fetch.on(`${origin}/assignment/roles`, (request) => {
    const second = param(request, 'next_token') !== null;
    const accountId = param(request, 'account_id');
    return second
      ? jsonResponse({ roleList: [{ roleName: 'ReadOnly', accountId }] })
      : jsonResponse({ roleList: [{ roleName: 'Admin', accountId }], nextToken: '2 /' });
  });
}

const refusal = (status: number, headers: Record<string, string> = {}) =>
  jsonResponse({ message: 'No' }, { status, headers });
const rolesOf = (number: number) => (request: RecordedRequest) =>
  request.url.includes('/assignment/roles') && param(request, 'account_id') === accountIdOf(number);

test('every account of every page is told with every role', async () => {
  const stage = setUp();
  serve(stage, 25, 10);
  expect(await stage.list()).toBeUndefined();
  expect(stage.found.size).toBe(25);
  expect(new Set([...stage.found.values()].map(String))).toEqual(new Set(['Admin,ReadOnly']));
});

test('role listings begin before the last page of accounts is known', async () => {
  const stage = setUp();
  serve(stage, 30, 10);
  await stage.list();
  const urls = stage.fetch.requests.map(({ url }) => url);
  const lastPage = urls.findLastIndex((url) => url.includes('/accounts'));
  const firstRoles = urls.findIndex((url) => url.includes('/roles'));
  expect(firstRoles).toBeLessThan(lastPage);
});

test('no accounts at all is an answer', async () => {
  const stage = setUp();
  serve(stage, 0);
  expect(await stage.list()).toBeUndefined();
  expect(stage.found.size).toBe(0);
});

describe('429', () => {
  test('on every other request only slows the listing down', async () => {
    const stage = setUp();
    serve(stage, 40);
    let count = 0;
    stage.fetch.on(
      () => count++ % 2 === 0,
      () => refusal(429, { 'Retry-After': '1' }),
    );
    expect(await stage.list()).toBeUndefined();
    expect(stage.found.size).toBe(40);
    expect(stage.renewals).toEqual([]);
  });

  test('more often than any retry would bear still does not fail it', async () => {
    const stage = setUp();
    serve(stage, 1);
    for (let i = 0; i < 30; i++) stage.fetch.once(rolesOf(1), refusal(429));
    expect(await stage.list()).toBeUndefined();
    expect(stage.found.get(accountIdOf(1))).toEqual(['Admin', 'ReadOnly']);
  });
});

describe('401', () => {
  test('renews the token once, and the listing goes on', async () => {
    const stage = setUp();
    serve(stage, 20);
    stage.fetch.on(
      ({ headers, url }) =>
        url.includes('/roles') && headers['x-amz-sso_bearer_token'] === 'token-1',
      refusal(401),
    );
    expect(await stage.list()).toBeUndefined();
    expect(stage.found.size).toBe(20);
    expect(new Set(stage.renewals)).toEqual(new Set(['token-1']));
  });

  test('for the renewed token too ends it', async () => {
    const stage = setUp();
    stage.fetch.on(origin, refusal(401));
    expect(await stage.list()).toMatchObject({ code: 'unauthorized' });
    expect(stage.renewals).toHaveLength(1);
  });

  test('when it can not be renewed ends it with that', async () => {
    const stage = setUp();
    stage.fetch.on(origin, refusal(401));
    const error = new KeyfobError('sign_in_required', 'Sign in.');
    expect(await stage.list({ renew: () => Promise.reject(error) })).toBe(error);
  });
});

describe('failures on the way', () => {
  test.each([
    ['5xx', () => refusal(503)],
    ['a broken connection', new KeyfobError('network_error', 'Reset.')],
  ])('%s, four times in a row: asked again', async (_, answer) => {
    const stage = setUp();
    serve(stage, 3);
    for (let i = 0; i < 4; i++) stage.fetch.once(rolesOf(2), answer);
    expect(await stage.list()).toBeUndefined();
    expect(stage.found.size).toBe(3);
  });

  test('for good: the listing fails with it, and what was told stays told', async () => {
    const stage = setUp();
    serve(stage, 3);
    stage.fetch.on(rolesOf(2), refusal(500));
    expect(await stage.list()).toMatchObject({ code: 'server_error' });
    expect([...stage.found.keys()].sort()).toEqual([accountIdOf(1), accountIdOf(3)]);
    expect(stage.fetch.to(rolesOf(2))).toHaveLength(5);
  });
});

test('a page that fails ends the role listings that wait', async () => {
  const stage = setUp();
  serve(stage, 200);
  stage.fetch.on(({ url }) => url.includes('next_token=100'), refusal(400));
  expect(await stage.list()).toMatchObject({ code: 'upstream_error' });
  const asked = stage.fetch.requests.length;
  expect(asked).toBeLessThan(150);
  await stage.clock.advance(60_000);
  expect(stage.fetch.requests).toHaveLength(asked);
});

describe('roles that the portal does not tell', () => {
  test.each([403, 404])(
    '%i for one account: it has none, the others are listed',
    async (status) => {
      const stage = setUp();
      serve(stage, 3);
      stage.fetch.on(rolesOf(2), refusal(status));
      expect(await stage.list()).toBeUndefined();
      expect(stage.found.get(accountIdOf(2))).toEqual([]);
      expect(stage.found.get(accountIdOf(3))).toEqual(['Admin', 'ReadOnly']);
    },
  );

  test('403 for all: something else is wrong, and nothing is said to be gone', async () => {
    const stage = setUp();
    serve(stage, 3);
    stage.fetch.on(`${origin}/assignment/roles`, refusal(403));
    expect(await stage.list()).toMatchObject({ code: 'forbidden' });
    expect(stage.found.size).toBe(0);
  });
});

describe('pages that never end', () => {
  test('the same token again', async () => {
    const stage = setUp();
    stage.fetch.on(origin, () => jsonResponse({ accountList: [], nextToken: 'again' }));
    expect(await stage.list()).toMatchObject({ code: 'response_invalid' });
    expect(stage.fetch.requests).toHaveLength(2);
  });

  test('always a new token and never an account', async () => {
    const stage = setUp();
    let page = 0;
    stage.fetch.on(origin, () => jsonResponse({ accountList: [], nextToken: `page ${++page}` }));
    expect(await stage.list()).toMatchObject({ code: 'response_invalid' });
    expect(stage.fetch.requests.length).toBeLessThan(30);
  });
});

test('an abort ends it at once, with its reason, and asks nothing more', async () => {
  const stage = setUp();
  serve(stage, 200);
  const reason = new KeyfobError('helper_stopping', 'Stopping.');
  const outcome = stage.list();
  await stage.clock.advance(300);
  stage.aborting.abort(reason);
  expect(await outcome).toBe(reason);
  const asked = stage.fetch.requests.length;
  await stage.clock.advance(60_000);
  expect(stage.fetch.requests).toHaveLength(asked);
  expect(stage.clock.waiting).toBe(0);
});

describe('role credentials', () => {
  const account = { accountId: accountIdOf(1), roleName: 'Admin' };
  const never = new AbortController().signal;
  const roleCredentials = (expiration: number) => ({
    roleCredentials: {
      accessKeyId: 'ASIA',
      secretAccessKey: 'secret',
      sessionToken: 'session',
      expiration,
    },
  });

  test('come with the account and both times, by the provider’s clock', async () => {
    const { clock, fetch, source } = setUp();
    const providerNow = clock.now() + 5 * 3_600_000;
    fetch.on(
      origin,
      jsonResponse(roleCredentials(providerNow + 3_600_000), {
        headers: { Date: new Date(providerNow).toUTCString() },
      }),
    );
    const credentials = await source.roleCredentials(account, 'token-1', never);
    expect(credentials).toEqual({
      accessKeyId: 'ASIA',
      secretAccessKey: 'secret',
      sessionToken: 'session',
      accountId: accountIdOf(1),
      obtainedAt: source.now(),
      expiresAt: providerNow + 3_600_000,
    });
    expect(Math.abs(source.now() - providerNow)).toBeLessThan(1_000);
  });

  test('that have expired are refused, as seconds for milliseconds would be', async () => {
    const { clock, fetch, source } = setUp();
    fetch.on(origin, jsonResponse(roleCredentials(Math.round(clock.now() / 1000) + 3_600)));
    await expect(source.roleCredentials(account, 'token-1', never)).rejects.toMatchObject({
      code: 'response_invalid',
    });
  });

  test('do not wait behind a sync', async () => {
    const stage = setUp();
    serve(stage, 500);
    const { clock, fetch, source } = stage;
    fetch.on(`${origin}/federation`, jsonResponse(roleCredentials(clock.now() + 3_600_000)));
    const sync = stage.list();
    await clock.advance(1_000);
    const startedAt = clock.now();
    await source.roleCredentials(account, 'token-1', never);
    expect(clock.now()).toBe(startedAt);
    expect(await sync).toBeUndefined();
  });
});
