import { expect } from 'vitest';
import { grants, tokenTypes } from '../../simulator/context.ts';
import { codeOf, createVerifier, type Stage } from '../oidc-stage.ts';
import { callWithSdk } from '../sdk-driver.ts';
import {
  type Call,
  injected,
  kmsReasons,
  type Outcome,
  oidcFailure,
  type Scenario,
} from './scenario.ts';

const operation = 'CreateTokenWithIAM';
const secret = expect.stringMatching(/^\S{100,}$/);
const redirectUri = 'http://127.0.0.1:41999/callback';
const verifier = createVerifier();

const granted = {
  accessToken: secret,
  idToken: expect.stringMatching(/^\S+\.\S+\.\S+$/),
  tokenType: 'Bearer',
  expiresIn: 3600,
  issuedTokenType: tokenTypes.accessToken,
  scope: ['openid', 'aws', 'sts:identity_context', 'sso:account:access'],
  awsAdditionalDetails: { identityContext: secret },
};
const exchanged: Outcome = { result: granted };
const renewable: Outcome = { result: { ...granted, refreshToken: secret } };
const limited = {
  accessToken: secret,
  tokenType: 'Bearer',
  expiresIn: 3600,
  issuedTokenType: tokenTypes.accessToken,
  scope: ['aws'],
};

function when(name: string, expected: Outcome, arrange: (stage: Stage) => Promise<Call>): Scenario {
  return { name, operation, arrange, expected };
}

function signed(stage: Stage, input: object): Call {
  const { simulator } = stage;
  return {
    input: { clientId: simulator.application.arn, ...input },
    keys: simulator.issueKeys('111111111111', 'Admin'),
  };
}

async function exchange(stage: Stage, changes: object = {}): Promise<Call> {
  const { accessToken } = await stage.signIn();
  return signed(stage, {
    grantType: grants.tokenExchange,
    subjectToken: accessToken,
    subjectTokenType: tokenTypes.accessToken,
    ...changes,
  });
}

async function assertion(stage: Stage, changes: object = {}, claims: object = {}) {
  const { simulator } = stage;
  const exp = Math.floor(simulator.now() / 1000) + 300;
  const jwt = simulator.signAssertion({ sub: 'ada', aud: 'keyfob', exp, ...claims });
  return signed(stage, { grantType: grants.jwtBearer, assertion: jwt, ...changes });
}

async function code(stage: Stage, changes: object = {}) {
  const { arn } = stage.simulator.application;
  const answer = await stage.authorize(arn, { redirectUri, codeVerifier: verifier });
  return signed(stage, {
    grantType: grants.authorizationCode,
    code: codeOf(answer),
    redirectUri,
    codeVerifier: verifier,
    ...changes,
  });
}

/** The first token must come from this operation too: signed by the SDK, as stages sign nothing. */
async function refresh(stage: Stage, refreshToken?: string) {
  const first = await callWithSdk(stage.simulator, operation, await assertion(stage));
  if (!('result' in first)) throw new Error(first.exception);
  const given = (first.result as { refreshToken: string }).refreshToken;
  return signed(stage, { grantType: grants.refreshToken, refreshToken: refreshToken ?? given });
}

export const createTokenWithIam: readonly Scenario[] = [
  when('exchanges a subject token', exchanged, exchange),
  when('exchanges a subject token for fewer scopes', { result: limited }, (stage) =>
    exchange(stage, { scope: ['aws'] }),
  ),
  when(
    'exchanges a subject token for a refresh token',
    { result: { ...granted, refreshToken: secret, issuedTokenType: tokenTypes.refreshToken } },
    (stage) => exchange(stage, { requestedTokenType: tokenTypes.refreshToken }),
  ),
  when(
    'exchanges a subject token for a token of a given type with fewer scopes',
    { result: limited },
    (stage) => exchange(stage, { requestedTokenType: tokenTypes.accessToken, scope: ['aws'] }),
  ),
  when('takes an assertion of the trusted issuer', renewable, assertion),
  when('redeems a code of the application', renewable, code),
  when('renews with a refresh token that it gave', renewable, (stage) => refresh(stage)),
  when(
    "refuses another client's refresh token",
    oidcFailure('InvalidGrantException'),
    async (stage) => refresh(stage, (await stage.signIn()).refreshToken),
  ),
  when('takes the full request', renewable, (stage) =>
    code(stage, {
      refreshToken: 'ignored',
      assertion: 'ignored',
      subjectToken: 'ignored',
      subjectTokenType: tokenTypes.accessToken,
      requestedTokenType: tokenTypes.accessToken,
      scope: granted.scope,
    }),
  ),

  when('refuses an unknown subject token', oidcFailure('InvalidGrantException'), (stage) =>
    exchange(stage, { subjectToken: 'unknown' }),
  ),
  when('refuses an expired subject token', oidcFailure('ExpiredTokenException'), (stage) => {
    stage.simulator.switches.lifetimes.accessSeconds = 0;
    return exchange(stage);
  }),
  when('refuses other subject token types', oidcFailure('InvalidRequestException'), (stage) =>
    exchange(stage, { subjectTokenType: tokenTypes.refreshToken }),
  ),
  when('refuses other requested types', oidcFailure('InvalidRequestException'), (stage) =>
    exchange(stage, { requestedTokenType: 'urn:ietf:params:oauth:token-type:saml2' }),
  ),
  when('refuses an assertion of anyone else', oidcFailure('InvalidGrantException'), (stage) =>
    assertion(stage, { assertion: 'a.b.c' }),
  ),
  when('refuses an expired assertion', oidcFailure('ExpiredTokenException'), (stage) =>
    assertion(stage, {}, { exp: 1 }),
  ),
  when('refuses an unknown application', oidcFailure('InvalidClientException'), (stage) =>
    assertion(stage, { clientId: 'arn:aws:sso::111111111111:application/ssoins-1/apl-1' }),
  ),
  when('refuses a client that is no ARN', oidcFailure('InvalidRequestException'), (stage) =>
    assertion(stage, { clientId: 'abc' }),
  ),
  when('refuses scopes beyond the application', oidcFailure('InvalidScopeException'), (stage) =>
    assertion(stage, { scope: ['codewhisperer:completions'] }),
  ),
  when('refuses device codes', oidcFailure('UnsupportedGrantTypeException'), (stage) =>
    assertion(stage, { grantType: grants.deviceCode }),
  ),
  {
    name: 'refuses to be called for another region, and names the right one',
    operation,
    arrange: async (stage) => ({ ...(await assertion(stage)), region: 'us-east-2' }),
    expected: oidcFailure('InvalidRequestRegionException', {
      endpoint: 'https://oidc.eu-west-1.amazonaws.com',
      region: 'eu-west-1',
    }),
  },
  ...injected(
    operation,
    [
      ...kmsReasons.map((reason) => ['InvalidRequestException', { reason }] as const),
      ['UnauthorizedClientException'],
      ['AuthorizationPendingException'],
      ['SlowDownException'],
      ['AccessDeniedException', { reason: 'KMS_AccessDeniedException' }],
      ['InternalServerException'],
    ],
    assertion,
  ),
];
