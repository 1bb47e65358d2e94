import { describe, expect, test } from 'vitest';
import { KeyfobError } from '../../../../shared/errors.ts';
import { codeOf } from '../../../support/connections.ts';
import { type FakePorts, jsonResponse } from '../../../support/fake-ports.ts';
import { createHelperRig, portal } from '../../../support/helper-rig.ts';

const oidc = 'https://oidc.eu-west-1.amazonaws.com/';
const answering =
  (...urls: string[]) =>
  ({ fetch }: FakePorts) => {
    for (const url of urls) fetch.on(url, jsonResponse({}, { status: 404 }));
  };

describe('checking an address', () => {
  test('a portal whose region is not known yet is judged by its form alone', async () => {
    const { ports, window } = await createHelperRig();
    const address = 'https://work.awsapps.com/start/#/';
    expect(await window.call('connection.check', { address })).toEqual({
      kind: 'identity-center',
      startUrl: 'https://work.awsapps.com/start',
      name: 'work',
    });
    expect(ports.fetch.requests).toEqual([]);
  });

  test('with a region its endpoint is asked, with nothing in the request', async () => {
    const { ports, window } = await createHelperRig({ prepare: answering(oidc) });
    const input = { address: 'https://work.awsapps.com/start', region: 'eu-west-1' };
    expect(await window.call('connection.check', input)).toMatchObject({ region: 'eu-west-1' });
    expect(ports.fetch.requests).toMatchObject([{ url: oidc, method: 'GET', headers: {} }]);
  });

  test('the region that the address names counts, unless another is given', async () => {
    const { window } = await createHelperRig({
      prepare: answering(oidc, 'https://oidc.us-east-1.amazonaws.com/'),
    });
    const address = 'https://ssoins-1234567890abcdef.portal.us-east-1.app.aws';
    expect(await window.call('connection.check', { address })).toMatchObject({
      region: 'us-east-1',
      name: 'aws',
    });
    expect(await window.call('connection.check', { address, region: 'eu-west-1' })).toMatchObject({
      region: 'eu-west-1',
    });
  });

  test('an address that there is a connection for says so', async () => {
    const { window } = await createHelperRig();
    expect(
      await window.call('connection.check', { address: 'https://acme.awsapps.com/start' }),
    ).toMatchObject({ existing: 'acme', name: 'acme-2' });
  });

  test.each([
    ['', undefined, 'invalid_start_url'],
    ['acme', undefined, 'invalid_start_url'],
    ['http://example.com/', undefined, 'invalid_start_url'],
    ['https://acme.awsapps.com/start', 'eu-west', 'invalid_region'],
  ])('%j in %s is %s, with what to do', async (address, region, code) => {
    const { window } = await createHelperRig();
    const input = region === undefined ? { address } : { address, region };
    await expect(window.call('connection.check', input)).rejects.toMatchObject({
      code,
      hint: expect.any(String),
    });
  });

  test('an https address that is none of AWS is asked whether it is an issuer', async () => {
    const { ports, window } = await createHelperRig();
    const issuer = 'https://login.example.com/realms/work';
    const document = {
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      grant_types_supported: ['authorization_code'],
    };
    const wellKnown = `${issuer}/.well-known/openid-configuration`;
    ports.fetch.on(wellKnown, jsonResponse(document));
    for (const address of [issuer, ` ${wellKnown} `]) {
      expect(await window.call('connection.check', { address })).toMatchObject({
        kind: 'oidc',
        issuer,
        name: 'work',
        offers: { browser: true, device: false, registration: false },
      });
    }
  });

  test('one that describes itself as nothing is neither the one nor the other', async () => {
    const { ports, window } = await createHelperRig();
    const nothing = new Response('<html>', {
      status: 404,
      headers: { 'content-type': 'text/html' },
    });
    for (const name of ['openid-configuration', 'oauth-authorization-server']) {
      ports.fetch.on(`https://example.com/.well-known/${name}`, () => nothing.clone());
    }
    const input = { address: 'https://example.com/' };
    await expect(window.call('connection.check', input)).rejects.toMatchObject({
      code: 'invalid_start_url',
      hint: expect.stringContaining('issuer'),
    });
    // Who says that it is one is told what is wrong with it as one.
    await expect(window.call('connection.check', { ...input, kind: 'oidc' })).rejects.toMatchObject(
      { code: 'not_found' },
    );
  });

  test('an endpoint that can not be reached, or does not answer, says why', async () => {
    const { ports, window } = await createHelperRig();
    const input = { address: 'https://work.awsapps.com/start', region: 'eu-west-1' };
    ports.fetch.once(oidc, new KeyfobError('proxy_error', 'The proxy refused.'));
    expect(await codeOf(window.call('connection.check', input))).toBe('proxy_error');
    ports.fetch.once(oidc, () => new Promise(() => undefined));
    const late = codeOf(window.call('connection.check', input));
    await ports.clock.advance(5_000);
    expect(await late).toBe('timeout');
  });
});

describe('testing a connection', () => {
  test('both endpoints, the clock and the proxy are looked at', async () => {
    const { ports, window } = await createHelperRig({
      env: { HTTPS_PROXY: 'http://user:hunter2@proxy.test:3128' },
      prepare({ fetch, clock }) {
        const date = new Date(clock.now() - 120_000).toUTCString();
        fetch.on(oidc, jsonResponse({}, { status: 404, headers: { date } }));
        fetch.on(portal, new KeyfobError('tls_error', 'Not trusted.', { hint: 'AWS_CA_BUNDLE' }));
      },
    });
    const { checks } = await window.call('connection.test', { connection: 'acme' });
    expect(checks.map(({ id, status }) => `${id} ${status}`)).toEqual([
      'provider.acme ok',
      'clock.acme warning',
      'portal.acme failure',
      'proxy.HTTPS_PROXY ok',
    ]);
    expect(checks[2]).toMatchObject({ message: 'Not trusted.', hint: 'AWS_CA_BUNDLE' });
    expect(JSON.stringify([checks, ports.log.entries])).not.toContain('hunter2');
  });

  test('one that there is not is unknown', async () => {
    const { window } = await createHelperRig();
    expect(await codeOf(window.call('connection.test', { connection: 'x' }))).toBe(
      'unknown_connection',
    );
  });
});

describe('changing a connection', () => {
  test('flow and browser are written and shown; the session stays', async () => {
    const { activity, helper, ports, window } = await createHelperRig();
    const changed = await window.call('connection.update', {
      connection: 'acme',
      flow: 'device',
      browser: 'firefox -P acme',
    });
    expect(changed).toMatchObject({
      settings: { flow: 'device', browser: 'firefox -P acme' },
      session: { state: 'signed_in' },
    });
    expect(helper.state.get('connections')).toEqual([changed]);
    const file = () =>
      JSON.parse(ports.files.contents.get('connections.json') ?? '') as {
        connections: { flow: string; browser?: string }[];
      };
    expect(file().connections).toMatchObject([{ flow: 'device', browser: 'firefox -P acme' }]);

    await window.call('connection.update', { connection: 'acme', browser: null });
    expect(file().connections).toMatchObject([{ flow: 'device' }]);
    expect(file().connections[0]).not.toHaveProperty('browser');
    expect(await activity()).toMatchObject([
      { what: 'connection-update', connection: 'acme', count: 2, client: 'Keyfob' },
    ]);
  });

  test('the next sign-in goes the new way, in the new browser', async () => {
    const { ports, window } = await createHelperRig({
      prepare({ fetch }) {
        const registration = { clientId: 'c', clientSecret: 's', clientSecretExpiresAt: 2e9 };
        fetch.on(`${oidc}client/register`, jsonResponse(registration));
        fetch.on(
          `${oidc}device_authorization`,
          jsonResponse({
            deviceCode: 'd',
            userCode: 'ABCD-EFGH',
            verificationUri: 'https://acme.awsapps.com/start/#/device',
            verificationUriComplete: 'https://acme.awsapps.com/start/#/device?user_code=ABCD-EFGH',
            expiresIn: 600,
            interval: 5,
          }),
        );
      },
    });
    const connection = 'acme';
    await window.call('settings.change', { changes: { browser: 'chromium' } });
    await window.call('connection.update', { connection, flow: 'device', browser: 'firefox' });
    await window.call('signIn.start', { connection });
    const page = 'https://acme.awsapps.com/start/#/device?user_code=ABCD-EFGH';
    expect(ports.browser.opened).toEqual([page]);

    await window.call('connection.update', { connection, browser: null });
    await window.call('link.open', { connection, what: 'verification' });
    await window.call('link.open', { connection, what: 'startUrl' });
    expect(ports.browser.opened.slice(1)).toEqual([page, 'https://acme.awsapps.com/start']);
    expect(ports.browser.commands).toEqual(['firefox', 'chromium', 'chromium']);
    expect(await codeOf(window.call('link.open', { connection, what: 'authorization' }))).toBe(
      'no_pending_sign_in',
    );
    await window.call('signIn.cancel', { connection });
    expect(await codeOf(window.call('link.open', { connection, what: 'verification' }))).toBe(
      'no_pending_sign_in',
    );
  });

  test('what could not be written has not changed', async () => {
    const { helper, ports, window } = await createHelperRig();
    const before = helper.state.get('connections');
    ports.files.fillDisk();
    const asked = window.call('connection.update', { connection: 'acme', flow: 'browser' });
    expect(await codeOf(asked)).toBe('disk_full');
    expect(helper.state.get('connections')).toEqual(before);
    ports.files.heal();
  });

  test.each(['', '   ', '""', 'firefox\n-P', 'x'.repeat(1_025)])(
    '%j is no command for a browser',
    async (browser) => {
      const { window } = await createHelperRig();
      const asked = window.call('connection.update', { connection: 'acme', browser });
      expect(await codeOf(asked)).toBe('invalid_input');
      const changes = { browser };
      expect(await codeOf(window.call('settings.change', { changes }))).toBe('invalid_input');
    },
  );
});

test('links and the clipboard are for the window alone', async () => {
  const { ports, socket, window } = await createHelperRig();
  const link = { connection: 'acme', what: 'startUrl' } as const;
  expect(await codeOf(socket.call('link.open', link))).toBe('not_allowed');
  expect(await codeOf(socket.call('clipboard.copy', { text: 'x' }))).toBe('not_allowed');
  await window.call('clipboard.copy', { text: 'acme/prod/Admin' });
  expect(ports.clipboard.written).toEqual([{ text: 'acme/prod/Admin', kind: 'plain' }]);
  expect(await codeOf(window.call('clipboard.copy', { text: 'x'.repeat(4_097) }))).toBe(
    'invalid_input',
  );
  expect(ports.browser.opened).toEqual([]);
});

test('notices are those that the person wants', async () => {
  const { ports, socket, window } = await createHelperRig({
    prepare: ({ secrets }) => void secrets.values.delete('acme'),
  });
  await window.call('settings.change', { changes: { notifications: { signInRequired: false } } });
  const ask = () => codeOf(socket.call('account.environment', { account: 'acme/prod/Admin' }));
  expect(await ask()).toBe('sign_in_required');
  expect(ports.notifier.notices).toEqual([]);
  await window.call('settings.change', { changes: { notifications: { signInRequired: true } } });
  await ports.clock.advance(11 * 60_000);
  expect(await ask()).toBe('sign_in_required');
  expect(ports.notifier.notices).toMatchObject([{ kind: 'sign_in_required' }]);
});
