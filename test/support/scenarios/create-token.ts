import { expect } from 'vitest';
import { grants } from '../../simulator/context.ts';
import type { SwitchChanges } from '../../simulator/switches.ts';
import { codeOf, createVerifier, loopback, type Stage } from '../oidc-stage.ts';
import {
  type Call,
  injected,
  kmsReasons,
  type Outcome,
  oidcFailure,
  type Scenario,
} from './scenario.ts';

const operation = 'CreateToken';
const secret = expect.stringMatching(/^\S{100,}$/);
const plain = { accessToken: secret, tokenType: 'Bearer', expiresIn: 3600 };
const renewable: Outcome = { result: { ...plain, refreshToken: secret } };
const refused = oidcFailure('InvalidGrantException');

function when(
  name: string,
  expected: Outcome,
  arrange: (stage: Stage) => Promise<Call>,
  switches?: SwitchChanges,
): Scenario {
  return {
    name,
    operation,
    arrange,
    expected,
    ...(switches === undefined ? {} : { options: { switches } }),
  };
}

async function device(stage: Stage, changes: object = {}) {
  const { clientId, clientSecret } = await stage.register();
  const { deviceCode } = await stage.startDevice({ clientId, clientSecret });
  return {
    input: { clientId, clientSecret, grantType: grants.deviceCode, deviceCode, ...changes },
  };
}

async function approved(stage: Stage, changes: object = {}) {
  const call = await device(stage, changes);
  stage.simulator.approve();
  return call;
}

async function code(stage: Stage, changes: object = {}, codeVerifier?: string) {
  const { clientId, clientSecret } = await stage.registerForCodes();
  const options = {
    redirectUri: loopback,
    ...(codeVerifier === undefined ? {} : { codeVerifier }),
  };
  const answer = await stage.authorize(clientId, options);
  return {
    input: {
      clientId,
      clientSecret,
      grantType: grants.authorizationCode,
      code: codeOf(answer),
      redirectUri: loopback,
      ...changes,
    },
  };
}

async function refresh(stage: Stage, changes: object = {}) {
  const { client, refreshToken } = await stage.signIn();
  const { clientId, clientSecret } = client;
  return {
    input: { clientId, clientSecret, grantType: grants.refreshToken, refreshToken, ...changes },
  };
}

async function clientCredentials(stage: Stage, changes: object = {}) {
  const { clientId, clientSecret } = await stage.register({ scopes: ['openid', 'aws'] });
  return {
    input: { clientId, clientSecret, grantType: grants.clientCredentials, ...changes },
  };
}

/** Makes the call once before the scenario does. */
async function spent(stage: Stage, call: { input: object }) {
  await stage.post('/token', call.input);
  return call as Call;
}

async function later(stage: Stage, call: Call, seconds: number) {
  stage.simulator.advance(seconds * 1000);
  return call;
}

const verifier = createVerifier();
const other = createVerifier();

export const createToken: readonly Scenario[] = [
  when('redeems an approved device code', renewable, approved),
  when(
    'gives no refresh token to a client of the older kind, without scopes',
    { result: plain },
    async (stage) => {
      const { clientId, clientSecret } = await stage.register({ scopes: undefined });
      const { deviceCode } = await stage.startDevice({ clientId, clientSecret });
      stage.simulator.approve();
      return { input: { clientId, clientSecret, grantType: grants.deviceCode, deviceCode } };
    },
  ),
  when('says that a device code is pending', oidcFailure('AuthorizationPendingException'), device),
  when('says that the user denied', oidcFailure('AccessDeniedException'), async (stage) => {
    const call = await device(stage);
    stage.simulator.deny();
    return call;
  }),
  when('says that a device code has expired', oidcFailure('ExpiredTokenException'), async (stage) =>
    later(stage, await approved(stage), 600),
  ),
  when('slows polling down', oidcFailure('SlowDownException'), device, { slowDown: 1 }),
  when('refuses a device code twice', refused, async (stage) =>
    spent(stage, await approved(stage)),
  ),
  when('refuses an unknown device code', refused, (stage) =>
    approved(stage, { deviceCode: 'unknown' }),
  ),
  when("refuses another client's device code", refused, async (stage) =>
    approved(stage, { ...(await stage.register()) }),
  ),

  when('redeems a code with its verifier', renewable, (stage) =>
    code(stage, { codeVerifier: verifier }, verifier),
  ),
  when('redeems a code without PKCE', renewable, (stage) => code(stage)),
  when('refuses a code with a wrong verifier', refused, (stage) =>
    code(stage, { codeVerifier: other }, verifier),
  ),
  when('refuses a code whose verifier is missing', refused, (stage) => code(stage, {}, verifier)),
  when('refuses a verifier where there was no challenge', refused, (stage) =>
    code(stage, { codeVerifier: verifier }),
  ),
  when('refuses a malformed verifier', oidcFailure('InvalidRequestException'), (stage) =>
    code(stage, { codeVerifier: 'short' }, verifier),
  ),
  when('refuses a code twice', refused, async (stage) => spent(stage, await code(stage))),
  when("refuses another client's code", refused, async (stage) =>
    code(stage, { ...(await stage.registerForCodes()) }),
  ),
  when('refuses a code at another redirect URI', refused, (stage) =>
    code(stage, { redirectUri: 'http://127.0.0.1:53682/elsewhere' }),
  ),
  when('refuses an expired code', refused, async (stage) => later(stage, await code(stage), 300)),

  when('renews with a refresh token', renewable, refresh),
  when('renews without naming a new refresh token', { result: plain }, refresh, {
    rotation: 'off',
    refreshTokenInAnswer: false,
  }),
  when('refuses an unknown refresh token', refused, (stage) =>
    refresh(stage, { refreshToken: 'unknown' }),
  ),
  when('refuses to renew an ended session', refused, async (stage) => {
    const call = await refresh(stage);
    stage.simulator.endSessions();
    return call;
  }),
  when(
    'refuses a refresh token that was used',
    refused,
    async (stage) => spent(stage, await refresh(stage)),
    { rotation: 'strict' },
  ),
  when(
    'takes a refresh token again whose answer was lost',
    renewable,
    async (stage) => spent(stage, await refresh(stage)),
    { rotation: 'grace' },
  ),

  when('takes client credentials with scopes', { result: plain }, (stage) =>
    clientCredentials(stage, { scope: ['aws'] }),
  ),
  when('refuses scopes that the client lacks', oidcFailure('InvalidScopeException'), (stage) =>
    clientCredentials(stage, { scope: ['sso:account:access'] }),
  ),

  when('takes the full request', renewable, (stage) =>
    code(
      stage,
      {
        codeVerifier: verifier,
        deviceCode: 'ignored',
        refreshToken: 'ignored',
        scope: ['sso:account:access'],
      },
      verifier,
    ),
  ),
  when('misses what a grant needs', oidcFailure('InvalidRequestException'), (stage) =>
    device(stage, { deviceCode: undefined }),
  ),
  when('refuses a wrong client secret', oidcFailure('InvalidClientException'), (stage) =>
    approved(stage, { clientSecret: 'wrong' }),
  ),
  when('refuses an expired registration', oidcFailure('InvalidClientException'), async (stage) =>
    later(stage, await refresh(stage), 91 * 86_400),
  ),
  when(
    'refuses grants that it does not know',
    oidcFailure('UnsupportedGrantTypeException'),
    (stage) => device(stage, { grantType: 'password' }),
  ),
  when(
    'refuses a grant that the client did not register',
    oidcFailure('UnauthorizedClientException'),
    (stage) => code(stage, { grantType: grants.deviceCode, deviceCode: 'any' }),
  ),
  ...injected(
    operation,
    [
      ...kmsReasons.map((reason) => ['InvalidRequestException', { reason }] as const),
      ['AccessDeniedException', { reason: 'KMS_AccessDeniedException' }],
      ['ExpiredTokenException'],
      ['InternalServerException'],
    ],
    refresh,
  ),
];
