import { beforeEach, describe, expect, test } from 'vitest';
import {
  deleteRegistration,
  type Registration,
  type RegistrationRequest,
  readRegistration,
  registerClient,
  updateRegistration,
} from '../../../../main/oidc/registration.ts';
import { jsonResponse } from '../../../support/fake-ports.ts';
import {
  createHandMadeProvider,
  type HandMadeProvider,
  issuer,
} from '../../../support/hand-made-provider.ts';

const signal = new AbortController().signal;
const endpoint = `${issuer}/register`;
const metadata = { redirect_uris: ['http://127.0.0.1/'], grant_types: [] };

let provider: HandMadeProvider;
beforeEach(async () => {
  provider = await createHandMadeProvider();
});

function register(request: Partial<RegistrationRequest> = {}) {
  const context = provider.with({}, { registration_endpoint: endpoint });
  return registerClient(context, { metadata, ...request }, signal);
}

const answer = (members: object, status = 201) => jsonResponse(members, { status });
const sent = () => provider.ports.fetch.requests.at(-1);

describe('a registration', () => {
  test('is sent as it is, without credentials where there are none', async () => {
    provider.ports.fetch.once(endpoint, answer({ client_id: 'c' }));
    expect(await register()).toEqual({ clientId: 'c', answer: { client_id: 'c' } });
    expect(sent()).toMatchObject({ method: 'POST', url: endpoint, json: metadata });
    expect(sent()?.headers).not.toHaveProperty('authorization');
  });

  test('carries the initial access token, the software statement and the policy', async () => {
    provider.ports.fetch.once(endpoint, answer({ client_id: 'c' }));
    await register({
      initialAccessToken: 'INITIAL',
      softwareStatement: 'x.y.z',
      policy: 'no_client_secret',
    });
    expect(sent()).toMatchObject({
      url: `${endpoint}?policy=no_client_secret`,
      headers: { authorization: 'Bearer INITIAL' },
      json: { ...metadata, software_statement: 'x.y.z' },
    });
  });

  test('that keeps id and secret says so as the client that it was', async () => {
    provider.ports.fetch.once(endpoint, answer({ client_id: 'c:1' }));
    const keep = { clientId: 'c:1', clientSecret: 'p w' };
    await register({ policy: 'keep_client_credentials', keep });
    const basic = Buffer.from('c%3A1:p+w').toString('base64');
    expect(sent()).toMatchObject({
      url: `${endpoint}?policy=keep_client_credentials`,
      headers: { authorization: `Basic ${basic}` },
    });
  });

  test.each([
    [401, 'unauthorized', {}],
    [403, 'insufficient_scope', { error: 'insufficient_scope', error_description: 'SECRET' }],
    [401, 'invalid_token', { error: 'invalid_token' }],
  ])('refused with HTTP %i %s says how else to become a client', async (status, code, body) => {
    provider.ports.fetch.on(endpoint, () => answer(body, status));
    for (const initialAccessToken of [undefined, 'initial']) {
      const given = initialAccessToken === undefined ? {} : { initialAccessToken };
      await expect(register(given)).rejects.toMatchObject({
        code,
        message: `The provider does not let Keyfob register itself${
          initialAccessToken === undefined ? ' just so' : ' with this initial access token'
        }.`,
        hint: expect.stringMatching(/--client-id.*--initial-access-token-stdin/),
      });
    }
  });

  test('is read with its expiry; 0 and null mean none', async () => {
    const whole = {
      client_id: 'c',
      client_secret: 's',
      client_secret_expires_at: 1_800_000_000,
      registration_client_uri: `${endpoint}/c`,
      registration_access_token: 't',
      x_unknown: { deep: [1] },
    };
    provider.ports.fetch.once(endpoint, answer(whole, 200));
    expect(await register()).toEqual({
      clientId: 'c',
      clientSecret: 's',
      secretExpiresAt: 1_800_000_000_000,
      registrationClientUri: `${endpoint}/c`,
      registrationAccessToken: 't',
      answer: whole,
    });
    const empty = { client_id: 'c', client_secret: null, client_secret_expires_at: 0 };
    provider.ports.fetch.once(endpoint, answer(empty));
    expect(await register()).toEqual({ clientId: 'c', answer: empty });
  });

  test.each<[string, () => Response, string]>([
    ['no id', () => answer({ client_secret: 'SECRET' }), 'response_invalid'],
    ['an id that is none', () => answer({ client_id: 7 }), 'response_invalid'],
    ['a list', () => answer(['SECRET']), 'response_invalid'],
    [
      'no JSON',
      () =>
        new Response('SECRET', { status: 201, headers: { 'content-type': 'application/json' } }),
      'response_not_json',
    ],
    [
      'HTML',
      () => new Response('<p>SECRET', { status: 201, headers: { 'content-type': 'text/html' } }),
      'response_content_type',
    ],
    [
      'a management address on plain http',
      () => answer({ client_id: 'c', registration_client_uri: 'http://login.test/c' }),
      'insecure_url',
    ],
    [
      'a management address that is none',
      () => answer({ client_id: 'c', registration_client_uri: 'here' }),
      'response_invalid',
    ],
    [
      'invalid_redirect_uri',
      () => answer({ error: 'invalid_redirect_uri', error_description: 'SECRET' }, 400),
      'invalid_redirect_uri',
    ],
    [
      'invalid_software_statement',
      () => answer({ error: 'invalid_software_statement' }, 400),
      'invalid_software_statement',
    ],
    [
      'unapproved_software_statement',
      () => answer({ error: 'unapproved_software_statement' }, 400),
      'unapproved_software_statement',
    ],
    [
      'an initial access token that is not good',
      () =>
        new Response('', {
          status: 401,
          headers: { 'www-authenticate': 'Bearer realm="x", error="invalid_token"' },
        }),
      'invalid_token',
    ],
    ['401 and nothing else', () => new Response('', { status: 401 }), 'unauthorized'],
  ])('answered with %s is a typed error', async (_, response, code) => {
    provider.ports.fetch.once(endpoint, response);
    const error = await register({ initialAccessToken: 'SECRET' }).catch((thrown) => thrown);
    expect(error).toMatchObject({ code, hint: expect.stringMatching(/\w/) });
    expect(JSON.stringify([error, error.cause])).not.toContain('SECRET');
  });
});

describe('a registration that is there', () => {
  const uri = `${endpoint}/c`;
  const registration: Registration = {
    clientId: 'c',
    clientSecret: 'old',
    registrationClientUri: uri,
    registrationAccessToken: 'T1',
    answer: {},
  };

  test('brings a new token and a new secret, which count from then on', async () => {
    const rotated = { client_id: 'c', client_secret: 'new', registration_access_token: 'T2' };
    provider.ports.fetch.once(uri, answer(rotated, 200));
    const next = await readRegistration(provider.context, registration, signal);
    expect(sent()?.headers.authorization).toBe('Bearer T1');
    expect(next).toEqual({
      clientId: 'c',
      clientSecret: 'new',
      registrationClientUri: uri,
      registrationAccessToken: 'T2',
      answer: rotated,
    });
    provider.ports.fetch.once(uri, answer({ client_id: 'c' }, 200));
    const after = await readRegistration(provider.context, next, signal);
    expect(sent()?.headers.authorization).toBe('Bearer T2');
    expect(after).toMatchObject({ clientSecret: 'new', registrationAccessToken: 'T2' });
  });

  test('is changed without what is not the client’s to say', async () => {
    provider.ports.fetch.once(uri, answer({ client_id: 'c' }, 200));
    const wanted = {
      client_name: 'K',
      client_id: 'other',
      registration_access_token: 'T1',
      registration_client_uri: uri,
      client_id_issued_at: 1,
      client_secret_expires_at: 2,
    };
    await updateRegistration(provider.context, registration, wanted, signal);
    expect(sent()).toMatchObject({ method: 'PUT' });
    expect(sent()?.json).toEqual({ client_name: 'K', client_id: 'c', client_secret: 'old' });
  });

  test.each([
    [204, true],
    [401, false],
    [404, false],
  ])('ended with %d: %s', async (status, known) => {
    provider.ports.fetch.once(uri, new Response(null, { status }));
    expect(await deleteRegistration(provider.context, registration, signal)).toBe(known);
  });

  test('that can not be ended now says why', async () => {
    provider.ports.fetch.once(uri, new Response(null, { status: 405 }));
    await expect(deleteRegistration(provider.context, registration, signal)).rejects.toMatchObject({
      code: 'response_content_type',
    });
  });

  test('of another client, in the answer, is refused', async () => {
    provider.ports.fetch.once(uri, answer({ client_id: 'other' }, 200));
    await expect(readRegistration(provider.context, registration, signal)).rejects.toMatchObject({
      code: 'response_invalid',
    });
  });

  test('without a token of its own can not be changed', async () => {
    const { registrationAccessToken: _, ...bare } = registration;
    await expect(readRegistration(provider.context, bare, signal)).rejects.toMatchObject({
      code: 'not_offered',
    });
  });
});
