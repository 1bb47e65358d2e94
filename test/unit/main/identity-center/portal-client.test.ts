import { describe, expect, test } from 'vitest';
import { createPortalClient } from '../../../../main/identity-center/portal-client.ts';
import { createServerClock, createUpstream } from '../../../../main/upstream.ts';
import { createFakePorts, jsonResponse } from '../../../support/fake-ports.ts';

const origin = 'https://portal.test';
const call = { accessToken: 'aoaAAAA+/= token' };
const account = { accountId: '000000000042', roleName: 'Read Only+/&' };
const keys = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'wJalrXUtn',
  sessionToken: 'FwoGZXIvYXdz',
  expiration: 1_800_000_000_000,
};

function setUp(env: Record<string, string> = { AWS_ENDPOINT_URL_SSO: origin }) {
  const { clock, fetch, log, random } = createFakePorts();
  const serverClock = createServerClock(clock);
  const upstream = createUpstream({ fetch, clock, log, random, serverClock, attempts: 1 });
  const portal = createPortalClient({ region: 'eu-west-1', env, upstream, serverClock });
  const answer = (...given: Parameters<typeof jsonResponse>) =>
    fetch.on('', jsonResponse(...given));
  return { portal, fetch, answer };
}

test('each operation has its path, its query and the raw token in its own header', async () => {
  const { portal, fetch, answer } = setUp();
  answer({ accountList: [], roleList: [], roleCredentials: keys });
  await portal.listAccounts(call);
  await portal.listAccounts(call, 'pg2==/+ &?%2F');
  await portal.listAccountRoles(call, '000000000042');
  await portal.listAccountRoles(call, '000000000042', 'a b');
  await portal.getRoleCredentials(call, account);
  await portal.logout(call);
  expect(fetch.requests.map(({ method, url }) => `${method} ${url.slice(origin.length)}`)).toEqual([
    'GET /assignment/accounts?max_result=100',
    'GET /assignment/accounts?max_result=100&next_token=pg2%3D%3D%2F%2B%20%26%3F%252F',
    'GET /assignment/roles?account_id=000000000042&max_result=100',
    'GET /assignment/roles?account_id=000000000042&max_result=100&next_token=a%20b',
    'GET /federation/credentials?role_name=Read%20Only%2B%2F%26&account_id=000000000042',
    'POST /logout',
  ]);
  for (const { headers, body } of fetch.requests) {
    expect(headers).toMatchObject({ 'x-amz-sso_bearer_token': call.accessToken });
    expect(Object.keys(headers).map((name) => name.toLowerCase())).not.toContain('authorization');
    expect(body).toBeUndefined();
  }
});

test('without an override it talks to the portal of its region', async () => {
  const { portal, fetch, answer } = setUp({});
  answer({});
  await portal.listAccounts(call);
  expect(fetch.requests[0]?.url).toMatch(/^https:\/\/portal\.sso\.eu-west-1\.amazonaws\.com\/ass/);
});

test.each([
  [{ accountList: [], nextToken: 'more' }, 'more'],
  [{ accountList: [] }, undefined],
  [{ accountList: [], nextToken: null }, undefined],
  [{ accountList: [], nextToken: '' }, undefined],
  [{}, undefined],
])('%j leads on to %s', async (body, nextToken) => {
  const { portal, answer } = setUp();
  answer(body);
  expect(await portal.listAccounts(call)).toEqual({ items: [], nextToken });
});

test('accounts without a name or an email address are accounts', async () => {
  const { portal, answer } = setUp();
  answer({ accountList: [{ accountId: '000000000042', accountName: null, extra: 1 }] });
  expect((await portal.listAccounts(call)).items).toEqual([
    { accountId: '000000000042', accountName: undefined, emailAddress: undefined },
  ]);
});

describe('answers that are not what they should be', () => {
  test.each([
    [{ accountList: [{ accountId: '42' }] }],
    [{ accountList: [{ accountName: 'prod' }] }],
    [{ accountList: {} }],
    [[]],
    ['text'],
  ])('%j is response_invalid', async (body) => {
    const { portal, answer } = setUp();
    answer(body);
    await expect(portal.listAccounts(call)).rejects.toMatchObject({ code: 'response_invalid' });
  });

  test.each([
    [{ roleCredentials: { ...keys, sessionToken: undefined } }],
    [{ roleCredentials: { ...keys, expiration: '2026-01-01T00:00:00Z' } }],
    [{ roleCredentials: { ...keys, secretAccessKey: '' } }],
    [{}],
  ])('credentials %# are response_invalid, and no key is in the error', async (body) => {
    const { portal, answer } = setUp();
    answer(body);
    const error = await portal.getRoleCredentials(call, account).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'response_invalid' });
    expect(JSON.stringify(error)).not.toMatch(/wJalrXUtn|FwoGZXIvYXdz|aoaAAAA/);
  });

  test('a list of text that is not well-formed is mended, so that it can be asked for', async () => {
    const { portal, fetch } = setUp();
    fetch.on(
      '',
      new Response('{"roleList":[{"roleName":"a\\ud800"}]}', {
        headers: { 'content-type': 'application/json' },
      }),
    );
    expect((await portal.listAccountRoles(call, '000000000042')).items).toEqual(['a\ufffd']);
  });
});

describe('refusals', () => {
  test.each([
    [401, 'UnauthorizedException', 'unauthorized'],
    [401, undefined, 'unauthorized'],
    [403, 'ForbiddenException', 'forbidden'],
    [403, 'AccessDeniedException', 'forbidden'],
    [403, undefined, 'forbidden'],
    [404, 'ResourceNotFoundException', 'not_found'],
    [404, undefined, 'not_found'],
    [429, 'TooManyRequestsException', 'too_many_requests'],
    [429, undefined, 'too_many_requests'],
    [400, 'InvalidRequestException', 'invalid_request'],
    [500, undefined, 'server_error'],
    [503, 'UnauthorizedException', 'server_error'],
  ])('%i %s is %s', async (status, type, code) => {
    const { portal, answer } = setUp();
    const headers = type === undefined ? {} : { 'x-amzn-ErrorType': `${type}:http://internal/` };
    answer({ message: 'Session token not found or invalid' }, { status, headers });
    for (const asked of [
      portal.listAccounts(call),
      portal.getRoleCredentials(call, account),
      portal.logout(call),
    ]) {
      await expect(asked).rejects.toMatchObject({ code, details: { status } });
    }
  });

  test('a 429 tells how long to wait', async () => {
    const { portal, answer } = setUp();
    answer({ message: 'Slow down' }, { status: 429, headers: { 'Retry-After': '7' } });
    await expect(portal.listAccounts(call)).rejects.toMatchObject({
      details: { retryAfterSeconds: 7 },
    });
  });

  test('a page of a proxy is no refusal by the portal', async () => {
    const { portal, fetch } = setUp();
    const page = { status: 403, headers: { 'content-type': 'text/html' } };
    fetch.on('', new Response('<h1>Blocked</h1>', page));
    await expect(portal.listAccounts(call)).rejects.toMatchObject({
      code: 'response_content_type',
    });
  });
});
