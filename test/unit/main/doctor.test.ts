import { describe, expect, test } from 'vitest';
import { examine } from '../../../main/doctor.ts';
import { emptyState } from '../../../main/state.ts';
import { type ErrorCode, KeyfobError } from '../../../shared/errors.ts';
import type { ConnectionView, State } from '../../../shared/model.ts';
import { createFakePorts, type FakePorts, jsonResponse } from '../../support/fake-ports.ts';

const session: ConnectionView['session'] = { state: 'signed_in', renewable: true };

function view(change: Partial<ConnectionView['session']> = {}): ConnectionView {
  return {
    settings: {
      kind: 'identity-center',
      name: 'acme',
      startUrl: 'https://acme.awsapps.com/start',
      region: 'eu-west-1',
      scopes: [],
      flow: 'auto',
    },
    session: { ...session, ...change },
    catalogue: { accounts: 0, syncing: false },
  };
}

function stateWith(change: Partial<State>): State {
  const helper = { version: '0', pid: 1, startedAt: '', keychain: 'os' as const };
  return { ...emptyState(helper), ...change };
}

async function findings(ports: FakePorts, change: Partial<State> = {}) {
  const checks = await examine({ ports, state: stateWith(change) });
  return (id: string) => checks.find((check) => check.id === id);
}

/** The provider answers, with the time that this machine has, moved by `skewMs`. */
function answering(skewMs = 0): FakePorts {
  const ports = createFakePorts();
  const date = new Date(ports.clock.now() + skewMs).toUTCString();
  ports.fetch.on(
    'https://oidc.eu-west-1.amazonaws.com/',
    jsonResponse({}, { status: 404, headers: { Date: date } }),
  );
  return ports;
}

describe('the keychain', () => {
  test('is written to, read and cleared', async () => {
    const ports = createFakePorts();
    const found = await findings({ ...ports, secrets: { ...ports.secrets, kind: 'os' } });
    expect(found('keychain')).toEqual({
      id: 'keychain',
      status: 'ok',
      message: "Secrets are kept in the system's keychain.",
    });
    const [, key] = ports.secrets.calls[0]?.split(' ') ?? [];
    expect(key).toMatch(/^_doctor-[0-9a-f]{12}$/);
    expect(ports.secrets.calls).toEqual([`set ${key}`, `get ${key}`, `delete ${key}`]);
    expect(ports.secrets.values.size).toBe(0);
  });

  test('two runs at once do not take away from each other what they look for', async () => {
    const ports = createFakePorts();
    const release = ports.secrets.hold();
    const running = [findings(ports), findings(ports)];
    release();
    for (const found of await Promise.all(running)) {
      expect(found('keychain')).toMatchObject({ status: 'warning' });
    }
    expect(new Set(ports.secrets.calls.filter((call) => call.startsWith('set'))).size).toBe(2);
    expect(ports.secrets.values.size).toBe(0);
  });

  test('nothing is left there, even if it can not be read', async () => {
    const ports = createFakePorts();
    ports.secrets.fail(new KeyfobError('keychain_failed', 'It broke.', { hint: 'x' }), 'get');
    const found = await findings(ports);
    expect(found('keychain')).toMatchObject({ status: 'failure', message: 'It broke.' });
    expect(ports.secrets.values.size).toBe(0);
  });

  test('in memory is worth a warning', async () => {
    const found = await findings(createFakePorts());
    expect(found('keychain')).toMatchObject({ status: 'warning', hint: expect.any(String) });
  });

  test.each<ErrorCode>(['keychain_locked', 'keychain_unavailable', 'passphrase_wrong'])(
    'that fails with %s is reported in its own words',
    async (code) => {
      const ports = createFakePorts();
      ports.secrets.fail(new KeyfobError(code, 'It is locked.', { hint: 'Unlock it.' }));
      const found = await findings(ports);
      expect(found('keychain')).toEqual({
        id: 'keychain',
        status: 'failure',
        message: 'It is locked.',
        hint: 'Unlock it.',
      });
    },
  );

  test('that fails every session too is told once', async () => {
    const ports = answering();
    const locked = {
      code: 'keychain_locked',
      message: 'It is locked.',
      hint: 'Unlock it.',
    } as const;
    ports.secrets.fail(new KeyfobError(locked.code, locked.message, { hint: locked.hint }));
    const checks = await examine({
      ports,
      state: stateWith({ connections: [view({ state: 'unknown', error: locked })] }),
    });
    expect(checks.filter(({ message }) => message === locked.message)).toHaveLength(1);
  });

  test('that loses what was written is a failure', async () => {
    const ports = createFakePorts();
    const secrets = { ...ports.secrets, get: async () => null };
    const found = await findings({ ...ports, secrets });
    expect(found('keychain')).toMatchObject({ status: 'failure' });
  });

  test('that never answers does not hold up the rest', async () => {
    const ports = answering();
    ports.secrets.hold();
    const examined = findings(ports, { connections: [view()] });
    await ports.clock.advance(5_000);
    const found = await examined;
    expect(found('keychain')).toMatchObject({
      status: 'failure',
      message: expect.stringContaining('does not answer'),
    });
    expect(found('provider.acme')).toMatchObject({ status: 'ok' });
  });
});

describe('the provider', () => {
  test('that answers anything is reached, and asked for nothing secret', async () => {
    const ports = answering();
    const found = await findings(ports, { connections: [view()] });
    expect(found('provider.acme')).toMatchObject({ status: 'ok' });
    expect(found('clock.acme')).toMatchObject({ status: 'ok' });
    expect(ports.fetch.requests).toMatchObject([{ method: 'GET', headers: {} }]);
  });

  test.each<ErrorCode>(['network_error', 'tls_error', 'proxy_error'])(
    'that fails with %s is reported with what to do',
    async (code) => {
      const ports = createFakePorts();
      ports.fetch.on('https://', new KeyfobError(code, 'No way there.', { hint: 'Mend it.' }));
      const found = await findings(ports, { connections: [view()] });
      expect(found('provider.acme')).toMatchObject({ status: 'failure', hint: 'Mend it.' });
    },
  );

  test('that never answers is given up on after five seconds', async () => {
    const ports = createFakePorts();
    ports.fetch.on('https://', () => new Promise<Response>(() => {}));
    const examined = findings(ports, { connections: [view()] });
    await ports.clock.advance(5_000);
    expect((await examined)('provider.acme')).toMatchObject({
      status: 'failure',
      message: expect.stringContaining('5 seconds'),
      hint: expect.any(String),
    });
  });

  test.each([
    [120_000, '120 seconds behind'],
    [-7_200_000, '7200 seconds ahead'],
  ])('whose clock is %i ms from ours shows a wrong clock', async (skewMs, text) => {
    const found = await findings(answering(skewMs), { connections: [view()] });
    expect(found('clock.acme')).toMatchObject({
      status: 'warning',
      message: expect.stringContaining(text),
    });
  });

  test.each(['soon', ''])('whose Date is %j says nothing about clocks', async (date) => {
    const ports = createFakePorts();
    ports.fetch.on('https://', jsonResponse({}, { headers: { Date: date } }));
    const found = await findings(ports, { connections: [view()] });
    expect(found('provider.acme')).toMatchObject({ status: 'ok' });
    expect(found('clock.acme')).toBeUndefined();
  });
});

test.each<[Partial<ConnectionView['session']>, string]>([
  [{}, 'ok'],
  [{ renewable: false }, 'warning'],
  [{ state: 'signed_out' }, 'warning'],
  [{ state: 'expired' }, 'warning'],
  [{ state: 'unknown' }, 'warning'],
  [{ error: { code: 'keychain_locked', message: 'Locked.', hint: 'Unlock.' } }, 'failure'],
])('a session that is %j is a finding of kind %s', async (change, status) => {
  const found = await findings(answering(), { connections: [view(change)] });
  const check = found('session.acme');
  expect(check?.status).toBe(status);
  if (status !== 'ok') expect(check?.hint).toEqual(expect.any(String));
});

describe('variables', () => {
  async function withEnv(env: Record<string, string>) {
    return await findings(createFakePorts({ env }));
  }

  test('a proxy is named without the password in it', async () => {
    const found = await withEnv({ HTTPS_PROXY: 'http://ada:hunter2@proxy.corp:3128' });
    expect(found('proxy.HTTPS_PROXY')).toEqual({
      id: 'proxy.HTTPS_PROXY',
      status: 'ok',
      message: 'Requests go through the proxy proxy.corp:3128.',
    });
  });

  test('a proxy is read as it is used: a scheme may be left out', async () => {
    const found = await withEnv({ HTTPS_PROXY: 'ada:hunter2@proxy.corp:3128' });
    expect(found('proxy.HTTPS_PROXY')).toMatchObject({
      status: 'ok',
      message: 'Requests go through the proxy proxy.corp:3128.',
    });
  });

  test.each(['proxy corp', 'socks5://ada:hunter2@proxy.corp'])('%j is no proxy', async (value) => {
    const check = (await withEnv({ https_proxy: value }))('proxy.https_proxy');
    expect(check).toMatchObject({ status: 'failure', hint: expect.any(String) });
    expect(JSON.stringify(check)).not.toContain('hunter2');
  });

  test('what sends requests elsewhere is worth a warning', async () => {
    const found = await withEnv({
      AWS_ENDPOINT_URL_SSO: 'https://x.test',
      AWS_ENDPOINT_URL_STS: '',
      AWS_ENDPOINT_URL_ECR: 'https://x.test',
    });
    expect(found('endpoint.AWS_ENDPOINT_URL_SSO')).toMatchObject({ status: 'warning' });
    expect(found('endpoint.AWS_ENDPOINT_URL_ECR')).toMatchObject({ status: 'warning' });
    expect(found('endpoint.AWS_ENDPOINT_URL_STS')).toBeUndefined();
  });

  test('an endpoint that is ignored is passed over, one that can not be used is a failure', async () => {
    const elsewhere = { AWS_ENDPOINT_URL_SSO: 'https://x.test' };
    const ignored = await withEnv({ ...elsewhere, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' });
    expect(ignored('endpoint.AWS_ENDPOINT_URL_SSO')).toBeUndefined();
    const clear = await withEnv({ AWS_ENDPOINT_URL_SSO: 'http://x.test' });
    expect(clear('endpoint.AWS_ENDPOINT_URL_SSO')).toMatchObject({
      status: 'failure',
      message: 'AWS_ENDPOINT_URL_SSO would send secrets unencrypted.',
    });
  });
});

test('what is wrong with the machine and what the state knows of are passed on', async () => {
  const ports = createFakePorts();
  const folder = { id: 'folder.state', status: 'failure' as const, message: 'Open to all.' };
  const found = await findings(
    { ...ports, inspect: async () => [folder] },
    { problems: [{ code: 'file_damaged', message: 'It broke.', hint: 'Mend it.', since: '' }] },
  );
  expect(found('folder.state')).toEqual(folder);
  expect(found('problem.1')).toEqual({
    id: 'problem.1',
    status: 'warning',
    message: 'It broke.',
    hint: 'Mend it.',
  });
});
