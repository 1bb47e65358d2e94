import { expect, test } from 'vitest';
import type { AwsCredentials } from '../../../../main/accounts/source.ts';
import { createClientOf } from '../../../../main/endpoint/client.ts';
import { createHandOut, type HandOutDeps } from '../../../../main/endpoint/hand-out.ts';
import type { Router } from '../../../../main/endpoint/router.ts';
import { createRoutes, type RoutesDeps } from '../../../../main/endpoint/routes.ts';
import { type ErrorCode, errorCodes, KeyfobError } from '../../../../shared/errors.ts';
import { openEndpoint, requestBytes, sendBytes } from '../../../support/endpoint-stage.ts';
import { createFakeLog } from '../../../support/fake-ports.ts';

const account = {
  kind: 'aws-role' as const,
  id: 'acme/111111111111/Admin',
  path: 'acme/prod/Admin',
  connection: 'acme',
  accountId: '111111111111',
  accountName: 'prod',
  roleName: 'Admin',
};

const credentials: AwsCredentials = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'secret/+=',
  sessionToken: 'token/+=',
  accountId: '111111111111',
  expiresAt: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  obtainedAt: Date.UTC(2026, 0, 1),
};

type Parts = Omit<RoutesDeps & HandOutDeps, 'accounts' | 'handOut'>;
interface Setup extends Partial<Parts> {
  readonly accounts?: Partial<RoutesDeps['accounts'] & HandOutDeps['accounts']>;
}

async function openRoutes(setup: Setup = {}) {
  const log = createFakeLog();
  const unexpected = () => {
    throw new Error('hunter2');
  };
  const deps = {
    router: { call: unexpected },
    events: { open: unexpected, close: unexpected },
    log,
    status: () => ({ version: '1.2.3' }),
    ready: Promise.resolve(),
    confirmations: { asks: () => false, permit: unexpected },
    activity: { record: () => undefined },
    grants: { again: unexpected },
    clientOf: createClientOf(undefined),
    ...setup,
    accounts: {
      resolve: unexpected,
      cachedCredentials: () => undefined,
      credentials: unexpected,
      cachedToken: () => undefined,
      token: unexpected,
      refuseToken: unexpected,
      ...setup.accounts,
    },
  };
  const handOut = createHandOut(deps);
  const { socket, server } = await openEndpoint(createRoutes({ ...deps, handOut }, 'socket'));
  return {
    log,
    socket,
    server,
    async get(target: string) {
      const answer = await sendBytes(socket, requestBytes(target));
      return { ...answer, json: JSON.parse(answer.body) };
    },
    async post(target: string, value: unknown = {}) {
      const body = JSON.stringify(value);
      const length = { 'Content-Length': String(Buffer.byteLength(body)) };
      const answer = await sendBytes(
        socket,
        requestBytes(target, length, { method: 'POST', body }),
      );
      return { ...answer, json: JSON.parse(answer.body) };
    },
  };
}

test('credentials are given in the credential_process form', async () => {
  const asked: unknown[] = [];
  const { get } = await openRoutes({
    accounts: {
      async credentials(name) {
        asked.push(name);
        return { account, credentials };
      },
    },
  });
  const { status, head, json } = await get('/v1/aws/credentials?account=acme%2Fprod%2FAdmin');
  expect(status).toBe(200);
  expect(head).toMatch(/^Content-Type: application\/json$/m);
  expect(head).toMatch(/^Cache-Control: no-store$/m);
  expect(json).toEqual({
    Version: 1,
    AccessKeyId: 'ASIAEXAMPLE',
    SecretAccessKey: 'secret/+=',
    SessionToken: 'token/+=',
    Expiration: '2026-01-02T03:04:05Z',
    AccountId: '111111111111',
  });
  expect(asked).toEqual(['acme/prod/Admin']);
});

test('what is at hand is given without asking further', async () => {
  const { get } = await openRoutes({
    accounts: { cachedCredentials: () => ({ account, credentials }) },
  });
  const first = await get('/v1/aws/credentials');
  const second = await get('/v1/aws/credentials');
  expect(first.json.AccessKeyId).toBe('ASIAEXAMPLE');
  expect(second.body).toBe(first.body);
});

test.each([
  ['none', '/v1/aws/credentials', undefined],
  ['a path as it is', '/v1/aws/credentials?account=acme/prod/Admin', 'acme/prod/Admin'],
  ['spaces as plus signs', '/v1/aws/credentials?account=a+b', 'a b'],
  ['percent-encoding', '/v1/aws/credentials?account=caf%C3%A9%20%2B', 'café +'],
])('the account may be given as %s', async (_, target, expected) => {
  const asked: unknown[] = [];
  const { get } = await openRoutes({
    accounts: {
      async credentials(name) {
        asked.push(name);
        return { account, credentials };
      },
    },
  });
  await get(target);
  await get(target);
  expect(asked).toEqual([expected, expected]);
});

test.each([
  ['twice', '/v1/aws/credentials?account=a&account=b'],
  ['empty', '/v1/aws/credentials?account='],
  ['by its name alone', '/v1/aws/credentials?account'],
  ['under another name', '/v1/aws/credentials?acount=a'],
  ['in bytes that are no UTF-8', '/v1/aws/credentials?account=%ff'],
  ['half encoded', '/v1/aws/credentials?account=%2'],
  ['too long', `/v1/aws/credentials?account=${'x'.repeat(513)}`],
])('an account given %s is refused rather than guessed', async (_, target) => {
  const { get } = await openRoutes();
  const { status, json } = await get(target);
  expect(status).toBe(400);
  expect(json.error).toMatchObject({ code: 'invalid_input', hint: expect.any(String) });
});

test('a request waits for the accounts to be known', async () => {
  const ready = Promise.withResolvers<void>();
  let known = false;
  const { get } = await openRoutes({
    ready: ready.promise,
    accounts: {
      async credentials() {
        if (!known) throw new KeyfobError('unknown_account', 'Too early.');
        return { account, credentials };
      },
    },
  });
  const asked = get('/v1/aws/credentials?account=prod');
  known = true;
  ready.resolve();
  expect((await asked).status).toBe(200);
});

test.each<[ErrorCode, number]>([
  ['sign_in_required', 403],
  ['unknown_account', 404],
  ['ambiguous_account', 409],
  ['no_active_account', 409],
  ['keychain_locked', 503],
  ['network_error', 502],
  ['timeout', 504],
])('%s is answered with %i, in every spelling that tools read', async (code, expected) => {
  const { get } = await openRoutes({
    accounts: {
      async credentials() {
        throw new KeyfobError(code, 'It did not work.', { hint: 'Do this.', details: { a: 1 } });
      },
    },
  });
  const { status, json } = await get('/v1/aws/credentials');
  expect(status).toBe(expected);
  expect(json).toMatchObject({
    error: { code, message: 'It did not work.', hint: 'Do this.', details: { a: 1 } },
    code,
    message: 'It did not work.',
    Code: code,
    Message: 'It did not work.',
  });
});

test('every code is an error to HTTP', async () => {
  const { statusOf } = await import('../../../../main/endpoint/answers.ts');
  for (const code of errorCodes) {
    expect(statusOf(code)).toBeGreaterThanOrEqual(400);
    expect(statusOf(code)).toBeLessThan(600);
  }
});

test('a failure that nobody expected tells nothing', async () => {
  const { get, log } = await openRoutes();
  const { status, body } = await get('/v1/aws/credentials');
  expect(status).toBe(500);
  expect(body + JSON.stringify(log.entries)).not.toContain('hunter2');
  expect(log.entries).toMatchObject([{ event: 'unexpected_failure' }]);
});

test('who hangs up no longer waits, and nobody else is disturbed', async () => {
  const signals: AbortSignal[] = [];
  const arrived = Promise.withResolvers<void>();
  const { socket, server } = await openRoutes({
    accounts: {
      credentials(_name, signal) {
        if (signal !== undefined) signals.push(signal);
        arrived.resolve();
        return new Promise((_, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason));
        });
      },
    },
  });
  const { connect } = await import('node:net');
  const connection = connect(socket);
  connection.write(requestBytes('/v1/aws/credentials'));
  await arrived.promise;
  expect(signals[0]?.aborted).toBe(false);
  connection.destroy();
  await server.idle();
  expect(signals[0]?.aborted).toBe(true);
});

test('a command gets its name, its input and its caller', async () => {
  const calls: unknown[] = [];
  const router: Router = {
    async call(name, input, { caller }) {
      calls.push({ name, input, caller });
      return { ok: true, value: { done: true } };
    },
  };
  const { post } = await openRoutes({ router });
  expect((await post('/v1/commands/accounts.use', { account: 'é' })).json).toEqual({
    ok: true,
    value: { done: true },
  });
  expect(calls).toEqual([{ name: 'accounts.use', input: { account: 'é' }, caller: 'socket' }]);
});

test('a failed command carries status and both forms of the error', async () => {
  const router: Router = {
    async call() {
      return {
        ok: false,
        error: { code: 'connection_exists', message: 'Taken.', hint: 'Choose.' },
      };
    },
  };
  const { post } = await openRoutes({ router });
  const { status, json } = await post('/v1/commands/connection.add');
  expect(status).toBe(409);
  expect(json).toEqual({
    ok: false,
    error: { code: 'connection_exists', message: 'Taken.', hint: 'Choose.' },
    code: 'connection_exists',
    message: 'Taken.',
    Code: 'connection_exists',
    Message: 'Taken.',
  });
});

test('the status is small and always there', async () => {
  const { get } = await openRoutes({ ready: new Promise(() => {}) });
  expect((await get('/v1/status')).json).toEqual({ version: '1.2.3' });
});

test.each([
  ['GET', '/'],
  ['GET', '/v1'],
  ['GET', '/v1/aws/credentials/'],
  ['GET', '/v1/AWS/credentials'],
  ['GET', '//v1/status'],
  ['GET', '/v1/../v1/status'],
  ['GET', '/v1/aws/%63redentials'],
  ['POST', '/v1/commands'],
])('there is nothing at %s %s', async (method, target) => {
  const { get, post } = await openRoutes();
  const { status, json } = await (method === 'GET' ? get(target) : post(target));
  expect(status).toBe(404);
  expect(json.code).toBe('not_found');
});

test('a route of one method does not answer to the other', async () => {
  const { get, post } = await openRoutes();
  expect((await get('/v1/commands/state')).status).toBe(405);
  expect((await post('/v1/aws/credentials')).status).toBe(405);
  expect((await post('/v1/status')).head).toContain('Allow: GET');
});

test('an account that asks is handed out after the yes alone, cached or not', async () => {
  const steps: string[] = [];
  for (const cached of [{ account, credentials }, undefined]) {
    steps.length = 0;
    const { get } = await openRoutes({
      accounts: {
        cachedCredentials: () => cached,
        async credentials() {
          steps.push('credentials');
          return { account, credentials };
        },
      },
      confirmations: {
        asks: (id) => id === account.id,
        async permit() {
          steps.push('permit');
        },
      },
    });
    expect((await get('/v1/aws/credentials')).status).toBe(200);
    // Got anew after the yes: they may have lapsed meanwhile.
    expect(steps).toEqual(['credentials', 'permit', 'credentials']);
  }
});

test('a no is 403 `refused`, and in the record', async () => {
  const events: unknown[] = [];
  const { get } = await openRoutes({
    accounts: {
      resolve: () => account,
      cachedCredentials: () => ({ account, credentials }),
      credentials: async () => ({ account, credentials }),
    },
    confirmations: {
      asks: () => true,
      permit: () => Promise.reject(new KeyfobError('refused', 'No.')),
    },
    activity: { record: (event) => void events.push(event) },
  });
  const { json, status, text } = await get('/v1/aws/credentials');
  expect([status, json.code]).toEqual([403, 'refused']);
  expect(text).not.toContain(credentials.secretAccessKey);
  expect(events).toEqual([
    {
      client: 'a local program',
      listener: 'socket',
      account: account.path,
      connection: account.connection,
      what: 'aws-credentials',
      outcome: 'refused',
    },
  ]);
});

test('every request for credentials is in the record, also one that fails', async () => {
  const events: { outcome: string; account: string | null }[] = [];
  const { get } = await openRoutes({
    accounts: {
      cachedCredentials: (text) => (text === 'a' ? { account, credentials } : undefined),
      credentials: () => Promise.reject(new KeyfobError('unknown_account', 'No.')),
      resolve() {
        throw new KeyfobError('unknown_account', 'No.');
      },
    },
    activity: { record: (event) => void events.push(event) },
  });
  await get('/v1/aws/credentials?account=a');
  await get('/v1/aws/credentials?account=b');
  await get(`/v1/aws/credentials?account=${'c'.repeat(500)}`);
  expect(events).toMatchObject([
    { outcome: 'ok', account: account.path },
    { outcome: 'unknown_account', account: 'b' },
    { outcome: 'unknown_account', account: 'c'.repeat(128) },
  ]);
});
