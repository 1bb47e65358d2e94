import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createCertificateAuthority } from '../support/certificate-authority.ts';
import { eventually } from '../support/eventually.ts';
import type { Fault } from '../support/openid-provider.ts';
import { type OpenidStage, startOpenidStage } from '../support/openid-stage.ts';

/**
 * A provider in trouble: each time the error has a code, the session stays, what lapsed comes back
 * by itself, and no browser opens.
 */

let stage: OpenidStage;

beforeAll(async () => {
  // Answers that get lost would end the family; that is another test's subject.
  stage = await startOpenidStage({
    switches: { rotateRefreshTokens: false, lifetimes: { access: 1 } },
  });
  await stage.add('corp', 'public');
});

afterAll(async () => {
  expect(await stage.opened()).toEqual([]);
  await stage.close();
});

/** Signed in while all is well, and in trouble before the access token lapses. */
async function troubled(trouble: () => Promise<unknown> | unknown): Promise<void> {
  await stage.signIn('corp');
  await trouble();
}

/** Who asks gets the token that there is until it has lapsed, and then hears what is wrong. */
async function refuses(code: string, of = stage, connection = 'corp'): Promise<void> {
  await eventually(async () => expect((await of.token(connection)).body).toMatchObject({ code }));
}

async function comesBack(): Promise<void> {
  await eventually(async () => expect((await stage.token('corp')).status).toBe(200));
  expect(await stage.session('corp')).toMatchObject({ state: 'signed_in' });
  expect((await stage.session('corp'))?.error).toBeUndefined();
}

test.each<[string, Fault, string]>([
  ['500', { kind: 'status', status: 500 }, 'server_error'],
  ['429', { kind: 'status', status: 429, headers: { 'retry-after': '1' } }, 'too_many_requests'],
  ['a web page', { kind: 'html' }, 'server_error'],
  ['another address', { kind: 'redirect', location: 'https://evil.test/' }, 'response_redirected'],
  ['a broken connection', { kind: 'reset' }, 'network_error'],
  ['half an answer', { kind: 'cut' }, 'response_truncated'],
  ['5 MB', { kind: 'oversized', bytes: 5_000_000 }, 'response_too_large'],
])('a provider that answers with %s', async (_name, fault, code) => {
  let heal = () => {};
  await troubled(() => {
    heal = stage.provider.fault('token', fault);
    onTestFinished(heal);
  });
  await refuses(code);
  // The provider tells its time in whole seconds, so the token may lapse a second later there.
  await eventually(async () =>
    expect(await stage.session('corp')).toMatchObject({ state: 'expired', error: { code } }),
  );
  heal();
  await comesBack();
});

test('a provider that is down, and a helper that restarts meanwhile', async () => {
  await troubled(() => stage.provider.down());
  await refuses('network_error');
  await stage.restart();
  await refuses('network_error');
  await eventually(async () =>
    expect(await stage.session('corp')).toMatchObject({ state: 'expired' }),
  );
  await stage.provider.up();
  await comesBack();
});

test('a provider that keeps us waiting: everyone else is answered, and the wait ends', async () => {
  let heal = () => {};
  await troubled(() => {
    heal = stage.provider.fault('token', { kind: 'hang' });
    onTestFinished(heal);
  });
  let over = false;
  const wait = refuses('timeout').finally(() => {
    over = true;
  });
  await eventually(() =>
    expect(stage.provider.journal.at(-1)).toMatchObject({ endpoint: 'token', status: 0 }),
  );
  await stage.call('state', {});
  expect(over).toBe(false);
  await wait;
  heal();
  await comesBack();
});

test('a sign-in at a provider that is down says so, and another try works', async () => {
  await stage.add('later', 'basic', { grant: 'client_credentials' });
  await stage.provider.down();
  await expect(stage.call('signIn.start', { connection: 'later' })).rejects.toMatchObject({
    code: 'network_error',
    hint: expect.any(String),
  });
  await stage.provider.up();
  await stage.call('signIn.start', { connection: 'later' });
  expect(await stage.session('later')).toMatchObject({ state: 'signed_in' });
});

test('a certificate that has expired is no reason to sign anybody out', async () => {
  const authority = createCertificateAuthority();
  onTestFinished(() => authority.remove());
  const tls = { ...authority.issue(['127.0.0.1']) };
  const secure = await startOpenidStage({
    tls,
    env: { AWS_CA_BUNDLE: authority.file },
    switches: { lifetimes: { clientCredentials: 1 } },
  });
  onTestFinished(() => secure.close());
  await secure.add('robot', 'basic', { grant: 'client_credentials' });
  await secure.call('signIn.start', { connection: 'robot' });
  expect((await secure.token('robot')).status).toBe(200);

  const good = { ...tls };
  await secure.provider.down();
  Object.assign(tls, authority.issue(['127.0.0.1'], -1));
  await secure.provider.up();
  await refuses('tls_error', secure, 'robot');
  await eventually(async () =>
    expect(await secure.session('robot')).toMatchObject({
      state: 'expired',
      error: { code: 'tls_error' },
    }),
  );

  await secure.provider.down();
  Object.assign(tls, good);
  await secure.provider.up();
  await eventually(async () => expect((await secure.token('robot')).status).toBe(200));
  expect(await secure.opened()).toEqual([]);
});
