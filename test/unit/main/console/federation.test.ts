import { expect, test } from 'vitest';
import { consoleAddress } from '../../../../main/console/federation.ts';
import { codeOf } from '../../../support/connections.ts';
import { createFakePorts, jsonResponse } from '../../../support/fake-ports.ts';

const signIn = 'https://eu-west-1.signin.aws.amazon.com/federation';
const never = new AbortController().signal;
const credentials = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'secret/+&=',
  sessionToken: 'session/+&=',
  accountId: '000000000001',
  expiresAt: 0,
  obtainedAt: 0,
};

test('credentials become a token, and the token the address of the console', async () => {
  const ports = createFakePorts();
  ports.fetch.on(signIn, jsonResponse({ SigninToken: 'tok/en+&=' }));
  const address = new URL(await consoleAddress(credentials, { region: 'eu-west-1' }, ports, never));

  const [request] = ports.fetch.requests;
  const asked = new URL(request?.url ?? '');
  expect(request?.method).toBe('GET');
  expect(asked.searchParams.get('Action')).toBe('getSigninToken');
  expect(JSON.parse(asked.searchParams.get('Session') ?? '')).toEqual({
    sessionId: 'ASIAEXAMPLE',
    sessionKey: 'secret/+&=',
    sessionToken: 'session/+&=',
  });
  // The role's own duration holds; asking for another fails for chained roles.
  expect(asked.searchParams.has('SessionDuration')).toBe(false);

  expect(`${address.origin}${address.pathname}`).toBe(signIn);
  expect(Object.fromEntries(address.searchParams)).toEqual({
    Action: 'login',
    Issuer: '',
    Destination: 'https://eu-west-1.console.aws.amazon.com/console/home?region=eu-west-1',
    SigninToken: 'tok/en+&=',
  });
});

test.each([
  [400, 'forbidden'],
  [403, 'forbidden'],
  [500, 'upstream_error'],
] as const)('an answer %d is %s, and repeats nothing of what was sent', async (status, code) => {
  const ports = createFakePorts();
  ports.fetch.on(signIn, (request) => jsonResponse({ echo: request.url }, { status }));
  const asked = consoleAddress(credentials, { region: 'eu-west-1' }, ports, never).catch(
    (error) => error,
  );
  await ports.clock.advance(60_000);
  const error = await asked;
  expect(error).toMatchObject({ code, hint: expect.any(String) });
  expect(JSON.stringify([error.toInfo(), ports.log.entries])).not.toMatch(/secret|session\/|ASIA/);
});

test.each([
  ['no JSON', new Response('<html>')],
  ['no token', jsonResponse({})],
  ['an empty token', jsonResponse({ SigninToken: '' })],
])('%s is response_invalid', async (_what, answer) => {
  const ports = createFakePorts();
  ports.fetch.on(signIn, answer);
  expect(await codeOf(consoleAddress(credentials, { region: 'eu-west-1' }, ports, never))).toBe(
    'response_invalid',
  );
});

test('a token is never in the log, nor is what it was got with', async () => {
  const ports = createFakePorts();
  ports.fetch.on(signIn, jsonResponse({ SigninToken: 'the-token' }));
  await consoleAddress(credentials, { region: 'eu-west-1' }, ports, never);
  expect(ports.log.entries.length).toBeGreaterThan(0);
  expect(JSON.stringify(ports.log.entries)).not.toMatch(/the-token|secret|ASIA/);
});

test('a duration is asked for with the credentials, and a refusal says that it may be the reason', async () => {
  const ports = createFakePorts();
  ports.fetch.on(signIn, new Response('no', { status: 400 }));
  const wish = { region: 'eu-west-1', service: 's3', durationSeconds: 3_600 };
  const asked = consoleAddress(credentials, wish, ports, never).catch((error) => error);
  expect(await asked).toMatchObject({
    code: 'forbidden',
    hint: expect.stringContaining('duration'),
  });
  const [request] = ports.fetch.requests;
  expect(new URL(request?.url ?? '').searchParams.get('SessionDuration')).toBe('3600');
});
