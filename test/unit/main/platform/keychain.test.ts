import { expect, test } from 'vitest';
import { createKeychain } from '../../../../main/platform/keychain.ts';
import { createFakeClock, settle } from '../../../support/fake-clock.ts';
import { createFakeKeytar } from '../../../support/fake-keytar.ts';

function setUp(options: { platform?: string; home?: string } = {}) {
  const clock = createFakeClock();
  const keytar = createFakeKeytar();
  const locked = { now: false };
  const keychain = createKeychain({
    clock,
    platform: options.platform ?? 'linux',
    ...(options.home === undefined ? {} : { home: options.home }),
    isLocked: async () => locked.now,
    loadKeytar: async () => keytar,
    deadlineMs: 45_000,
  });
  return { clock, keytar, keychain, locked };
}

test('secrets are kept, replaced and deleted; what is not there is null', async () => {
  const { keychain } = setUp();
  expect(await keychain.get('acme')).toBeNull();
  await keychain.set('acme', 'one');
  await keychain.set('acme', 'two');
  expect(await keychain.get('acme')).toBe('two');
  await keychain.delete('acme');
  await keychain.delete('acme');
  expect(await keychain.get('acme')).toBeNull();
});

test('a locked keyring that says "there is none" is not believed', async () => {
  const { keychain, locked } = setUp();
  locked.now = true;
  const refused = { code: 'keychain_locked', hint: expect.stringContaining('Unlock') };
  await expect(keychain.get('acme')).rejects.toMatchObject(refused);
  await expect(keychain.delete('acme')).rejects.toMatchObject(refused);
  locked.now = false;
  expect(await keychain.get('acme')).toBeNull();
});

test.each([
  ['linux', 'Cannot autolaunch D-Bus without X11 $DISPLAY', 'keychain_unavailable'],
  ['linux', 'Could not connect: No such file or directory', 'keychain_unavailable'],
  [
    'linux',
    'The name org.freedesktop.secrets was not provided by any .service files',
    'keychain_unavailable',
  ],
  [
    'linux',
    'Object does not exist at path “/org/freedesktop/secrets/collection/login”',
    'keychain_unavailable',
  ],
  ['linux', 'Cannot create an item in a locked collection', 'keychain_locked'],
  ['darwin', 'User interaction is not allowed.', 'keychain_locked'],
  ['darwin', 'A default keychain could not be found.', 'keychain_unavailable'],
  ['win32', 'The stub received bad data.', 'keychain_failed'],
])('on %s, "%s" is %s', async (platform, message, code) => {
  const { keychain, keytar } = setUp({ platform });
  keytar.failWith(message);
  const hint = expect.stringContaining('KEYFOB_KEYCHAIN=file');
  await expect(keychain.set('acme', 'x')).rejects.toMatchObject({ code, hint });
  await expect(keychain.get('acme')).rejects.toMatchObject({ code, hint });
  await expect(keychain.delete('acme')).rejects.toMatchObject({ code, hint });
});

test('no keychain on Linux: the hint names gnome-keyring', async () => {
  const { keychain, keytar } = setUp();
  keytar.failWith('Cannot autolaunch D-Bus without X11 $DISPLAY');
  await expect(keychain.get('acme')).rejects.toMatchObject({
    hint: expect.stringContaining('gnome-keyring'),
  });
});

test('a machine without libsecret has no keychain; once it is there, it is loaded', async () => {
  const keytar = createFakeKeytar();
  let loads = 0;
  const keychain = createKeychain({
    clock: createFakeClock(),
    platform: 'linux',
    isLocked: async () => false,
    async loadKeytar() {
      if (loads++ > 0) return keytar;
      const message = 'libsecret-1.so.0: cannot open shared object file: No such file or directory';
      throw Object.assign(new Error(message), { code: 'ERR_DLOPEN_FAILED' });
    },
  });
  expect(loads).toBe(0);
  await expect(keychain.get('acme')).rejects.toMatchObject({ code: 'keychain_unavailable' });
  await keychain.set('acme', 'x');
  expect(await keychain.get('acme')).toBe('x');
  expect(loads).toBe(2);
});

test('a prompt that nobody answers holds up a reader for 45 s only; the late answer is used', async () => {
  const { keychain, keytar, clock } = setUp();
  await keychain.set('acme', 'secret');
  const release = keytar.hold();
  const first = keychain.get('acme');
  const second = keychain.get('acme');
  const refused = Promise.all([
    expect(first).rejects.toMatchObject({ code: 'keychain_locked' }),
    expect(second).rejects.toMatchObject({ code: 'keychain_locked' }),
  ]);
  await clock.advance(45_000);
  await refused;
  expect(keychain.busy).toBe(true);

  const third = keychain.get('acme');
  const before = keytar.steps;
  release();
  expect(await third).toBe('secret');
  expect(keytar.steps).toBe(before);
  await settle();
  expect(keychain.busy).toBe(false);
  expect(clock.waiting).toBe(0);
});

test('a value that came late to nobody is given to the next, once', async () => {
  const { keychain, keytar, clock } = setUp();
  await keychain.set('acme', 'secret');
  const release = keytar.hold();
  const read = expect(keychain.get('acme')).rejects.toMatchObject({ code: 'keychain_locked' });
  await clock.advance(45_000);
  await read;
  release();
  await settle();
  keytar.items.clear();
  expect(await keychain.get('acme')).toBe('secret');
  expect(await keychain.get('acme')).toBeNull();
});

test('a late value is forgotten when another is written meanwhile', async () => {
  const { keychain, keytar, clock } = setUp();
  await keychain.set('acme', 'old');
  const release = keytar.hold();
  const read = expect(keychain.get('acme')).rejects.toMatchObject({ code: 'keychain_locked' });
  await clock.advance(45_000);
  await read;
  const write = keychain.set('acme', 'new');
  release();
  await write;
  expect(await keychain.get('acme')).toBe('new');
});

test('calls go one at a time, in order', async () => {
  const { keychain, keytar } = setUp();
  const release = keytar.hold();
  const all = [keychain.set('a', '1'), keychain.set('b', '2'), keychain.get('a')] as const;
  await settle();
  expect(keytar.steps).toBe(1);
  release();
  expect((await Promise.all(all))[2]).toBe('1');
});

test('another KEYFOB_HOME has items of its own', async () => {
  const { keychain, keytar } = setUp({ home: 'c0ffee' });
  await keychain.set('acme', 'x'.repeat(3_000));
  expect([...keytar.items.keys()]).toEqual(['acme (c0ffee)/a/1', 'acme (c0ffee)']);
});
