import { beforeEach, expect, test } from 'vitest';
import type { OidcContext } from '../../../../main/oidc/context.ts';
import { beginDeviceAuthorization } from '../../../../main/oidc/device.ts';
import { jsonResponse } from '../../../support/fake-ports.ts';
import {
  createHandMadeProvider,
  type HandMadeProvider,
  issuer,
} from '../../../support/hand-made-provider.ts';

const signal = new AbortController().signal;
const endpoint = `${issuer}/device`;
const answer = {
  device_code: 'DEVICE-CODE',
  user_code: 'WDJB-MJHT',
  verification_uri: 'https://login.test/device',
  expires_in: 600,
};

let provider: HandMadeProvider;
let context: OidcContext;
beforeEach(async () => {
  provider = await createHandMadeProvider();
  context = provider.with({}, { device_authorization_endpoint: endpoint });
});

async function begin(members: object = {}, scopes = ['openid']) {
  provider.ports.fetch.once(endpoint, jsonResponse({ ...answer, ...members }));
  return await beginDeviceAuthorization(context, { scopes }, signal);
}

test('tells what a person needs, in milliseconds', async () => {
  const { poll: _, ...shown } = await begin({ interval: 7 });
  expect(shown).toEqual({
    userCode: 'WDJB-MJHT',
    verificationUri: 'https://login.test/device',
    lifetimeMs: 600_000,
    intervalMs: 7_000,
  });
});

test('asks for scopes, audience and resources, and again for the resources', async () => {
  provider.ports.fetch.once(endpoint, jsonResponse(answer));
  const wishes = { scopes: ['openid', 'read'], audience: 'api', resource: ['x', 'y'] };
  const device = await beginDeviceAuthorization(context, wishes, signal);
  const form = new URLSearchParams(provider.ports.fetch.to(endpoint)[0]?.body);
  expect([form.get('scope'), form.get('audience'), form.getAll('resource')]).toEqual([
    'openid read',
    'api',
    ['x', 'y'],
  ]);
  provider.answerTokens({ id_token: await provider.sign() });
  await device.poll(signal);
  expect([...provider.lastForm]).toEqual([
    ['device_code', 'DEVICE-CODE'],
    ['resource', 'x'],
    ['resource', 'y'],
    ['grant_type', 'urn:ietf:params:oauth:grant-type:device_code'],
  ]);
});

test('asks for no scope where none is wished', async () => {
  await begin({}, []);
  expect(provider.ports.fetch.to(endpoint)[0]?.body).not.toContain('scope');
});

test('wants an ID token where openid was asked for, and none where it was not', async () => {
  const openid = await begin();
  provider.answerTokens();
  await expect(openid.poll(signal)).rejects.toMatchObject({ code: 'response_invalid' });
  const plain = await begin({}, ['read']);
  provider.answerTokens();
  expect((await plain.poll(signal)).idToken).toBeUndefined();
});

test('a lifetime or interval beyond reason is bounded', async () => {
  const device = await begin({ expires_in: 1e12, interval: 1e12 });
  expect([device.lifetimeMs, device.intervalMs]).toEqual([3_600_000, 60_000]);
});

test.each(['javascript:alert(1)', 'http://login.test/', 'file:///x', 'nowhere', ''])(
  'nobody is sent to %j',
  async (address) => {
    for (const member of ['verification_uri', 'verification_uri_complete']) {
      await expect(begin({ [member]: address })).rejects.toMatchObject({
        code: 'response_invalid',
      });
    }
  },
);

test('a poll is one request: who polls decides how often', async () => {
  const device = await begin();
  provider.ports.fetch.on(`${issuer}/token`, new Response('', { status: 503 }));
  await expect(device.poll(signal)).rejects.toMatchObject({ code: 'server_error' });
  expect(provider.ports.fetch.to(`${issuer}/token`)).toHaveLength(1);
});

test('no error names the device code', async () => {
  const device = await begin();
  const said = { error: 'expired_token', error_description: 'DEVICE-CODE is too old' };
  provider.ports.fetch.once(`${issuer}/token`, jsonResponse(said, { status: 400 }));
  const error = await device.poll(signal).catch((thrown) => thrown);
  expect(error.code).toBe('expired_token');
  expect(JSON.stringify([error.toInfo(), error.stack, error.cause])).not.toContain('DEVICE-CODE');
});
