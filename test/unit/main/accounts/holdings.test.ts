import { describe, expect, test } from 'vitest';
import { createHoldings } from '../../../../main/accounts/holdings.ts';
import type { TokenCredentials } from '../../../../main/accounts/source.ts';
import type { Account } from '../../../../shared/account.ts';
import { KeyfobError } from '../../../../shared/errors.ts';
import { accountsOf } from '../../../support/accounts.ts';
import {
  assumed,
  iamToken,
  tokenAccount,
  webIdentity,
} from '../../../support/configured-accounts.ts';
import { codeOf } from '../../../support/connections.ts';
import { createFakePorts, jsonResponse, settle } from '../../../support/fake-ports.ts';
import {
  createFakeSource,
  createFakeTokens,
  fakeSurroundings,
} from '../../../support/fake-source.ts';

const minute = 60_000;
const hour = 60 * minute;
const sts = 'https://sts.eu-west-1.amazonaws.com/';
const [prod] = accountsOf(['prod']);
if (prod === undefined) throw new Error('No account');

function setUp(...accounts: readonly Account[]) {
  const ports = createFakePorts();
  const { clock, fetch } = ports;
  const source = createFakeSource(clock);
  const tokens = createFakeTokens();
  const known = [prod as Account, ...accounts];
  const shown = new Map<string, number>();
  const codes: string[] = [];
  let session: string | undefined = 'one';
  let made = 0;
  const holdings = createHoldings({
    ports,
    tokens,
    sourceFor: () => source,
    settingsOf: (name) =>
      name === 'corp'
        ? {
            kind: 'oidc',
            name,
            issuer: 'https://id.corp.example',
            metadata: 'oidc',
            clientAuthentication: 'none',
            grant: 'interactive',
            scopes: [],
            flow: 'auto',
          }
        : fakeSurroundings().settingsOf(name),
    sessionOf: () => session,
    prompts: {
      async mfaCode(_, device) {
        codes.push(device);
        return '123456';
      },
    },
    byId: (id) => known.find((account) => account.id === id),
    onChange(id, expiresAt) {
      if (expiresAt === undefined) shown.delete(id);
      else shown.set(id, expiresAt);
    },
  });
  /** STS answers, with keys that are numbered. */
  const answers = (lifetimeMs = hour) =>
    fetch.on(sts, ({ body = '' }) => {
      const action = new URLSearchParams(body).get('Action');
      made++;
      const expiration = new Date(clock.now() + lifetimeMs).toISOString();
      return new Response(
        `<${action}Response><${action}Result><Credentials><AccessKeyId>ASIA0000000000000${made}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${expiration}</Expiration></Credentials></${action}Result></${action}Response>`,
        { headers: { 'content-type': 'text/xml' } },
      );
    });
  const forms = () => fetch.to(sts).map(({ body }) => new URLSearchParams(body));
  const signInAnew = (next: string | undefined) => {
    session = next;
  };
  return { ...ports, answers, codes, forms, holdings, shown, signInAnew, source, tokens };
}

function tokenOf(text: string, clockNow: number, lifetimeMs = hour): TokenCredentials {
  return {
    token: text,
    tokenType: 'Bearer',
    issuer: 'https://id.corp.example',
    obtainedAt: clockNow,
    expiresAt: clockNow + lifetimeMs,
  };
}

describe('a chain', () => {
  const first = assumed('acme/first', { source: prod.id });
  const second = assumed('acme/second', { source: first.id });

  test('asks for each link once, however many tools want its end', async () => {
    const { answers, fetch, holdings, source } = setUp(first, second);
    answers();
    const all = await Promise.all(Array.from({ length: 100 }, () => holdings.credentials(second)));
    expect(new Set(all).size).toBe(1);
    expect(all[0]?.accountId).toBe('111122223333');
    expect(fetch.to(sts)).toHaveLength(2);
    expect(source.calls).toHaveLength(1);
    expect(holdings.cachedCredentials(first)).toBeDefined();
  });

  test('signs each link with the keys of the one before, in the region of its connection', async () => {
    const { answers, fetch, holdings } = setUp(first, second);
    answers();
    await holdings.credentials(second);
    const signatures = fetch.to(sts).map(({ headers }) => headers.authorization);
    expect(signatures[0]).toMatch(/Credential=AKID1\/\d+\/eu-west-1\/sts/);
    expect(signatures[1]).toMatch(/Credential=ASIA00000000000001\/\d+\/eu-west-1\/sts/);
  });

  test('names its sessions so that AWS’s log tells them, unless told otherwise', async () => {
    const named = assumed('acme/named', { source: prod.id, sessionName: 'ada' });
    const { answers, forms, holdings } = setUp(first, named);
    answers();
    await holdings.credentials(first);
    await holdings.credentials(named);
    expect(forms().map((form) => form.get('RoleSessionName'))).toEqual(['keyfob-first', 'ada']);
  });

  test('is renewed ahead while it is in use', async () => {
    const { answers, clock, fetch, holdings } = setUp(first);
    answers();
    const before = await holdings.credentials(first);
    await clock.advance(41 * minute);
    expect(holdings.cachedCredentials(first)).not.toBe(before);
    expect(fetch.to(sts).length).toBeGreaterThan(1);
  });

  test('a sign-out forgets all of it, also where it is listed under another connection', async () => {
    const elsewhere = assumed('corp/far', { source: second.id });
    const { answers, holdings, shown } = setUp(first, second, elsewhere);
    answers();
    await holdings.credentials(elsewhere);
    holdings.drop('acme');
    for (const account of [prod, first, second, elsewhere]) {
      expect(holdings.cachedCredentials(account)).toBeUndefined();
    }
    expect(shown.size).toBe(0);
  });

  test('a link that was changed takes what was made of it along', async () => {
    const { answers, holdings } = setUp(first, second);
    answers();
    await holdings.credentials(second);
    holdings.forget(first.id);
    expect(holdings.cachedCredentials(second)).toBeUndefined();
    expect(holdings.cachedCredentials(prod)).toBeDefined();
  });

  test('a circle is refused before anybody waits for it', async () => {
    const one = assumed('acme/one', { source: 'acme/two' });
    const two = assumed('acme/two', { source: 'acme/one' });
    const { holdings } = setUp(one, two);
    expect(await codeOf(holdings.credentials(one))).toBe('account_cycle');
  });
});

describe('with MFA', () => {
  const account = assumed('acme/mfa', { source: prod.id, mfaSerial: 'GAHT12345678' });

  test('a person is asked when a tool needs it, and not in the background', async () => {
    const { answers, clock, codes, forms, holdings } = setUp(account);
    answers();
    await holdings.credentials(account);
    expect(forms()[0]?.get('TokenCode')).toBe('123456');
    expect(forms()[0]?.get('SerialNumber')).toBe('GAHT12345678');
    await clock.advance(59 * minute);
    expect(codes).toEqual(['GAHT12345678']);
    await holdings.credentials(account);
    expect(codes).toHaveLength(2);
  });

  test('what is made of it is not renewed in the background either', async () => {
    const chained = assumed('acme/chained', { source: account.id });
    const { answers, clock, codes, holdings } = setUp(account, chained);
    answers();
    await holdings.credentials(chained);
    await clock.advance(59 * minute);
    expect(codes).toHaveLength(1);
  });

  test('the source is asked first: a code is good for half a minute', async () => {
    const { answers, codes, holdings, source } = setUp(account);
    answers();
    source.answer = async () => {
      expect(codes).toEqual([]);
      return source.make(hour);
    };
    await holdings.credentials(account);
    expect(codes).toHaveLength(1);
  });
});

describe('web identity', () => {
  test('shows the ID token of its connection, and signs nothing', async () => {
    const web = { ...webIdentity('corp/web'), region: 'eu-west-1' };
    const { answers, clock, fetch, forms, holdings, tokens } = setUp(web);
    answers();
    tokens.answer = async () => tokenOf('id-token', clock.now());
    await holdings.credentials(web);
    expect(tokens.wishes).toMatchObject([{ connection: 'corp', kind: 'id' }]);
    expect(forms()[0]?.get('WebIdentityToken')).toBe('id-token');
    expect(fetch.to(sts)[0]?.headers).not.toHaveProperty('authorization');
  });

  test('without a session says so at once', async () => {
    const web = { ...webIdentity('corp/web'), region: 'eu-west-1' };
    const { holdings, tokens } = setUp(web);
    tokens.failure = new KeyfobError('sign_in_required', 'Sign in.');
    expect(await codeOf(holdings.credentials(web))).toBe('sign_in_required');
  });
});

describe('tokens', () => {
  const own = tokenAccount('corp/access', { scopes: ['openid'] });
  const api = tokenAccount('corp/api', { scopes: ['orders'], audience: 'orders' });

  test('the connection’s own is asked without wishes, since it has its scopes already', async () => {
    const { clock, holdings, tokens } = setUp(own);
    tokens.answer = async () => tokenOf('own', clock.now());
    await holdings.token(own, {});
    expect(tokens.wishes).toEqual([{ connection: 'corp', kind: 'access' }]);
  });

  test('the connection’s own is at hand until the session changes', async () => {
    const { clock, holdings, signInAnew, tokens } = setUp(own);
    tokens.answer = async () => tokenOf('own', clock.now());
    expect(holdings.cachedToken(own, {})).toBeUndefined();
    const given = await holdings.token(own, {});
    expect(holdings.cachedToken(own, {})).toBe(given);
    expect(holdings.cachedToken(own, { minTtlMs: 2 * hour })).toBeUndefined();
    expect(holdings.cachedToken(own, { idToken: true })).toBeUndefined();
    signInAnew('two');
    expect(holdings.cachedToken(own, {})).toBeUndefined();
    signInAnew(undefined);
    expect(holdings.cachedToken(own, {})).toBeUndefined();
  });

  test('the connection’s own is not at hand in its last minute', async () => {
    const { clock, holdings, tokens } = setUp(own);
    tokens.answer = async () => tokenOf('own', clock.now(), 10 * minute);
    await holdings.token(own, {});
    await clock.advance(9 * minute);
    expect(holdings.cachedToken(own, {})).toBeUndefined();
  });

  test('each is kept by every input of the request', async () => {
    const { clock, holdings, tokens } = setUp(api);
    tokens.answer = async (_, wish) => tokenOf(JSON.stringify(wish), clock.now());
    const wishes = [
      {},
      { scope: ['orders', 'more'] },
      { audience: 'other' },
      { scope: ['orders', 'more'], audience: 'other' },
    ];
    const all = [];
    for (const wish of wishes) all.push((await holdings.token(api, wish)).token);
    expect(new Set(all).size).toBe(wishes.length);
    for (const [index, wish] of wishes.entries()) {
      expect(holdings.cachedToken(api, wish)?.token).toBe(all[index]);
    }
    expect(tokens.wishes).toHaveLength(wishes.length);
    expect(tokens.wishes[0]).toEqual({
      connection: 'corp',
      kind: 'access',
      scope: ['orders'],
      audience: 'orders',
    });
  });

  test('the ID token is asked for as such, whatever scopes the account has', async () => {
    const { clock, holdings, tokens } = setUp(api);
    tokens.answer = async (_, { kind }) => tokenOf(kind, clock.now());
    expect((await holdings.token(api, { idToken: true, minTtlMs: minute })).token).toBe('id');
    expect(tokens.wishes).toEqual([{ connection: 'corp', kind: 'id', minTtlMs: minute }]);
    expect((await holdings.token(api, {})).token).toBe('access');
    expect(holdings.cachedToken(api, { idToken: true })?.token).toBe('id');
  });

  test('an ID token of another scope or audience is refused, and none is handed out for it', async () => {
    const id = tokenAccount('corp/id', { token: 'id' });
    const { clock, holdings, tokens } = setUp(api, id);
    tokens.answer = async (_, { kind }) => tokenOf(kind, clock.now());
    await holdings.token(id, {});
    for (const [account, wish] of [
      [api, { idToken: true, scope: ['more'] }],
      [api, { idToken: true, audience: 'other' }],
      [id, { scope: ['more'] }],
    ] as const) {
      expect(holdings.cachedToken(account, wish)).toBeUndefined();
      expect(await codeOf(holdings.token(account, wish))).toBe('invalid_input');
    }
    expect(tokens.wishes).toHaveLength(1);
  });

  test('1,000 at once make one call', async () => {
    const { clock, holdings, tokens } = setUp(api);
    tokens.answer = async () => tokenOf('one', clock.now());
    await Promise.all(Array.from({ length: 1_000 }, () => holdings.token(api, {})));
    expect(tokens.wishes).toHaveLength(1);
  });

  test('one with too little left is got anew for who asks for more', async () => {
    const { clock, holdings, tokens } = setUp(api);
    tokens.answer = async () => tokenOf('x', clock.now());
    const first = await holdings.token(api, {});
    await clock.advance(20 * minute);
    expect(await holdings.token(api, { minTtlMs: 30 * minute })).toBe(first);
    expect(await holdings.token(api, { minTtlMs: 45 * minute })).not.toBe(first);
    expect(tokens.wishes).toHaveLength(2);
  });

  test('more than a token’s whole life is not asked for again and again', async () => {
    const { clock, holdings, tokens } = setUp(api);
    tokens.answer = async () => tokenOf('x', clock.now());
    for (let times = 0; times < 5; times += 1) await holdings.token(api, { minTtlMs: 10 * hour });
    expect(tokens.wishes).toHaveLength(1);
  });

  test('a sign-out forgets them', async () => {
    const { clock, holdings, tokens } = setUp(api, own);
    tokens.answer = async () => tokenOf('x', clock.now());
    await holdings.token(api, {});
    await holdings.token(own, {});
    holdings.drop('corp');
    expect(holdings.cachedToken(api, {})).toBeUndefined();
    expect(holdings.cachedToken(own, {})).toBeUndefined();
  });
});

describe('tokens of applications', () => {
  const oidc = 'https://oidc.eu-west-1.amazonaws.com/token?aws_iam=t';
  const app = iamToken('corp/app', {
    source: prod.id,
    subject: { connection: 'corp', token: 'id' },
  });
  const payload = Buffer.from(JSON.stringify({ 'sts:identity_context': 'from-claims' }));
  const answer = { accessToken: 'AT', tokenType: 'Bearer', expiresIn: 3_600, scope: ['openid'] };

  test('are made of the subject’s token, signed by the source', async () => {
    const { clock, fetch, holdings, tokens } = setUp(app);
    tokens.answer = async () => tokenOf('assertion', clock.now());
    fetch.once(oidc, jsonResponse(answer));
    const given = await holdings.token(app, {});
    expect(given).toMatchObject({ token: 'AT', issuer: app.application, scope: ['openid'] });
    expect(fetch.to(oidc)[0]?.json).toEqual({
      clientId: app.application,
      grantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: 'assertion',
    });
    expect(fetch.to(oidc)[0]?.headers.authorization).toContain('Credential=AKID1/');
    expect(holdings.cachedToken(app, {})).toBe(given);
  });

  test('keys that were refused are got anew, once', async () => {
    const { clock, fetch, holdings, source, tokens } = setUp(app);
    tokens.answer = async () => tokenOf('assertion', clock.now());
    const refusal = { headers: { 'x-amzn-errortype': 'ExpiredTokenException' }, status: 403 };
    fetch.once(oidc, jsonResponse({ message: 'no' }, refusal));
    fetch.once(oidc, jsonResponse(answer));
    await holdings.token(app, {});
    expect(source.calls).toHaveLength(2);
  });

  test('their identity context goes along with a role, also where only the ID token has it', async () => {
    const enhanced = assumed('acme/enhanced', { source: prod.id, context: app.id });
    const { answers, clock, fetch, forms, holdings, tokens } = setUp(app, enhanced);
    answers();
    tokens.answer = async () => tokenOf('assertion', clock.now());
    const idToken = `e30.${payload.toString('base64url')}.s`;
    fetch.once(oidc, jsonResponse({ ...answer, idToken }));
    await holdings.credentials(enhanced);
    expect(forms()[0]?.get('ProvidedContexts.member.1.ContextAssertion')).toBe('from-claims');
    expect(forms()[0]?.get('ProvidedContexts.member.1.ProviderArn')).toBe(
      'arn:aws:iam::aws:contextProvider/IdentityCenter',
    );
  });

  test('an application that grants no identity context is told as such', async () => {
    const enhanced = assumed('acme/enhanced', { source: prod.id, context: app.id });
    const { clock, fetch, holdings, tokens } = setUp(app, enhanced);
    tokens.answer = async () => tokenOf('assertion', clock.now());
    fetch.once(oidc, jsonResponse(answer));
    await expect(holdings.credentials(enhanced)).rejects.toMatchObject({
      code: 'invalid_input',
      hint: expect.stringContaining('sts:identity_context'),
    });
  });

  test('take no other audience, and have an ID token only where one is granted', async () => {
    const { clock, fetch, holdings, tokens } = setUp(app);
    tokens.answer = async () => tokenOf('assertion', clock.now());
    expect(await codeOf(holdings.token(app, { audience: 'x' }))).toBe('invalid_input');
    fetch.once(oidc, jsonResponse(answer));
    expect(await codeOf(holdings.token(app, { idToken: true }))).toBe('not_offered');
  });
});

test('no secret reaches the log', async () => {
  const first = assumed('acme/first', { source: prod.id });
  const { answers, holdings, log } = setUp(first);
  answers();
  await holdings.credentials(first);
  await settle();
  expect(JSON.stringify(log.entries)).not.toMatch(/secret-key|session-token|SecretAccessKey/);
});
