import { expect, test } from 'vitest';
import { KeyfobError } from '../../../../shared/errors.ts';
import { codeOf, createRig } from '../../../support/connections.ts';
import { eventually } from '../../../support/eventually.ts';
import { settle } from '../../../support/fake-ports.ts';

const minute = 60_000;
const byCode = { connection: 'acme', flow: 'device', openBrowser: false, remote: false } as const;

test('signing out revokes, then forgets tokens and registrations', async () => {
  const { connections, ports, provider, session, told } = await createRig();
  expect(await connections.signOut('acme')).toEqual({ revoked: true });
  expect(provider.calls).toEqual(['revoke access-1']);
  expect(ports.secrets.values.size).toBe(0);
  expect(session()).toEqual({ state: 'signed_out', renewable: false });
  expect(told).toEqual(['signed_out acme']);
  expect(await codeOf(connections.accessToken('acme'))).toBe('sign_in_required');
  await ports.clock.advance(120 * minute);
  expect(provider.count('refresh')).toBe(0);
});

test('a provider that does not answer is given five seconds', async () => {
  const { connections, ports, provider } = await createRig();
  provider.hold('revoke');
  const leaving = connections.signOut('acme');
  await ports.clock.advance(5_000);
  expect(await leaving).toEqual({ revoked: false });
  expect(ports.secrets.values.size).toBe(0);
});

test('a provider that fails can not keep anybody signed in', async () => {
  const { connections, ports, provider } = await createRig();
  provider.fail('revoke', new KeyfobError('network_error', 'No network.'));
  expect(await connections.signOut('acme')).toEqual({ revoked: false });
  expect(ports.secrets.values.size).toBe(0);
});

test('a session that can not be read is forgotten, but nobody says that it was revoked', async () => {
  const unread = new KeyfobError('keychain_failed', 'It failed.');
  const failing = await createRig({ prepare: ({ ports }) => ports.secrets.fail(unread, 'get') });
  expect(await failing.connections.signOut('acme')).toEqual({ revoked: false });
  expect(failing.ports.secrets.values.size).toBe(0);

  const damaged = await createRig();
  damaged.ports.secrets.values.set('acme', '{"version":1,');
  const { connections, ports } = await createRig({ ports: damaged.ports });
  expect(await connections.signOut('acme')).toEqual({ revoked: false });
  expect(ports.secrets.values.size).toBe(0);
});

test('signing out twice at once is done once; again later is no error', async () => {
  const { connections, provider } = await createRig();
  const both = await Promise.all([connections.signOut('acme'), connections.signOut('acme')]);
  expect(both).toEqual([{ revoked: true }, { revoked: true }]);
  expect(await connections.signOut('acme')).toEqual({ revoked: true });
  expect(provider.count('revoke')).toBe(1);
});

test('a refresh that answers during the sign-out is revoked, not stored', async () => {
  const { connections, ports, provider, session } = await createRig();
  const release = provider.hold('refresh');
  ports.clock.jump(61 * minute);
  const caller = codeOf(connections.accessToken('acme'));
  await settle();
  const leaving = connections.signOut('acme');
  await settle();
  release();
  expect(await leaving).toEqual({ revoked: true });
  expect(await caller).toBe('sign_in_required');
  expect(provider.calls).toEqual(['refresh refresh-1', 'revoke access-2']);
  expect(ports.secrets.calls).toEqual(['get acme', 'delete acme']);
  expect(session()?.state).toBe('signed_out');
});

test('a refresh that answers long after the sign-out can not bring the session back', async () => {
  const { connections, ports, provider, session } = await createRig();
  const release = provider.hold('refresh');
  ports.clock.jump(61 * minute);
  const caller = codeOf(connections.accessToken('acme'));
  await settle();
  const leaving = connections.signOut('acme');
  await ports.clock.advance(5_000);
  await leaving;
  release();
  await caller;
  await ports.clock.advance(minute);
  expect(ports.secrets.values.size).toBe(0);
  expect(session()?.state).toBe('signed_out');
});

test('a write under way ends before the item is deleted', async () => {
  const { connections, ports, notices } = await createRig();
  ports.clock.jump(61 * minute);
  const release = ports.secrets.hold();
  const caller = codeOf(connections.accessToken('acme'));
  await settle();
  const leaving = connections.signOut('acme');
  await ports.clock.advance(6_000);
  expect(ports.secrets.calls).toEqual(['get acme', 'set acme']);
  release();
  await leaving;
  expect(await caller).toBe('sign_in_required');
  expect(notices()).toEqual([]);
  expect(ports.secrets.calls).toEqual(['get acme', 'set acme', 'delete acme']);
  expect(ports.secrets.values.size).toBe(0);
});

test('tokens that could not be stored are the ones revoked, and are never written after', async () => {
  const { connections, ports, provider } = await createRig();
  ports.clock.jump(61 * minute);
  ports.secrets.fail(new KeyfobError('disk_full', 'Full.'), 'set');
  await codeOf(connections.accessToken('acme'));
  ports.secrets.heal();
  await connections.signOut('acme');
  await ports.clock.advance(10 * minute);
  expect(provider.calls.at(-1)).toBe('revoke access-2');
  expect(ports.secrets.values.size).toBe(0);
});

test('while signing out nobody gets a token', async () => {
  const { connections, ports, provider } = await createRig();
  const release = provider.hold('revoke');
  const leaving = connections.signOut('acme');
  await settle();
  expect(await codeOf(connections.accessToken('acme'))).toBe('sign_in_required');
  ports.clock.jump(50 * minute);
  ports.wake.wake();
  await settle();
  expect(provider.count('refresh')).toBe(0);
  release();
  await leaving;
});

test('a caller that waited for the keychain when the sign-out came causes no refresh', async () => {
  let release = () => {};
  const { connections, provider, ports } = await createRig({
    prepare: ({ ports }) => {
      release = ports.secrets.hold();
    },
  });
  ports.clock.jump(61 * minute);
  const caller = codeOf(connections.accessToken('acme'));
  const leaving = connections.signOut('acme');
  await settle();
  release();
  expect(await caller).toBe('sign_in_required');
  expect(await leaving).toEqual({ revoked: true });
  expect(provider.calls).toEqual(['revoke access-1']);
});

test('signing out cancels the pending sign-in', async () => {
  const { connections, provider, signIn, ports } = await createRig();
  await connections.startSignIn(byCode);
  const waiting = codeOf(connections.waitForSignIn('acme', new AbortController().signal));
  await connections.signOut('acme');
  expect(await waiting).toBe('sign_in_cancelled');
  expect(signIn()?.state).toBe('cancelled');
  provider.polls.push('granted');
  await ports.clock.advance(minute);
  expect(ports.secrets.values.size).toBe(0);
});

test('a sign-in started during the sign-out comes after it', async () => {
  const { connections, ports, provider, kept } = await createRig();
  const release = provider.hold('revoke');
  const leaving = connections.signOut('acme');
  const starting = connections.startSignIn(byCode);
  await settle();
  expect(provider.count('beginDevice')).toBe(0);
  release();
  await leaving;
  await starting;
  provider.polls.push('granted');
  await ports.clock.advance(5_000);
  expect(kept()?.tokens?.accessToken).toBe('access-2');
});

test('a keychain that will not let go is told; memory has forgotten all the same', async () => {
  const { connections, ports, session } = await createRig();
  ports.secrets.fail(new KeyfobError('keychain_locked', 'Locked.'), 'delete');
  expect(await codeOf(connections.signOut('acme'))).toBe('keychain_locked');
  expect(session()).toMatchObject({ state: 'signed_out', error: { code: 'keychain_locked' } });
  expect(await codeOf(connections.accessToken('acme'))).toBe('sign_in_required');
});

test.each(['by itself after a while', 'at once when asked again'])(
  'what the keychain would not let go is deleted later, %s',
  async (when) => {
    const { connections, ports, session } = await createRig();
    ports.secrets.lock();
    await codeOf(connections.signOut('acme'));
    ports.secrets.heal();
    if (when === 'by itself after a while') await ports.clock.advance(2_000);
    else await connections.signOut('acme');
    expect(ports.secrets.values.size).toBe(0);
    expect(session()).toEqual({ state: 'signed_out', renewable: false });
  },
);

test('a browser sign-in is cancelled by signing out even while its code is redeemed', async () => {
  const { connections, provider, ports } = await createRig({ signedIn: false });
  const release = provider.hold('redeem');
  await connections.startSignIn({ ...byCode, flow: 'browser' });
  const page = fetch(`${provider.redirectUris[0]}?code=x&state=state-1`).then((answer) =>
    answer.text(),
  );
  await eventually(() => expect(provider.count('redeem')).toBe(1));
  await connections.signOut('acme');
  release();
  expect(await page).toContain('This sign-in has ended');
  await settle();
  expect(ports.secrets.values.size).toBe(0);
});
