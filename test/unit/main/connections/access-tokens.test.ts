import { expect, test } from 'vitest';
import { KeyfobError } from '../../../../shared/errors.ts';
import { codeOf, createRig } from '../../../support/connections.ts';
import { settle } from '../../../support/fake-ports.ts';

const minute = 60_000;
const offline = new KeyfobError('network_error', 'No network.');

test('a good token is handed out without asking anybody', async () => {
  const { connections, provider, ports } = await createRig();
  expect(await connections.accessToken('acme')).toBe('access-1');
  expect(provider.calls).toEqual([]);
  expect(ports.secrets.calls).toEqual(['get acme']);
});

test('the keychain is read once, however many ask', async () => {
  const { connections, ports } = await createRig();
  await Promise.all(Array.from({ length: 50 }, () => connections.accessToken('acme')));
  expect(ports.secrets.calls).toEqual(['get acme']);
});

test('1,000 callers of a lapsed token cause one refresh and get the same new token', async () => {
  const { connections, provider, ports } = await createRig();
  ports.clock.jump(61 * minute);
  const callers = Array.from({ length: 1_000 }, () => connections.accessToken('acme'));
  expect(new Set(await Promise.all(callers))).toEqual(new Set(['access-2']));
  expect(provider.count('refresh')).toBe(1);
});

test('a token about to lapse is renewed before it is handed out', async () => {
  const { connections, provider, ports } = await createRig();
  ports.clock.jump(59 * minute + 30_000);
  expect(await connections.accessToken('acme')).toBe('access-2');
  expect(provider.count('refresh')).toBe(1);
});

test('a token about to lapse is handed out when the network is down', async () => {
  const { connections, provider, ports } = await createRig();
  provider.fail('refresh', offline);
  ports.clock.jump(59 * minute + 30_000);
  expect(await connections.accessToken('acme')).toBe('access-1');
});

test('a lapsed token is not handed out when the network is down; the reason is', async () => {
  const { connections, provider, ports, session, notices } = await createRig();
  provider.fail('refresh', offline);
  ports.clock.jump(61 * minute);
  expect(await codeOf(connections.accessToken('acme'))).toBe('network_error');
  expect(session()).toMatchObject({
    state: 'expired',
    renewable: true,
    error: { code: 'network_error' },
  });
  expect(notices()).toEqual([]);
});

test('callers do not press a provider that has just failed', async () => {
  const { connections, provider, ports } = await createRig();
  provider.fail('refresh', new KeyfobError('server_error', 'Broken.'));
  ports.clock.jump(61 * minute);
  for (let i = 0; i < 100; i++) await codeOf(connections.accessToken('acme'));
  expect(provider.count('refresh')).toBe(1);
});

test('signed out: sign_in_required at once, one notice in ten minutes, never a browser', async () => {
  const { connections, ports, notices } = await createRig({ signedIn: false });
  for (let i = 0; i < 20; i++) {
    expect(await codeOf(connections.accessToken('acme'))).toBe('sign_in_required');
  }
  expect(notices()).toEqual(['sign_in_required']);
  await ports.clock.advance(9 * minute);
  await codeOf(connections.accessToken('acme'));
  expect(notices()).toHaveLength(1);
  await ports.clock.advance(minute);
  await codeOf(connections.accessToken('acme'));
  expect(notices()).toHaveLength(2);
  expect(ports.browser.opened).toEqual([]);
});

test('nobody is told to sign in while they are doing so', async () => {
  const { connections, notices } = await createRig({ signedIn: false });
  await connections.startSignIn({ connection: 'acme', openBrowser: false, remote: true });
  expect(await codeOf(connections.accessToken('acme'))).toBe('sign_in_required');
  expect(notices()).toEqual([]);
});

test('many callers whose token was refused cause one refresh', async () => {
  const { connections, provider } = await createRig();
  const callers = Array.from({ length: 100 }, () =>
    connections.renewAfterRefusal('acme', 'access-1'),
  );
  expect(new Set(await Promise.all(callers))).toEqual(new Set(['access-2']));
  expect(await connections.renewAfterRefusal('acme', 'access-1')).toBe('access-2');
  expect(provider.count('refresh')).toBe(1);
});

test('a refused token is not handed out again, even when it can not be renewed now', async () => {
  const { connections, provider, ports } = await createRig();
  provider.fail('refresh', offline);
  expect(await codeOf(connections.renewAfterRefusal('acme', 'access-1'))).toBe('network_error');
  expect(await codeOf(connections.accessToken('acme'))).toBe('network_error');
  provider.heal();
  await ports.clock.advance(5_000);
  expect(await connections.accessToken('acme')).toBe('access-2');
});

test('a provider that refuses every token is not asked for new ones without end', async () => {
  const { connections, provider, ports } = await createRig();
  let token = 'access-1';
  for (let i = 0; i < 5; i++) token = await connections.renewAfterRefusal('acme', token);
  expect(await codeOf(connections.renewAfterRefusal('acme', token))).toBe('unauthorized');
  expect(provider.count('refresh')).toBe(5);
  await ports.clock.advance(minute);
  expect(await connections.renewAfterRefusal('acme', token)).toBe('access-7');
});

test('a refused token without a refresh token ends the session', async () => {
  const { connections, session, notices, told } = await createRig({
    prepare: ({ provider }) => {
      provider.refreshable = false;
    },
  });
  expect(await codeOf(connections.renewAfterRefusal('acme', 'access-1'))).toBe('sign_in_required');
  expect(session()?.state).toBe('signed_out');
  expect(notices()).toEqual(['sign_in_required']);
  expect(told).toEqual(['signed_out acme']);
});

test('a client that the provider no longer knows needs a person, but the session is kept', async () => {
  const { connections, provider, ports, kept } = await createRig();
  provider.fail('refresh', new KeyfobError('invalid_client', 'Unknown client.'));
  ports.clock.jump(61 * minute);
  expect(await codeOf(connections.accessToken('acme'))).toBe('sign_in_required');
  expect(kept()?.tokens?.refreshToken).toBe('refresh-1');
});

test('a caller that goes away leaves alone; the refresh goes on for the others', async () => {
  const { connections, provider, ports } = await createRig();
  const release = provider.hold('refresh');
  ports.clock.jump(61 * minute);
  const controller = new AbortController();
  const impatient = connections.accessToken('acme', controller.signal);
  const patient = connections.accessToken('acme');
  await settle();
  controller.abort(new Error('gone'));
  await expect(impatient).rejects.toThrow('gone');
  release();
  expect(await patient).toBe('access-2');
});

test("the provider's clock decides what has lapsed, not ours", async () => {
  const { connections, provider } = await createRig();
  provider.aheadMs = 61 * minute;
  expect(await connections.accessToken('acme')).toBe('access-2');
});

test('an unknown connection is named, with those that are known', async () => {
  const { connections } = await createRig();
  await expect(connections.accessToken('nope')).rejects.toMatchObject({
    code: 'unknown_connection',
    hint: 'Known connections: acme.',
  });
});

test("a token that somebody else's server refused is replaced once, however many say so", async () => {
  const { connections, provider } = await createRig();
  const said = Array.from({ length: 20 }, () => connections.replaceToken('acme', 'access-1'));
  await Promise.all(said);
  expect(await connections.accessToken('acme')).toBe('access-2');
  await connections.replaceToken('acme', 'access-1');
  await connections.replaceToken('acme', 'of somebody else');
  expect(provider.count('refresh')).toBe(1);
});

test('a token that somebody else refused stays while there is no other to be had', async () => {
  const { connections, provider, ports } = await createRig();
  provider.fail('refresh', offline);
  await connections.replaceToken('acme', 'access-1');
  expect(await connections.accessToken('acme')).toBe('access-1');
  provider.heal();
  await ports.clock.advance(10_000);
  await connections.replaceToken('acme', 'access-1');
  expect(await connections.accessToken('acme')).toBe('access-2');
  expect(provider.count('refresh')).toBe(2);
});

test('a session that can not be renewed outlives whoever refuses its token', async () => {
  const { connections, provider, ports, notices } = await createRig({
    prepare({ provider }) {
      provider.refreshable = false;
    },
  });
  await connections.replaceToken('acme', 'access-1');
  expect(await connections.accessToken('acme')).toBe('access-1');
  expect(provider.count('refresh')).toBe(0);
  expect(notices()).toEqual([]);
  expect(ports.browser.opened).toEqual([]);
});

test('a server that refuses every token has few of them got', async () => {
  const { connections, provider, ports } = await createRig();
  for (let i = 0; i < 20; i++) {
    await connections.replaceToken('acme', await connections.accessToken('acme'));
  }
  expect(provider.count('refresh')).toBe(5);
  await ports.clock.advance(61_000);
  await connections.replaceToken('acme', await connections.accessToken('acme'));
  expect(provider.count('refresh')).toBe(6);
});

test('an ID token that was refused is replaced too', async () => {
  const { ports } = await createRig();
  const stored = JSON.parse(ports.secrets.values.get('acme') ?? '');
  stored.tokens.idToken = 'id-1';
  ports.secrets.values.set('acme', JSON.stringify(stored));
  const { connections, provider } = await createRig({ ports });
  await connections.replaceToken('acme', 'id-1');
  expect(provider.count('refresh')).toBe(1);
});
