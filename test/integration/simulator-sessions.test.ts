import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { grants } from '../simulator/context.ts';
import { createSimulator, type Simulator } from '../simulator/simulator.ts';
import {
  codeOf,
  createStage,
  createVerifier,
  loopback,
  type Stage,
} from '../support/oidc-stage.ts';

/** How the simulator's sessions and codes live and end, seen through its HTTP alone. */

let now = 1_800_000_000_000;
let simulator: Simulator;
let stage: Stage;
beforeEach(async () => {
  simulator = createSimulator({ now: () => now });
  stage = createStage(simulator);
  await simulator.start();
});
afterEach(() => simulator.stop());

interface Client {
  clientId: string;
  clientSecret: string;
}

const refresh = async ({ clientId, clientSecret }: Client, refreshToken: string) => {
  const grantType = grants.refreshToken;
  const answer = await stage.post('/token', { clientId, clientSecret, grantType, refreshToken });
  return answer as { accessToken: string; refreshToken: string };
};

async function portalStatus(accessToken: string, path = '/assignment/accounts', method = 'GET') {
  const url = simulator.env().AWS_ENDPOINT_URL_SSO + path;
  const headers = { 'x-amz-sso_bearer_token': accessToken };
  return (await fetch(url, { method, headers })).status;
}

describe('without rotation', () => {
  test('the same refresh token serves again and again', async () => {
    simulator.switches.rotation = 'off';
    const { client, refreshToken } = await stage.signIn();
    expect((await refresh(client, refreshToken)).refreshToken).toBe(refreshToken);
    expect((await refresh(client, refreshToken)).refreshToken).toBe(refreshToken);
  });
});

describe('rotation with grace', () => {
  test('the previous token stays good while nothing of the new answer was used', async () => {
    const { client, refreshToken } = await stage.signIn();
    const lost = await refresh(client, refreshToken);
    const second = await refresh(client, refreshToken);
    expect(second.refreshToken).not.toBe(lost.refreshToken);
    expect(await refresh(client, second.refreshToken)).toHaveProperty('accessToken');
  });

  test('the previous token dies with the first use of its successor', async () => {
    const { client, refreshToken } = await stage.signIn();
    const next = await refresh(client, refreshToken);
    await refresh(client, next.refreshToken);
    await expect(refresh(client, refreshToken)).rejects.toThrow('invalid_grant');
  });

  test('the previous token dies with the first use of the access token that came along', async () => {
    const { client, refreshToken } = await stage.signIn();
    const next = await refresh(client, refreshToken);
    expect(await portalStatus(next.accessToken)).toBe(200);
    await expect(refresh(client, refreshToken)).rejects.toThrow('invalid_grant');
    expect(await refresh(client, next.refreshToken)).toHaveProperty('accessToken');
  });

  test('of two successors the one that is used stays', async () => {
    const { client, refreshToken } = await stage.signIn();
    const [first, second] = [
      await refresh(client, refreshToken),
      await refresh(client, refreshToken),
    ];
    expect(await portalStatus(second.accessToken)).toBe(200);
    await expect(refresh(client, first.refreshToken)).rejects.toThrow('invalid_grant');
    expect(await refresh(client, second.refreshToken)).toHaveProperty('accessToken');
  });
});

describe('strict rotation', () => {
  test('a used token dies at once, and using it again ends the session', async () => {
    simulator.switches.rotation = 'strict';
    const { client, refreshToken } = await stage.signIn();
    const next = await refresh(client, refreshToken);
    expect(await portalStatus(next.accessToken)).toBe(200);
    await expect(refresh(client, refreshToken)).rejects.toThrow('invalid_grant');
    expect(await portalStatus(next.accessToken)).toBe(401);
    await expect(refresh(client, next.refreshToken)).rejects.toThrow('invalid_grant');
  });
});

test('a session ends with its lifetime, however often it was renewed', async () => {
  simulator.switches.lifetimes.refreshSeconds = 5_000;
  const { client, refreshToken } = await stage.signIn();
  now += 4_000_000;
  const next = await refresh(client, refreshToken);
  expect(await portalStatus(next.accessToken)).toBe(200);
  now += 1_000_000;
  expect(await portalStatus(next.accessToken)).toBe(401);
  await expect(refresh(client, next.refreshToken)).rejects.toThrow('invalid_grant');
});

test('a refresh token is bound to its client', async () => {
  const { refreshToken } = await stage.signIn();
  await expect(refresh(await stage.register(), refreshToken)).rejects.toThrow('invalid_grant');
});

test('signing out ends the access token and the refresh token', async () => {
  const { client, accessToken, refreshToken } = await stage.signIn();
  expect(await portalStatus(accessToken, '/logout', 'POST')).toBe(200);
  expect(await portalStatus(accessToken)).toBe(401);
  await expect(refresh(client, refreshToken)).rejects.toThrow('invalid_grant');
});

test('a token without access to accounts gets nothing from the portal', async () => {
  const { accessToken } = await stage.signIn(await stage.register({ scopes: ['openid'] }));
  expect(await portalStatus(accessToken)).toBe(401);
});

describe('authorization codes', () => {
  const redeem = ({ clientId, clientSecret }: Client, code: string, changes: object = {}) =>
    stage.post('/token', {
      clientId,
      clientSecret,
      grantType: grants.authorizationCode,
      code,
      redirectUri: loopback,
      ...changes,
    });

  test('a code that comes again ends the session that it began', async () => {
    const client = await stage.registerForCodes();
    const code = codeOf(await stage.authorize(client.clientId, { redirectUri: loopback }));
    const { accessToken } = await redeem(client, code);
    expect(await portalStatus(String(accessToken))).toBe(200);
    await expect(redeem(client, code)).rejects.toThrow('invalid_grant');
    expect(await portalStatus(String(accessToken))).toBe(401);
  });

  test('a wrong verifier costs the code', async () => {
    const client = await stage.registerForCodes();
    const codeVerifier = createVerifier();
    const answer = await stage.authorize(client.clientId, { redirectUri: loopback, codeVerifier });
    const code = codeOf(answer);
    const wrong = { codeVerifier: createVerifier() };
    await expect(redeem(client, code, wrong)).rejects.toThrow('invalid_grant');
    await expect(redeem(client, code, { codeVerifier })).rejects.toThrow('invalid_grant');
  });

  test('the port of the redirect URI is free, its path is not', async () => {
    const { clientId } = await stage.registerForCodes();
    const at = (redirectUri: string) => stage.authorize(clientId, { redirectUri });
    expect((await at('http://127.0.0.1:1/oauth/callback')).get('code')).toBeTruthy();
    await expect(at('http://127.0.0.1/other')).rejects.toThrow('400');
    await expect(at('http://127.0.0.2/oauth/callback')).rejects.toThrow('400');
  });

  test.each([
    [{ scopes: 'sso:account:access' }, null],
    [{ scope: 'sso:account:access' }, null],
    [{ scopes: 'sso:account:access,sso:account:access' }, null],
    [{ scopes: 'openid' }, 'invalid_scope'],
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ code_challenge: 'x'.repeat(43), code_challenge_method: 'plain' }, 'invalid_request'],
    [{ code_challenge: 'short', code_challenge_method: 'S256' }, 'invalid_request'],
    [{ decision: 'deny' }, 'access_denied'],
  ])('/authorize with %o answers %s', async (parameters, error) => {
    const { clientId } = await stage.registerForCodes();
    const answer = await stage.authorize(clientId, { redirectUri: loopback, parameters });
    expect(answer.get('error')).toBe(error);
    expect(answer.get('state')).toBe('a state');
    expect(answer.has('code')).toBe(error === null);
  });
});

describe('polling for a device', () => {
  const poll = ({ clientId, clientSecret }: Client, deviceCode: string) =>
    stage.post('/token', { clientId, clientSecret, grantType: grants.deviceCode, deviceCode });

  test('polls faster than the interval are slowed down, each time by five seconds', async () => {
    simulator.switches.strictInterval = true;
    const client = await stage.register();
    const { deviceCode } = await stage.startDevice(client);
    await expect(poll(client, deviceCode)).rejects.toThrow('authorization_pending');
    await expect(poll(client, deviceCode)).rejects.toThrow('slow_down');
    now += 5_999;
    await expect(poll(client, deviceCode)).rejects.toThrow('slow_down');
    now += 11_000;
    await expect(poll(client, deviceCode)).rejects.toThrow('authorization_pending');
    simulator.approve();
    now += 11_000;
    expect(await poll(client, deviceCode)).toHaveProperty('accessToken');
  });
});
