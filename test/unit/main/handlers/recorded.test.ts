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

test('an account that is removed, or could not be added, is written down by its own path', async () => {
  const { activity, socket } = await createHelperRig();
  const roleArn = 'arn:aws:iam::999999999999:role/Deploy';
  const deploy = { kind: 'aws-assumed-role', connection, roleArn, source: 'prod/Admin' } as const;
  await socket.call('account.add', { ...deploy, name: 'deploy' });
  await codeOf(socket.call('account.add', { ...deploy, name: 'dep', roleArn: 'none' }));
  await socket.call('account.remove', { account: 'deploy' });
  expect((await activity()).map(({ what, account }) => [what, account])).toEqual([
    ['account-remove', 'acme/deploy'],
    ['account-add', 'acme/dep'],
    ['account-add', 'acme/deploy'],
  ]);
});

test('a grant keeps its label in the record when it has ended', async () => {
  const { activity, socket, window } = await createHelperRig();
  const { grant } = await socket.call('grant.create', { label: 'ci' });
  await window.call('grant.revoke', { id: grant.id });
  await codeOf(window.call('grant.revoke', { id: grant.id }));
  expect(await activity()).toMatchObject([
    { what: 'grant-revoke', outcome: 'not_found' },
    { what: 'grant-revoke', outcome: 'ok', subject: 'ci', grant: grant.id, listener: 'window' },
    { what: 'grant-create', outcome: 'ok', subject: 'ci', grant: grant.id, listener: 'socket' },
  ]);
});

test('profiles that were written are in the record, those that were there already are not', async () => {
  const { activity, socket } = await createHelperRig();
  const { hash, path } = await socket.call('config.plan', {});
  await codeOf(socket.call('config.apply', { hash: '0'.repeat(64) }));
  await socket.call('config.apply', { hash });
  const again = await socket.call('config.plan', {});
  await socket.call('config.apply', { hash: again.hash });
  expect(await activity()).toMatchObject([
    { what: 'config-write', outcome: 'ok', subject: path, count: 1, account: null },
    { what: 'config-write', outcome: 'plan_outdated' },
  ]);
});

test('so are registries, and a token that was copied, without it', async () => {
  const { activity, ports, socket, window } = await createHelperRig();
  const host = '000000000001.dkr.ecr.eu-west-1.amazonaws.com';
  await socket.call('registry.set', { host, account: 'prod/Admin' });
  await socket.call('registry.remove', { host });
  await codeOf(window.call('account.copyToken', { account: 'prod/Admin' }));
  expect(ports.clipboard.written).toEqual([]);
  expect(await activity()).toMatchObject([
    { what: 'token', account: 'acme/prod/Admin', outcome: 'invalid_input' },
    { what: 'registry-remove', subject: host, outcome: 'ok' },
    { what: 'registry-set', subject: host, account: 'acme/prod/Admin', outcome: 'ok' },
  ]);
});
