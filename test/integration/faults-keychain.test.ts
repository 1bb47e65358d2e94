import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type FaultStage, kinds, startFaultStage, type Wish } from '../support/fault-stage.ts';
import { type KeyringSession, startKeyringSession } from '../support/keyring-session.ts';

/** A real keychain that is locked under a helper at work. Elsewhere it is the user's own. */
describe.runIf(process.platform === 'linux')('a keychain that is locked in mid-run', () => {
  let folder = '';
  let keyring: KeyringSession;
  let stage: FaultStage;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keyfob-locked-'));
    keyring = await startKeyringSession(folder);
    stage = await startFaultStage({
      openid: { env: { ...keyring.env, KEYFOB_KEYCHAIN: 'os' } },
    });
  });
  afterEach(() => keyring.unlock());
  afterAll(async () => {
    expect(await stage?.openid.opened()).toEqual([]);
    await stage?.close();
    await keyring.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const sessions = async () =>
    (await stage.openid.call('state', {})).connections.map(({ session }) => session);
  const locked = { code: 'keychain_locked', hint: expect.stringContaining('Unlock it') };

  const comesBack = (wish: Wish) => eventually(() => stage.get(wish));

  /** What both connections have now ends within seconds. */
  async function shorten(): Promise<void> {
    const { simulator, openid } = stage;
    simulator.switches.lifetimes.accessSeconds = 4;
    openid.provider.switches.lifetimes.access = 4;
    await openid.call('signIn.start', { connection: 'acme', flow: 'device', openBrowser: false });
    simulator.approve();
    await openid.call('signIn.wait', { connection: 'acme' });
    await openid.signIn('corp');
  }

  test('keeps no tool from what the session in memory can get', async () => {
    const wishes = await Promise.all(kinds.map(stage.fresh));
    await keyring.lock();
    const [rotating, ...others] = wishes.toSorted((one) => (one.kind === 'token' ? -1 : 1));
    if (rotating?.kind !== 'token') return expect.unreachable();
    await Promise.all(others.map(stage.get));
    // A refresh token that is used up must not be lost, so its successor has to be kept first.
    expect(await stage.refusal(rotating)).toBe('keychain_locked');
    await keyring.unlock();
    await comesBack(rotating);
  });

  test('keeps the next helper from nothing once it is open again', async () => {
    await keyring.lock();
    await stage.openid.restart('SIGKILL');
    const wishes = [await eventually(() => stage.fresh('aws-role')), await stage.fresh('id-token')];
    expect(await Promise.all(wishes.map(stage.refusal))).toEqual([
      'keychain_locked',
      'keychain_locked',
    ]);
    for (const session of await sessions()) expect(session).toMatchObject({ error: locked });
    await keyring.unlock();
    await Promise.all(wishes.map(comesBack));
    for (const session of await sessions()) {
      expect(session).toMatchObject({ state: 'signed_in' });
      expect(session.error).toBeUndefined();
    }
  });

  test('takes no new session, and costs none', async () => {
    await keyring.lock();
    const { call } = stage.openid;
    await call('signIn.start', { connection: 'acme', flow: 'device', openBrowser: false });
    stage.simulator.approve();
    await expect(call('signIn.wait', { connection: 'acme' })).rejects.toMatchObject(locked);
    await keyring.unlock();
    await stage.openid.restart('SIGKILL');
    const wish = await eventually(() => stage.fresh('aws-role'));
    await comesBack(wish);
  });

  test('costs no session: renewed tokens wait until it is open, and nobody gets them before', async () => {
    const { simulator, openid } = stage;
    await shorten();
    const wishes = [await stage.fresh('aws-role'), await stage.fresh('token')];
    await keyring.lock();
    await eventually(async () => {
      for (const session of await sessions()) {
        expect(session).toMatchObject({ state: 'expired', error: locked });
      }
    });
    expect(await Promise.all(wishes.map(stage.refusal))).toEqual([
      'keychain_locked',
      'keychain_locked',
    ]);
    simulator.switches.lifetimes.accessSeconds = 3_600;
    openid.provider.switches.lifetimes.access = 3_600;
    await keyring.unlock();
    await Promise.all(wishes.map(comesBack));
  });
});
