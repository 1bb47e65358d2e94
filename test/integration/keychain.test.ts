/** The keychain adapter against a real gnome-keyring, and against what is there in place of one. */
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { KeychainStep } from '../support/keychain-process.ts';
import {
  runKeychainSteps as run,
  startKeychainSteps as start,
  keychainValues as values,
} from '../support/keychain-steps.ts';
import {
  type KeyringSession,
  startBareSession,
  startKeyringSession,
} from '../support/keyring-session.ts';

/** Elsewhere the keychain is the user's own, and no test's business. */
const linux = process.platform === 'linux';
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyfob-keyring-'));
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

const get = (key: string): KeychainStep => ({ do: 'get', key });
const set = (key: string, value: string): KeychainStep => ({ do: 'set', key, value });
const remove = (key: string): KeychainStep => ({ do: 'delete', key });
const list: KeychainStep = { do: 'list' };

/** 20 kB in which every part differs. */
const large = (seed: string) =>
  Array.from({ length: 1_000 }, (_, n) => `${seed}-${n}`.padEnd(20)).join('');

const refused = (code: string, hint: string) =>
  expect.objectContaining({
    error: expect.objectContaining({ code, hint: expect.stringContaining(hint) }),
  });

describe.runIf(linux)('with an unlocked keyring', () => {
  let keyring: KeyringSession;
  beforeAll(async () => {
    keyring = await startKeyringSession(join(folder, 'unlocked'));
  });
  afterAll(async () => await keyring?.stop());
  beforeEach(async () => {
    await values(keyring.env, remove('acme'), remove('corp'));
  });

  test('a secret outlives the process that stored it', async () => {
    expect(await values(keyring.env, get('acme'), set('acme', 'one'), get('acme'))).toEqual([
      null,
      null,
      'one',
    ]);
    expect(await values(keyring.env, get('acme'), set('acme', 'two'))).toEqual(['one', null]);
    expect(await values(keyring.env, get('acme'), get('corp'))).toEqual(['two', null]);
  });

  test('20 kB are split, replaced by little and by much again, and deleted without a rest', async () => {
    await values(keyring.env, set('acme', large('a')));
    expect(await values(keyring.env, get('acme'))).toEqual([large('a')]);
    const [items] = await values(keyring.env, list);
    expect(items).toHaveLength(9);
    for (const { password } of items as { password: string }[]) {
      expect(Buffer.byteLength(password)).toBeLessThanOrEqual(2_400);
    }
    await values(keyring.env, set('acme', 'little'));
    expect(await values(keyring.env, get('acme'))).toEqual(['little']);
    expect((await values(keyring.env, list))[0]).toHaveLength(1);
    await values(keyring.env, set('acme', large('b')), set('acme', large('c')));
    expect(await values(keyring.env, get('acme'))).toEqual([large('c')]);
    expect((await values(keyring.env, list))[0]).toHaveLength(9);
    expect(await values(keyring.env, remove('acme'), get('acme'), list)).toEqual([null, null, []]);
  });

  test.each([
    ['nothing', ''],
    ['many scripts', 'Grüße, 世界, 🗝️, עולם'.repeat(400)],
    ['a NUL, a lone surrogate and line ends', '\ud800\0a\r\nb\n'],
    ['JSON', JSON.stringify({ refreshToken: 'a"b\\c', at: 1 })],
  ])('%s comes back as it was', async (_case, value) => {
    await values(keyring.env, set('acme', value));
    expect(await values(keyring.env, get('acme'))).toEqual([value]);
  });

  test('connections, and homes of the same connection, do not meet', async () => {
    const elsewhere = { ...keyring.env, KEYFOB_HOME: join(folder, 'elsewhere') };
    await values(keyring.env, set('acme', large('a')), set('corp', large('b')));
    await values(elsewhere, set('acme', 'other'), remove('corp'));
    expect(await values(keyring.env, get('acme'), get('corp'))).toEqual([large('a'), large('b')]);
    expect(await values(elsewhere, get('acme'), remove('acme'))).toEqual(['other', null]);
  });

  test('a process killed while it writes leaves one whole value, and no rest for long', async () => {
    const [a, b] = [large('a'), large('b')];
    await values(keyring.env, set('acme', a));
    for (let kill = 0; kill < 8; kill++) {
      const child = start(keyring.env, [set('acme', b), set('acme', a)], 'forever');
      await once(child.stdout, 'data');
      await new Promise((resolve) => setTimeout(resolve, kill * 9));
      child.kill('SIGKILL');
      await once(child, 'exit');
      const [value] = await values(keyring.env, get('acme'));
      expect([a, b]).toContain(value);
    }
    await values(keyring.env, set('acme', 'little'));
    expect((await values(keyring.env, list))[0]).toHaveLength(1);
  });

  test('the secret is in the keyring and can be read in no file', async () => {
    const needle = 'needle-7f3a9c';
    await values(keyring.env, set('acme', needle.repeat(500)));
    const [items] = await values(keyring.env, list);
    expect(JSON.stringify(items)).toContain(needle);
    const files = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = files
      .filter((file) => file.isFile())
      .map((file) => join(file.parentPath, file.name));
    expect(paths.some((path) => path.endsWith('.keyring'))).toBe(true);
    for (const path of paths) expect((await readFile(path)).includes(needle)).toBe(false);
  });
});

test.runIf(linux)(
  'a locked keyring is said to be locked, and has lost nothing when it is open again',
  async () => {
    const place = join(folder, 'locked');
    const first = await startKeyringSession(place);
    try {
      await values(first.env, set('acme', large('a')));
      await first.lock();
      const locked = refused('keychain_locked', 'gnome-keyring-daemon --unlock');
      expect(
        await run(first.env, get('acme'), get('corp'), set('acme', 'x'), remove('acme')),
      ).toEqual([locked, locked, locked, locked]);
    } finally {
      await first.stop();
    }
    const second = await startKeyringSession(place);
    try {
      expect(await values(second.env, get('acme'), get('corp'))).toEqual([large('a'), null]);
    } finally {
      await second.stop();
    }
  },
);

describe.runIf(linux)('without a keychain', () => {
  const unavailable = refused('keychain_unavailable', 'KEYFOB_KEYCHAIN=file');
  const steps = [get('acme'), set('acme', 'x'), remove('acme')];

  test('where there is no session bus', async () => {
    const env = { PATH: process.env.PATH ?? '', HOME: folder };
    expect(await run(env, ...steps)).toEqual([unavailable, unavailable, unavailable]);
  });

  test('where the session bus has gone', async () => {
    const env = { HOME: folder, DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(folder, 'gone')}` };
    expect(await run(env, ...steps)).toEqual([unavailable, unavailable, unavailable]);
  });

  test('where nobody on the bus keeps secrets', async () => {
    const bare = await startBareSession(join(folder, 'bare'));
    try {
      expect(await run(bare.env, ...steps)).toEqual([unavailable, unavailable, unavailable]);
    } finally {
      await bare.stop();
    }
  });
});
