import { expect, test } from 'vitest';
import { codeOf } from '../../../support/connections.ts';
import { type FakePorts, jsonResponse } from '../../../support/fake-ports.ts';
import { createHelperRig, portal } from '../../../support/helper-rig.ts';

const oidc = 'https://oidc.eu-west-1.amazonaws.com/';
const connection = 'acme';

/** Device sign-ins whose polls answer with `token`. */
const signingIn =
  (token: Response) =>
  ({ fetch, secrets }: FakePorts) => {
    secrets.values.clear();
    const registration = { clientId: 'c', clientSecret: 's', clientSecretExpiresAt: 2e9 };
    fetch.on(`${oidc}client/register`, jsonResponse(registration));
    const device = {
      deviceCode: 'd',
      userCode: 'ABCD-EFGH',
      verificationUri: 'https://acme.awsapps.com/start/#/device',
      expiresIn: 600,
      interval: 1,
    };
    fetch.on(`${oidc}device_authorization`, jsonResponse(device));
    fetch.on(`${oidc}token`, token);
    fetch.on(`${portal}assignment/accounts`, jsonResponse({ accountList: [] }));
  };

test('a sign-in is in the record once it is over, with how it went', async () => {
  const { activity, ports, window } = await createHelperRig({
    prepare: signingIn(jsonResponse({ accessToken: 'a', refreshToken: 'r', expiresIn: 28_800 })),
  });
  await window.call('signIn.start', { connection, flow: 'device' });
  expect(await activity()).toEqual([]);
  await ports.clock.advance(10_000);
  expect(await activity()).toMatchObject([
    { what: 'sign-in', connection, account: null, outcome: 'ok', listener: 'window' },
  ]);
});

test('a denied and a cancelled one are told apart', async () => {
  const denied = jsonResponse({ error: 'access_denied' }, { status: 400 });
  const { activity, ports, socket, window } = await createHelperRig({ prepare: signingIn(denied) });
  await window.call('signIn.start', { connection, flow: 'device' });
  await ports.clock.advance(10_000);
  expect(await activity()).toMatchObject([{ what: 'sign-in', outcome: 'sign_in_denied' }]);
  ports.fetch.on(`${oidc}token`, jsonResponse({ error: 'authorization_pending' }, { status: 400 }));
  await socket.call('signIn.start', { connection, flow: 'device' });
  await socket.call('signIn.cancel', { connection });
  const [latest] = await activity();
  expect(latest).toMatchObject({ outcome: 'sign_in_cancelled', listener: 'socket' });
});

test('one that could not begin is there too', async () => {
  const { activity, socket } = await createHelperRig();
  expect(await codeOf(socket.call('signIn.start', { connection: 'other' }))).toBe(
    'unknown_connection',
  );
  expect(await activity()).toMatchObject([{ connection: 'other', outcome: 'unknown_connection' }]);
});

test('what only looks is not in the record', async () => {
  const { activity, window } = await createHelperRig({
    prepare: ({ fetch }) => fetch.on(/./, jsonResponse({})),
  });
  await window.call('state', {});
  await window.call('accounts.list', {});
  await window.call('connection.show', { connection });
  await window.call('connection.test', { connection });
  await window.call('settings.change', { changes: { theme: 'dark' } });
  expect(await activity()).toEqual([]);
});

test('an account is written down by its path, however it was asked for', async () => {
  const { activity, socket } = await createHelperRig();
  await socket.call('accounts.use', { account: 'acme/000000000001/Admin' });
  await codeOf(socket.call('accounts.use', { account: 'nothing' }));
  expect(await activity()).toMatchObject([
    { what: 'use', account: 'nothing', outcome: 'unknown_account' },
    { what: 'use', account: 'acme/prod/Admin', outcome: 'ok' },
  ]);
});
