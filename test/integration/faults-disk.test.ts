import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import {
  type FaultStage,
  type FaultStageOptions,
  kinds,
  startFaultStage,
} from '../support/fault-stage.ts';
import { mayMount, mountSmallDisk, type SmallDisk } from '../support/small-disk.ts';

/** A disk without a byte left, under a helper that is at work. Mounting one takes root. */
describe.runIf(mayMount)('a full disk', () => {
  let disk: SmallDisk;
  let stage: FaultStage;

  async function start(options: FaultStageOptions = {}): Promise<void> {
    disk = mountSmallDisk(512);
    const env = { KEYFOB_HOME: join(disk.folder, 'keyfob') };
    stage = await startFaultStage({ ...options, openid: { ...options.openid, env } });
  }

  beforeAll(() => start());
  const end = async () => {
    await stage?.close();
    disk.remove();
  };
  afterAll(end);

  function fill(): () => void {
    disk.fill();
    let full = true;
    const free = () => {
      if (full) disk.free();
      full = false;
    };
    onTestFinished(free);
    return free;
  }

  const full = { code: 'disk_full', hint: expect.stringContaining('Free some space') };
  const state = () => stage.openid.call('state', {});

  test('keeps no tool from what needs no disk', async () => {
    const wishes = await Promise.all(kinds.map((kind) => stage.fresh(kind)));
    const { token, url } = await stage.openid.call('grant.create', { label: 'before' });
    const free = fill();
    // A refresh token that is used up must not be lost, so its successor has to be kept first.
    const [rotating, ...others] = wishes.toSorted((one) => (one.kind === 'token' ? -1 : 1));
    if (rotating?.kind !== 'token') return expect.unreachable();
    await Promise.all(others.map(stage.get));
    expect(await stage.refusal(rotating)).toBe('disk_full');
    const { loopbackPath } = wishes[0] ?? expect.unreachable();
    const answer = await fetch(url + loopbackPath, { headers: { authorization: token } });
    expect(answer.status).toBe(200);
    free();
    await eventually(() => stage.get(rotating));
  });

  test('changes nothing by halves: what can not be kept is refused, and works when it can', async () => {
    const { call } = stage.openid;
    const role = await stage.fresh('aws-role');
    const { grant } = await call('grant.create', { label: 'to be revoked' });
    const before = await state();
    const free = fill();
    const changes = [
      () =>
        call('connection.add', {
          kind: 'identity-center',
          name: 'other',
          startUrl: 'https://other.awsapps.com/start',
          region: 'eu-west-1',
        }),
      () => call('grant.create', { label: 'new' }),
      () => call('accounts.use', { account: role.account }),
      () => call('accounts.favourite', { account: role.account, favourite: true }),
      () =>
        call('account.add', {
          kind: 'aws-assumed-role',
          connection: 'acme',
          name: 'new',
          source: role.account,
          roleArn: 'arn:aws:iam::111111111112:role/New',
        }),
    ];
    for (const change of changes) await expect(change()).rejects.toMatchObject(full);
    const after = await state();
    for (const slice of ['grants', 'accounts', 'active', 'favourites'] as const) {
      expect(after[slice], slice).toEqual(before[slice]);
    }
    expect(after.connections).toHaveLength(before.connections.length);
    // A grant is another matter: nobody gets in by it from now on, whatever the disk says.
    await expect(call('grant.revoke', { id: grant.id })).rejects.toMatchObject(full);
    expect((await state()).grants.map(({ id }) => id)).not.toContain(grant.id);

    free();
    // That it has ended is written as soon as it can be.
    const file = join(disk.folder, 'keyfob', 'grants.json');
    await eventually(async () => expect(await readFile(file, 'utf8')).not.toContain(grant.id));
    for (const change of changes) await change();
    await stage.openid.restart('SIGKILL');
    await eventually(async () => {
      const now = await state();
      expect(now.connections.map(({ settings }) => settings.name)).toContain('other');
      expect(now.active).toBe(role.id);
      expect(now.favourites).toEqual([role.id]);
      expect(now.grants.map(({ label }) => label)).toContain('new');
    });
    expect((await state()).grants.map(({ id }) => id)).not.toContain(grant.id);
    await call('connection.remove', { connection: 'other' });
  });

  test('keeps no helper from starting, nor the next one from what the last one knew', async () => {
    fill();
    await stage.openid.restart('SIGKILL');
    const wish = await eventually(() => stage.fresh('aws-role'));
    await stage.get(wish);
    const { connections, problems } = await state();
    expect(connections).toHaveLength(2);
    for (const { code } of problems) expect(code).toBe('disk_full');
    expect(await stage.openid.helper().end()).toBe(0);
    await stage.openid.restart();
  });

  test('costs no session: renewed tokens wait for room, and nobody gets them before', async () => {
    await end();
    await start({
      simulator: { switches: { lifetimes: { accessSeconds: 4 } } },
      openid: { switches: { lifetimes: { access: 4 } } },
    });
    const { simulator, openid } = stage;
    const wishes = [await stage.fresh('aws-role'), await stage.fresh('token')];
    const free = fill();
    const renewals = () => [
      simulator.journal.count('CreateToken'),
      openid.provider.count('token', 'refresh_token'),
    ];
    const before = renewals();
    const sessions = async () => (await state()).connections.map(({ session }) => session);
    // The tokens that are kept lapse, and their successors are kept nowhere.
    await eventually(async () => {
      for (const session of await sessions()) {
        expect(session).toMatchObject({ state: 'expired', error: full });
      }
    });
    // A refresh token that may be used up is not used again.
    for (const [which, count] of renewals().entries()) {
      expect(count - (before[which] ?? 0)).toBeLessThanOrEqual(1);
    }
    expect(await Promise.all(wishes.map(stage.refusal))).toEqual(['disk_full', 'disk_full']);

    // What comes next lasts.
    openid.provider.switches.lifetimes.access = 3_600;
    simulator.switches.lifetimes.accessSeconds = 3_600;
    free();
    for (const wish of wishes) {
      await eventually(() => stage.get(wish));
    }
    // The kill must fall into no refresh: a provider that looks for reuse would take a token that
    // was used up, its successor not written yet, for stolen.
    await eventually(async () => {
      for (const { state: now, expiresAt = '' } of await sessions()) {
        expect(now).toBe('signed_in');
        expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now() + 60_000);
      }
    });
    await openid.restart('SIGKILL');
    for (const wish of wishes) {
      await eventually(() => stage.get(wish));
    }
  });
});
