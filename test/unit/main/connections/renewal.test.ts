import { expect, test } from 'vitest';
import { KeyfobError } from '../../../../shared/errors.ts';
import { codeOf, createRig } from '../../../support/connections.ts';
import { settle } from '../../../support/fake-ports.ts';

const second = 1_000;
const minute = 60_000;
const hour = 60 * minute;
const offline = new KeyfobError('network_error', 'No network.');
const over = new KeyfobError('invalid_grant', 'The session is over.');

test('an hour-long token is renewed in the background with about 15 minutes left', async () => {
  const { ports, provider, session } = await createRig();
  await ports.clock.advance(41 * minute);
  expect(provider.count('refresh')).toBe(0);
  await ports.clock.advance(4 * minute);
  expect(provider.count('refresh')).toBe(1);
  expect(session()).toMatchObject({ state: 'signed_in', renewable: true });
});

test('tokens of two seconds are renewed again and again, each after half its life', async () => {
  const { ports, provider, session } = await createRig({
    prepare: ({ provider }) => {
      provider.lifetimeMs = 2 * second;
    },
  });
  await ports.clock.advance(10 * second);
  expect(provider.count('refresh')).toBe(10);
  expect(session()?.state).toBe('signed_in');
});

test('tokens that are born dead do not make us ask without end', async () => {
  const { ports, provider } = await createRig();
  provider.lifetimeMs = 0;
  await ports.clock.advance(2 * hour);
  expect(provider.count('refresh')).toBeGreaterThan(5);
  expect(provider.count('refresh')).toBeLessThan(40);
});

test('a lifetime of a year is waited for in pieces that timers can bear', async () => {
  const { ports, provider } = await createRig({
    prepare: ({ provider }) => {
      provider.lifetimeMs = 365 * 24 * hour;
    },
  });
  expect(ports.clock.nextIn).toBeLessThan(2 ** 31);
  await ports.clock.advance(10 * hour);
  expect(provider.count('refresh')).toBe(0);
});

test.each([
  'network_error',
  'timeout',
  'too_many_requests',
  'server_error',
  'upstream_error',
] as const)(
  '%s keeps the session, and is tried again ever more slowly up to five minutes',
  async (code) => {
    const { ports, provider, session, kept, notices } = await createRig();
    provider.fail('refresh', new KeyfobError(code, 'Trouble.'));
    await ports.clock.advance(45 * minute);
    const first = provider.count('refresh');
    expect(first).toBeGreaterThan(3);
    await ports.clock.advance(30 * minute);
    const perHalfHour = provider.count('refresh') - first;
    expect(perHalfHour).toBeGreaterThanOrEqual(6);
    expect(perHalfHour).toBeLessThanOrEqual(8);
    expect(session()).toMatchObject({ state: 'expired', renewable: true, error: { code } });
    expect(kept()?.tokens?.refreshToken).toBe('refresh-1');
    expect(notices()).toEqual([]);
    provider.heal();
    await ports.clock.advance(5 * minute);
    expect(session()).toMatchObject({ state: 'signed_in' });
    expect(session()?.error).toBeUndefined();
  },
);

test('the first retry comes after about a second', async () => {
  const { ports, provider } = await createRig();
  provider.fail('refresh', offline);
  ports.clock.jump(50 * minute);
  ports.wake.wake();
  await settle();
  expect(provider.count('refresh')).toBe(1);
  await ports.clock.advance(0.7 * second);
  expect(provider.count('refresh')).toBe(1);
  await ports.clock.advance(0.3 * second);
  expect(provider.count('refresh')).toBe(2);
});

test('invalid_grant signs out: tokens deleted, one notice, the rest of the helper told', async () => {
  const { connections, ports, provider, session, kept, notices, told } = await createRig();
  provider.fail('refresh', over);
  await ports.clock.advance(46 * minute);
  expect(session()).toMatchObject({ state: 'signed_out', error: { code: 'sign_in_required' } });
  expect(kept()?.tokens).toBeUndefined();
  expect(kept()?.registrations.browser?.clientId).toBe('client-browser');
  expect(await codeOf(connections.accessToken('acme'))).toBe('sign_in_required');
  await ports.clock.advance(5 * minute);
  expect(notices()).toEqual(['sign_in_required']);
  expect(told).toEqual(['signed_out acme']);
  expect(provider.count('refresh')).toBe(1);
});

test('why a session ended is told, and not what had gone wrong before', async () => {
  const { ports, provider, session } = await createRig();
  provider.fail('refresh', new KeyfobError('network_error', 'Unreachable.'));
  await ports.clock.advance(46 * minute);
  expect(session()).toMatchObject({ error: { code: 'network_error' } });
  provider.fail('refresh', over);
  await ports.clock.advance(10 * minute);
  expect(session()).toMatchObject({ state: 'signed_out', error: { code: 'sign_in_required' } });
});

test('1,000 callers of a session that is over get sign_in_required and cause one notice', async () => {
  const { connections, ports, provider, notices, told } = await createRig();
  provider.fail('refresh', over);
  ports.clock.jump(61 * minute);
  const codes = await Promise.all(
    Array.from({ length: 1_000 }, () => codeOf(connections.accessToken('acme'))),
  );
  expect(new Set(codes)).toEqual(new Set(['sign_in_required']));
  expect(provider.count('refresh')).toBe(1);
  expect(notices()).toEqual(['sign_in_required']);
  expect(told).toEqual(['signed_out acme']);
});

test('signed out by the provider while the keychain is locked: signed out at once all the same', async () => {
  const { ports, provider, session, kept } = await createRig();
  provider.fail('refresh', over);
  ports.secrets.lock();
  await ports.clock.advance(46 * minute);
  expect(session()).toMatchObject({ state: 'signed_out', error: { code: 'keychain_locked' } });
  ports.secrets.heal();
  await ports.clock.advance(5 * minute);
  expect(kept()?.tokens).toBeUndefined();
});

test('waking up ends the pause after failures', async () => {
  const { ports, provider, session } = await createRig();
  provider.fail('refresh', offline);
  await ports.clock.advance(70 * minute);
  const before = provider.count('refresh');
  provider.heal();
  ports.wake.wake();
  await settle();
  expect(provider.count('refresh')).toBe(before + 1);
  expect(session()?.state).toBe('signed_in');
});

test('waking up after the token has lapsed renews at once', async () => {
  const { ports, provider, session } = await createRig();
  ports.clock.jump(8 * hour);
  ports.wake.wake();
  await settle();
  expect(provider.count('refresh')).toBe(1);
  expect(session()?.state).toBe('signed_in');
});

test('waking up with a token that is good for long asks nobody', async () => {
  const { ports, provider } = await createRig();
  ports.wake.wake();
  await settle();
  expect(provider.calls).toEqual([]);
});

test('waking up during an attempt that then fails does not lengthen the pause', async () => {
  const { ports, provider } = await createRig();
  provider.fail('refresh', offline);
  await ports.clock.advance(70 * minute);
  const release = provider.hold('refresh');
  await ports.clock.advance(5 * minute);
  ports.wake.wake();
  release();
  await settle();
  const before = provider.count('refresh');
  await ports.clock.advance(2 * second);
  expect(provider.count('refresh')).toBeGreaterThan(before);
});

test('a helper that starts with a lapsed token renews at once', async () => {
  const first = await createRig();
  await first.connections.close();
  first.ports.clock.jump(3 * hour);
  const second = await createRig({ ports: first.ports });
  await first.ports.clock.advance(10);
  expect(second.provider.count('refresh')).toBe(1);
  expect(second.session()?.state).toBe('signed_in');
});

test('without a refresh token: one warning before the end, then sign_in_required', async () => {
  const { connections, ports, provider, session, notices, told } = await createRig({
    prepare: ({ provider }) => {
      provider.refreshable = false;
    },
  });
  expect(session()).toMatchObject({ state: 'signed_in', renewable: false });
  await ports.clock.advance(46 * minute);
  expect(notices()).toEqual(['expiring']);
  await ports.clock.advance(13 * minute);
  expect(notices()).toEqual(['expiring']);
  expect(await connections.accessToken('acme')).toBe('access-1');
  await ports.clock.advance(minute);
  expect(session()?.state).toBe('signed_out');
  expect(notices()).toEqual(['expiring', 'sign_in_required']);
  expect(told).toEqual(['signed_out acme']);
  expect(await codeOf(connections.accessToken('acme'))).toBe('sign_in_required');
  expect(provider.calls).toEqual([]);
});

test('once its registration has expired a session can not renew, and the person is warned', async () => {
  const { ports, provider, notices } = await createRig({
    prepare: ({ provider }) => {
      provider.registrationLifetimeMs = 30 * minute;
    },
  });
  await ports.clock.advance(46 * minute);
  expect(notices()).toEqual(['expiring']);
  await ports.clock.advance(14 * minute);
  expect(notices()).toEqual(['expiring', 'sign_in_required']);
  expect(provider.calls).toEqual([]);
});

test("the provider's clock runs the renewal, however wrong ours is", async () => {
  const { provider, ports } = await createRig();
  provider.aheadMs = 50 * minute;
  ports.wake.wake();
  await settle();
  expect(provider.count('refresh')).toBe(1);
});

test('nothing of a secret reaches the log, the state or a notice', async () => {
  const { connections, ports, provider, state } = await createRig();
  ports.clock.jump(61 * minute);
  await connections.accessToken('acme');
  provider.fail('refresh', over);
  await ports.clock.advance(hour);
  const visible = JSON.stringify([ports.log.entries, state.snapshot(), ports.notifier.notices]);
  expect(visible).toContain('session_renewed');
  expect(visible).not.toMatch(/access-\d|refresh-\d|secret-browser/);
});

test('the end waits for a refresh that a slow provider answers in its last second', async () => {
  const rig = await createRig();
  const release = rig.provider.hold('refresh');
  await rig.ports.clock.advance(50 * minute);
  expect(rig.provider.count('refresh')).toBe(1);
  const closing = rig.connections.close();
  await rig.ports.clock.advance(9_900);
  release();
  await closing;
  expect(rig.kept()?.tokens?.refreshToken).toBe('refresh-2');
});
