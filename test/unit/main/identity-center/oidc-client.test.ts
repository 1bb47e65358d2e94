import { describe, expect, test } from 'vitest';
import { createOidcClient } from '../../../../main/identity-center/oidc-client.ts';
import {
  authorizationCodeGrant,
  type CreateTokenRequest,
  type CreateTokenWithIamRequest,
  clientCredentialsGrant,
  deviceCodeGrant,
  jwtBearer,
  type RegisterClientRequest,
  refreshTokenGrant,
  type StartDeviceAuthorizationRequest,
  tokenExchange,
  tokenTypes,
} from '../../../../main/identity-center/oidc-requests.ts';
import { createServerClock, createUpstream } from '../../../../main/upstream.ts';
import type { ErrorCode } from '../../../../shared/errors.ts';
import { createFakePorts, jsonResponse } from '../../../support/fake-ports.ts';

const base = 'https://oidc.eu-west-1.amazonaws.com';
const client = { clientId: 'ID', clientSecret: 'SECRET', expiresAt: 1, scopes: ['a'] };
const credentials = { accessKeyId: 'AKID', secretAccessKey: 'SK', sessionToken: 'ST' };
const applicationArn = 'arn:aws:sso::111111111111:application/ssoins-1/apl-1';
const startUrl = 'https://acme.awsapps.com/start';

const registered = { clientId: 'ID', clientSecret: 'SECRET', clientSecretExpiresAt: 1_800_000_000 };
const device = {
  deviceCode: 'DC',
  userCode: 'ABCD-EFGH',
  verificationUri: 'https://acme.awsapps.com/start/#/device',
  expiresIn: 600,
};
const tokens = { accessToken: 'AT', tokenType: 'Bearer', expiresIn: 28_800 };

function setUp(env: Record<string, string> = {}) {
  const ports = createFakePorts({ env });
  const serverClock = createServerClock(ports.clock);
  const upstream = createUpstream({ ...ports, serverClock });
  const oidc = createOidcClient({ region: 'eu-west-1', env, upstream, serverClock });
  return { ...ports, oidc };
}

describe('RegisterClient', () => {
  const full: Required<RegisterClientRequest> = {
    clientName: 'demo',
    clientType: 'confidential',
    scopes: ['sso:account:access'],
    redirectUris: ['http://127.0.0.1/oauth/callback'],
    grantTypes: ['authorization_code', 'refresh_token'],
    issuerUrl: startUrl,
    entitledApplicationArn: applicationArn,
  };

  test.each<[string, RegisterClientRequest, object]>([
    ['a name alone', { clientName: 'demo' }, { clientName: 'demo', clientType: 'public' }],
    [
      'a name and scopes',
      { clientName: 'demo', scopes: ['a', 'b'] },
      { clientName: 'demo', scopes: ['a', 'b'], clientType: 'public' },
    ],
    [
      'a name and an application',
      { clientName: 'demo', entitledApplicationArn: applicationArn },
      { clientName: 'demo', entitledApplicationArn: applicationArn, clientType: 'public' },
    ],
    [
      'a name, scopes and an application',
      { clientName: 'demo', scopes: ['a'], entitledApplicationArn: applicationArn },
      {
        clientName: 'demo',
        scopes: ['a'],
        entitledApplicationArn: applicationArn,
        clientType: 'public',
      },
    ],
    ['everything', full, full],
    [
      'empty members, which are left out',
      { clientName: 'demo', scopes: [], issuerUrl: '', redirectUris: [] },
      { clientName: 'demo', clientType: 'public' },
    ],
  ])('with %s', async (_, request, body) => {
    const { oidc, fetch } = setUp();
    fetch.once(`${base}/client/register`, jsonResponse(registered));
    await oidc.registerClient(request);
    expect(fetch.requests[0]).toMatchObject({
      method: 'POST',
      url: `${base}/client/register`,
      headers: { 'content-type': 'application/json' },
    });
    expect(fetch.requests[0]?.json).toEqual(body);
  });

  test('gives times in milliseconds', async () => {
    const { oidc, fetch } = setUp();
    const answer = {
      ...registered,
      clientIdIssuedAt: 1_700_000_000,
      authorizationEndpoint: null,
      tokenEndpoint: `${base}/token`,
    };
    fetch.once(base, jsonResponse(answer));
    expect(await oidc.registerClient({ clientName: 'demo' })).toEqual({
      clientId: 'ID',
      clientSecret: 'SECRET',
      issuedAt: 1_700_000_000_000,
      expiresAt: 1_800_000_000_000,
      tokenEndpoint: `${base}/token`,
    });
  });

  test.each([
    { ...registered, clientId: undefined },
    { ...registered, clientId: '' },
    { ...registered, clientSecret: undefined },
    { ...registered, clientSecretExpiresAt: undefined },
    { ...registered, clientSecretExpiresAt: '2030-01-01' },
    { ...registered, clientSecretExpiresAt: -1 },
    { ...registered, clientSecretExpiresAt: 1e300 },
  ])('refuses the answer %j', async (answer) => {
    const { oidc, fetch } = setUp();
    fetch.once(base, jsonResponse(answer));
    await expect(oidc.registerClient({ clientName: 'demo' })).rejects.toMatchObject({
      code: 'response_invalid',
    });
  });
});

describe('StartDeviceAuthorization', () => {
  test.each<[string, StartDeviceAuthorizationRequest]>([
    ['without a secret', { clientId: 'ID', startUrl }],
    [
      'with a secret, which is the full request',
      { clientId: 'ID', clientSecret: 'SECRET', startUrl },
    ],
  ])('%s', async (_, request) => {
    const { oidc, fetch } = setUp();
    fetch.once(`${base}/device_authorization`, jsonResponse(device));
    await oidc.startDeviceAuthorization(request);
    expect(fetch.requests[0]?.json).toEqual(request);
  });

  test('gives what to show, in seconds, and 5 where AWS names no interval', async () => {
    const { oidc, fetch } = setUp();
    fetch.once(base, jsonResponse({ ...device, verificationUriComplete: null }));
    const verificationUriComplete = `${device.verificationUri}?user_code=ABCD-EFGH`;
    fetch.once(base, jsonResponse({ ...device, interval: 1, verificationUriComplete }));
    const request = { clientId: 'ID', startUrl };
    expect(await oidc.startDeviceAuthorization(request)).toEqual({ ...device, interval: 5 });
    expect(await oidc.startDeviceAuthorization(request)).toEqual({
      ...device,
      interval: 1,
      verificationUriComplete,
    });
  });

  test.each([
    { deviceCode: undefined },
    { userCode: '' },
    { userCode: 'A\u001b[2JB' },
    { verificationUri: 'file:///etc/passwd' },
    { verificationUri: 'javascript:alert(1)' },
    { verificationUri: 'http://evil.example/' },
    { verificationUriComplete: 'not a url' },
    { expiresIn: 0 },
    { expiresIn: '600' },
    { expiresIn: 1e12 },
    { interval: -1 },
    { interval: 0.5 },
  ])('refuses an answer with %j', async (part) => {
    const { oidc, fetch } = setUp();
    fetch.once(base, jsonResponse({ ...device, ...part }));
    await expect(oidc.startDeviceAuthorization({ clientId: 'ID', startUrl })).rejects.toMatchObject(
      {
        code: 'response_invalid',
        details: { members: [Object.keys(part)[0]] },
      },
    );
  });
});

describe('CreateToken', () => {
  const identity = { clientId: 'ID', clientSecret: 'SECRET' };
  const redirectUri = 'http://127.0.0.1:4711/oauth/callback';
  const full: Required<CreateTokenRequest> = {
    ...identity,
    grantType: 'authorization_code',
    deviceCode: 'DC',
    code: 'C',
    refreshToken: 'RT',
    scope: ['a', 'b'],
    redirectUri,
    codeVerifier: 'V',
  };

  test.each<[string, CreateTokenRequest, object]>([
    [
      'a device code',
      deviceCodeGrant(client, 'DC'),
      {
        ...identity,
        grantType: 'urn:ietf:params:oauth:grant-type:device_code',
        deviceCode: 'DC',
      },
    ],
    [
      'an authorization code and a verifier',
      authorizationCodeGrant(client, { code: 'C', redirectUri, codeVerifier: 'V' }),
      { ...identity, grantType: 'authorization_code', redirectUri, codeVerifier: 'V', code: 'C' },
    ],
    [
      'an authorization code alone',
      authorizationCodeGrant(client, { code: 'C', redirectUri }),
      { ...identity, grantType: 'authorization_code', redirectUri, code: 'C' },
    ],
    [
      'an authorization code and an empty verifier',
      authorizationCodeGrant(client, { code: 'C', redirectUri, codeVerifier: '' }),
      { ...identity, grantType: 'authorization_code', redirectUri, code: 'C' },
    ],
    [
      'a refresh token',
      refreshTokenGrant(client, 'RT'),
      { ...identity, grantType: 'refresh_token', refreshToken: 'RT' },
    ],
    [
      'client credentials and scopes',
      clientCredentialsGrant(client, ['a', 'b']),
      { ...identity, grantType: 'client_credentials', scope: ['a', 'b'] },
    ],
    ['everything', full, full],
  ])('with %s', async (_, request, body) => {
    const { oidc, fetch } = setUp();
    fetch.once(`${base}/token`, jsonResponse(tokens));
    await oidc.createToken(request);
    expect(fetch.requests[0]?.json).toEqual(body);
    expect(fetch.requests[0]?.headers).toEqual({ 'content-type': 'application/json' });
  });

  test('takes null and the empty string for absent, as AWS sends them', async () => {
    const { oidc, fetch } = setUp();
    const answer = { ...tokens, refreshToken: '', idToken: null, aws_sso_app_session_id: null };
    fetch.once(base, jsonResponse(answer));
    const result = await oidc.createToken(refreshTokenGrant(client, 'RT'));
    expect(result.refreshToken).toBeUndefined();
    expect(result.idToken).toBeUndefined();
    expect(result).toMatchObject(tokens);
  });

  test.each([
    { accessToken: undefined },
    { accessToken: '' },
    { accessToken: null },
    { tokenType: 'DPoP' },
    { expiresIn: undefined },
    { expiresIn: 0 },
    { expiresIn: -5 },
    { expiresIn: 1_700_000_000_000 },
    { refreshToken: 7 },
  ])('refuses an answer with %j', async (part) => {
    const { oidc, fetch } = setUp();
    fetch.once(base, jsonResponse({ ...tokens, ...part }));
    await expect(oidc.createToken(refreshTokenGrant(client, 'RT'))).rejects.toMatchObject({
      code: 'response_invalid',
    });
  });
});

describe('CreateTokenWithIAM', () => {
  const exchange = {
    clientId: applicationArn,
    grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subjectToken: 'SUB',
    subjectTokenType: 'urn:ietf:params:oauth:token-type:access_token',
    requestedTokenType: 'urn:ietf:params:oauth:token-type:access_token',
  } as const;
  const requestedTokenType = tokenTypes.refreshToken;
  const full: Required<CreateTokenWithIamRequest> = {
    ...exchange,
    code: 'C',
    refreshToken: 'RT',
    assertion: 'A',
    scope: ['aws'],
    redirectUri: 'http://127.0.0.1/cb',
    codeVerifier: 'V',
  };

  test.each<[string, CreateTokenWithIamRequest, object]>([
    ['a subject token', tokenExchange(applicationArn, 'SUB'), exchange],
    [
      'a subject token and scopes',
      tokenExchange(applicationArn, 'SUB', { scopes: ['aws', 'openid'] }),
      { ...exchange, scope: ['aws', 'openid'] },
    ],
    [
      'a subject token and the wanted type',
      tokenExchange(applicationArn, 'SUB', { requestedTokenType }),
      { ...exchange, requestedTokenType },
    ],
    [
      'a subject token, the wanted type and scopes',
      tokenExchange(applicationArn, 'SUB', { requestedTokenType, scopes: ['aws'] }),
      { ...exchange, requestedTokenType, scope: ['aws'] },
    ],
    [
      'an assertion',
      jwtBearer(applicationArn, 'A', ['openid']),
      {
        clientId: applicationArn,
        grantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: 'A',
        scope: ['openid'],
      },
    ],
    [
      'an authorization code',
      { clientId: applicationArn, grantType: 'authorization_code', code: 'C', redirectUri: 'x' },
      { clientId: applicationArn, grantType: 'authorization_code', code: 'C', redirectUri: 'x' },
    ],
    [
      'a refresh token',
      { clientId: applicationArn, grantType: 'refresh_token', refreshToken: 'RT' },
      { clientId: applicationArn, grantType: 'refresh_token', refreshToken: 'RT' },
    ],
    ['everything', full, full],
  ])('with %s, signed and without a client secret', async (_, request, body) => {
    const { oidc, fetch } = setUp();
    fetch.once(`${base}/token?aws_iam=t`, jsonResponse(tokens));
    await oidc.createTokenWithIam(request, credentials);
    expect(fetch.requests[0]?.json).toEqual(body);
    expect(fetch.requests[0]?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKID\/20260101\/eu-west-1\/sso-oauth\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
    );
  });

  test('is signed anew, by the provider’s clock, when it is sent again', async () => {
    const { oidc, fetch, clock } = setUp();
    const headers = { Date: new Date(clock.now() + 86_400_000).toUTCString() };
    fetch.once(base, jsonResponse({}, { status: 503, headers }));
    fetch.once(base, jsonResponse(tokens));
    const answer = oidc.createTokenWithIam(tokenExchange(applicationArn, 'SUB'), credentials);
    // The signer is loaded on first use, which the fake clock knows nothing of.
    while (fetch.requests.length < 2) await clock.advance(100);
    await answer;
    expect(fetch.requests.map((request) => request.headers['x-amz-date']?.slice(0, 8))).toEqual([
      '20260101',
      '20260102',
    ]);
  });

  test('gives the identity context', async () => {
    const { oidc, fetch } = setUp();
    const answer = {
      ...tokens,
      issuedTokenType: tokenTypes.accessToken,
      scope: ['aws', 'sts:identity_context'],
      awsAdditionalDetails: { identityContext: 'CONTEXT' },
    };
    fetch.once(base, jsonResponse(answer));
    fetch.once(base, jsonResponse({ ...tokens, scope: null, awsAdditionalDetails: null }));
    const request = jwtBearer(applicationArn, 'A');
    expect(await oidc.createTokenWithIam(request, credentials)).toEqual(answer);
    expect(await oidc.createTokenWithIam(request, credentials)).toMatchObject(tokens);
  });
});

describe('every operation', () => {
  type Call = (oidc: ReturnType<typeof setUp>['oidc'], signal?: AbortSignal) => Promise<unknown>;
  const operations: [string, string, Call][] = [
    [
      'RegisterClient',
      '/client/register',
      (oidc, s) => oidc.registerClient({ clientName: 'd' }, s),
    ],
    [
      'StartDeviceAuthorization',
      '/device_authorization',
      (oidc, s) => oidc.startDeviceAuthorization({ clientId: 'ID', startUrl }, s),
    ],
    ['CreateToken', '/token', (oidc, s) => oidc.createToken(refreshTokenGrant(client, 'RT'), s)],
    [
      'CreateTokenWithIAM',
      '/token?aws_iam=t',
      (oidc, s) => oidc.createTokenWithIam(jwtBearer(applicationArn, 'A'), credentials, s),
    ],
  ];

  test.each(operations)('%s goes where AWS_ENDPOINT_URL_SSO_OIDC says', async (_, path, call) => {
    const { oidc, fetch } = setUp({ AWS_ENDPOINT_URL_SSO_OIDC: 'http://127.0.0.1:4001/' });
    fetch.once('http://127.0.0.1:4001', jsonResponse({}));
    await call(oidc).catch(() => undefined);
    expect(fetch.requests[0]?.url).toBe(`http://127.0.0.1:4001${path}`);
  });

  test.each(operations)('%s says in its errors which one it was', async (operation, _, call) => {
    const { oidc, fetch } = setUp();
    fetch.once(base, jsonResponse({ error: 'invalid_request' }, { status: 400 }));
    await expect(call(oidc)).rejects.toMatchObject({
      code: 'invalid_request' satisfies ErrorCode,
      details: { operation, status: 400 },
    });
  });

  test.each(operations)('%s ends with its caller', async (_, __, call) => {
    const { oidc, fetch } = setUp();
    const reason = new Error('enough');
    await expect(call(oidc, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(fetch.requests).toHaveLength(0);
  });
});
