import { expect, test } from 'vitest';
import { KeyfobError } from '../../../../shared/errors.ts';
import { acme, codeOf, createRig } from '../../../support/connections.ts';
import { settle } from '../../../support/fake-ports.ts';

const minute = 60_000;
const diskFull = new KeyfobError('disk_full', 'The disk is full.');

test('nobody gets a renewed token before the keychain has it', async () => {
  const { connections, ports, provider, kept } = await createRig();
  const release = ports.secrets.hold();
  ports.clock.jump(61 * minute);
  let handedOut: string | undefined;
  const caller = connections.accessToken('acme').then((token) => {
    handedOut = token;
  });
  await settle();
  expect(provider.count('refresh')).toBe(1);
  expect(ports.secrets.calls).toEqual(['get acme', 'set acme']);
  expect(handedOut).toBeUndefined();
  release();
  await caller;
  expect(handedOut).toBe('access-2');
  expect(kept()?.tokens?.refreshToken).toBe('refresh-2');
});

test('a keychain that never answers holds nobody for ever', async () => {
  const { connections, ports, session } = await createRig();
  ports.secrets.hold();
  ports.clock.jump(61 * minute);
  const caller = codeOf(connections.accessToken('acme'));
  await ports.clock.advance(minute);
  expect(await caller).toBe('keychain_failed');
  expect(session()?.error?.code).toBe('keychain_failed');
});

test('while new tokens can not be stored, the earlier one serves as long as it lasts', async () => {
  const { connections, ports, session } = await createRig();
  ports.secrets.fail(diskFull, 'set');
  ports.clock.jump(59 * minute + 30_000);
  expect(await connections.accessToken('acme')).toBe('access-1');
  expect(session()).toMatchObject({ state: 'signed_in', error: { code: 'disk_full' } });
  ports.clock.jump(minute);
  expect(await codeOf(connections.accessToken('acme'))).toBe('disk_full');
});

test('tokens that could not be stored are written again, without another refresh', async () => {
  const { connections, ports, provider, session, kept } = await createRig();
  ports.secrets.lock();
  ports.clock.jump(61 * minute);
  expect(await codeOf(connections.accessToken('acme'))).toBe('keychain_locked');
  await ports.clock.advance(10_000);
  expect(session()?.error?.code).toBe('keychain_locked');
  ports.secrets.heal();
  await ports.clock.advance(10_000);
  expect(session()).toMatchObject({ state: 'signed_in', renewable: true });
  expect(session()?.error).toBeUndefined();
  expect(kept()?.tokens?.refreshToken).toBe('refresh-2');
  expect(await connections.accessToken('acme')).toBe('access-2');
  expect(provider.count('refresh')).toBe(1);
});

test('renewed tokens are written again, though the write that failed was one before theirs', async () => {
  const { connections, ports, provider, kept } = await createRig();
  const answer = provider.hold('refresh');
  const renewed = codeOf(connections.renewAfterRefusal('acme', 'access-1'));
  await settle();
  const release = ports.secrets.hold();
  const flow = 'device';
  const signIn = { connection: 'acme', flow, openBrowser: false, remote: false } as const;
  const begun = codeOf(connections.startSignIn(signIn));
  await settle();
  // Its registration is on its way to the keychain when the new tokens come.
  expect(ports.secrets.calls).toEqual(['get acme', 'set acme']);
  answer();
  await settle();
  ports.secrets.lock();
  release();
  expect(await begun).toBe('keychain_locked');
  expect(await renewed).toBe('keychain_locked');
  ports.secrets.heal();
  await ports.clock.advance(10_000);
  expect(kept()?.tokens?.refreshToken).toBe('refresh-2');
});

test('a caller after the keychain was unlocked does not wait for the next try', async () => {
  const { connections, ports, provider } = await createRig();
  ports.secrets.lock();
  ports.clock.jump(61 * minute);
  await codeOf(connections.accessToken('acme'));
  await ports.clock.advance(4 * minute);
  ports.secrets.heal();
  expect(await connections.accessToken('acme')).toBe('access-2');
  expect(provider.count('refresh')).toBe(1);
});

test('unstored tokens that lapse are stored before they are renewed, lest the stored ones die', async () => {
  const { connections, ports, provider } = await createRig();
  ports.secrets.lock();
  ports.clock.jump(61 * minute);
  await codeOf(connections.accessToken('acme'));
  ports.clock.jump(61 * minute);
  await codeOf(connections.accessToken('acme'));
  await ports.clock.advance(60 * minute);
  expect(provider.calls).toEqual(['refresh refresh-1']);
  ports.secrets.heal();
  expect(await connections.accessToken('acme')).toBe('access-3');
  expect(provider.calls).toEqual(['refresh refresh-1', 'refresh refresh-2']);
});

test('a locked keychain is asked again when somebody asks, and not in between', async () => {
  const { connections, ports, session } = await createRig({
    prepare: ({ ports }) => ports.secrets.lock(),
  });
  expect(session()).toMatchObject({ state: 'unknown', error: { code: 'keychain_locked' } });
  await ports.clock.advance(60 * minute);
  expect(ports.secrets.calls).toEqual(['get acme']);
  expect(await codeOf(connections.accessToken('acme'))).toBe('keychain_locked');
  ports.secrets.heal();
  ports.clock.set(Date.UTC(2026, 0, 1));
  expect(await connections.accessToken('acme')).toBe('access-1');
  expect(session()?.error).toBeUndefined();
  expect(session()?.state).toBe('signed_in');
});

test('loading does not wait for a slow keychain; callers do', async () => {
  let release = () => {};
  const { connections, session } = await createRig({
    prepare: ({ ports }) => {
      release = ports.secrets.hold();
    },
  });
  expect(session()).toEqual({ state: 'unknown', renewable: false });
  const caller = connections.accessToken('acme');
  await settle();
  release();
  expect(await caller).toBe('access-1');
});

test.each([
  ['not JSON', '{"version":1,'],
  ['another version', '{"version":2,"registrations":{}}'],
  ['missing members', '{"version":1,"registrations":{},"tokens":{"accessToken":"a"}}'],
])(
  'a damaged item (%s) means signed out, and it is kept until a sign-in succeeds',
  async (_name, text) => {
    const { connections, ports, session, provider } = await createRig({
      prepare: ({ ports }) => ports.secrets.values.set('acme', text),
      signedIn: false,
    });
    expect(session()).toMatchObject({ state: 'signed_out', error: { code: 'secret_damaged' } });
    expect(await codeOf(connections.accessToken('acme'))).toBe('sign_in_required');
    await connections.startSignIn({ connection: 'acme', openBrowser: false, remote: true });
    expect(ports.secrets.values.get('acme')).toBe(text);
    provider.polls.push('granted');
    await ports.clock.advance(5_000);
    expect(session()).toMatchObject({ state: 'signed_in' });
    expect(session()?.error).toBeUndefined();
    expect(ports.secrets.values.get('acme')).not.toBe(text);
  },
);

test('what the keychain itself finds damaged counts the same, and where it was put is told', async () => {
  const hint = 'It was moved to secrets.json.damaged.';
  const { session } = await createRig({
    prepare: ({ ports }) =>
      ports.secrets.fail(new KeyfobError('secret_damaged', 'Pieces missing.', { hint }), 'get'),
  });
  expect(session()).toMatchObject({
    state: 'signed_out',
    error: { code: 'secret_damaged', hint },
  });
});

test("a session left by another provider's connection of the same name is never sent to this one", async () => {
  const first = await createRig({ signedIn: false });
  await first.connections.startSignIn({ connection: 'acme', openBrowser: false, remote: true });
  first.provider.polls.push('granted');
  await first.ports.clock.advance(5_000);
  await first.connections.close();
  const moved = { ...acme, startUrl: 'https://other.awsapps.com/start' };
  first.ports.files.contents.set(
    'connections.json',
    JSON.stringify({ version: 1, connections: [moved] }),
  );
  const second = await createRig({ ports: first.ports });
  expect(second.session()?.state).toBe('signed_out');
  expect(await codeOf(second.connections.accessToken('acme'))).toBe('sign_in_required');
  expect(second.provider.calls).toEqual([]);
});

test('after a restart the session is there again, without a prompt', async () => {
  const first = await createRig();
  first.ports.clock.jump(61 * minute);
  await first.connections.accessToken('acme');
  await first.connections.close();
  const second = await createRig({ ports: first.ports });
  expect(second.session()).toMatchObject({ state: 'signed_in', renewable: true });
  expect(await second.connections.accessToken('acme')).toBe('access-2');
  expect(second.notices()).toEqual([]);
});

test('closing waits for a write under way', async () => {
  const { connections, ports, kept } = await createRig();
  ports.clock.jump(61 * minute);
  const release = ports.secrets.hold();
  const caller = codeOf(connections.accessToken('acme'));
  await settle();
  let closed = false;
  const closing = connections.close().then(() => {
    closed = true;
  });
  await settle();
  expect(closed).toBe(false);
  release();
  await closing;
  await caller;
  expect(kept()?.tokens?.refreshToken).toBe('refresh-2');
});

test('closing tries once more to store what could not be stored', async () => {
  const { connections, ports, kept } = await createRig();
  ports.clock.jump(61 * minute);
  ports.secrets.lock();
  await codeOf(connections.accessToken('acme'));
  ports.secrets.heal();
  await connections.close();
  expect(kept()?.tokens?.refreshToken).toBe('refresh-2');
});

test('closing lets a refresh under way finish, since its answer may be the only valid one', async () => {
  const { connections, ports, provider, kept } = await createRig();
  ports.clock.jump(61 * minute);
  const release = provider.hold('refresh');
  const caller = codeOf(connections.accessToken('acme'));
  await settle();
  const closing = connections.close();
  await settle();
  release();
  await closing;
  await caller;
  expect(kept()?.tokens?.refreshToken).toBe('refresh-2');
});

test('a session is renewed in time after a sign-in that the keychain had no room for', async () => {
  const { connections, ports, provider, session } = await createRig();
  const release = ports.secrets.hold();
  // Its client is to be kept first, and given up where that fails.
  const signingIn = codeOf(
    connections.startSignIn({
      connection: 'acme',
      flow: 'device',
      openBrowser: false,
      remote: true,
    }),
  );
  await ports.clock.advance(61 * minute);
  expect(await signingIn).toBe('keychain_failed');
  expect(provider.count('refresh')).toBe(0);
  ports.secrets.lock();
  release();
  await settle();
  ports.secrets.heal();
  await ports.clock.advance(minute);
  expect(provider.count('refresh')).toBe(1);
  expect(session()?.state).toBe('signed_in');
});
