import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type FaultStage, kinds, startFaultStage, type Wish } from '../support/fault-stage.ts';
import { setAhead } from '../support/moved-clock.ts';

/** A clock that is wrong, and a machine that slept: this process has the providers in it. */

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Everything is asked of anew, and is good by the providers' time. */
async function everythingIsRight(stage: FaultStage): Promise<void> {
  const wishes = await Promise.all(kinds.map((kind) => stage.fresh(kind)));
  const answers = await Promise.all(wishes.map(stage.get));
  // Asked again, from what is at hand.
  expect(await Promise.all(wishes.map(stage.get))).toEqual(answers);
}

describe.each([
  ['an hour fast', hour],
  ['an hour slow', -hour],
])('a clock that is %s', (_how, wrong) => {
  let stage: FaultStage;
  beforeAll(async () => {
    stage = await startFaultStage({ openid: { movableClock: wrong } });
  });
  afterAll(async () => await stage.close());

  test('does no harm: the providers say what time it is', async () => {
    await everythingIsRight(stage);
    const { connections } = await stage.openid.call('state', {});
    for (const { session } of connections) {
      expect(session).toMatchObject({ state: 'signed_in' });
      // As long as it was given for, on the clock that is on this machine's wall.
      const left = Date.parse(session.expiresAt ?? '') - Date.now();
      expect(left).toBeGreaterThan(50 * minute);
      expect(left).toBeLessThan(61 * minute);
    }
  });

  test('that is set right, or wrong the other way, does no harm either', async () => {
    await stage.openid.helper().setAhead(0);
    await everythingIsRight(stage);
    await stage.openid.helper().setAhead(-wrong);
    await everythingIsRight(stage);
    await stage.openid.helper().setAhead(wrong);
  });

  test('survives a restart of the helper', async () => {
    await stage.openid.restart();
    await eventually(async () => {
      const { accounts } = await stage.openid.call('accounts.list', { connection: 'acme' });
      expect(accounts.length).toBeGreaterThan(0);
    });
    await everythingIsRight(stage);
  });
});

describe('a machine that sleeps', () => {
  let stage: FaultStage;
  let wishes: Wish[];
  let slept = 0;

  async function sleepFor(ms: number): Promise<void> {
    slept += ms;
    setAhead(slept);
    await stage.openid.helper().setAhead(slept);
  }

  beforeAll(async () => {
    stage = await startFaultStage({
      openid: { movableClock: 0, switches: { lifetimes: { refresh: (30 * day) / 1_000 } } },
      simulator: { switches: { lifetimes: { refreshSeconds: (30 * day) / 1_000 } } },
    });
    wishes = await Promise.all(kinds.map((kind) => stage.fresh(kind)));
  });
  afterEach(() => stage.simulator.faults.clear());
  afterAll(async () => {
    setAhead(0);
    await stage.close();
  });

  test('for a day: whoever asks at once gets what is good now', async () => {
    const before = await Promise.all(wishes.map(stage.get));
    await sleepFor(day);
    const after = await Promise.all(wishes.map(stage.get));
    for (const [index, answer] of after.entries()) expect(answer).not.toEqual(before[index]);
    expect(await stage.openid.opened()).toEqual([]);
  });

  test('for a day: sessions are renewed though nobody asks', async () => {
    const { simulator, openid } = stage;
    simulator.journal.clear();
    const before = openid.provider.count('token', 'refresh_token');
    await sleepFor(day);
    // The machine's sleep is noticed by a timer of five seconds.
    await eventually(async () => {
      expect(simulator.journal.count('CreateToken')).toBeGreaterThan(0);
      expect(openid.provider.count('token', 'refresh_token')).toBeGreaterThan(before);
      const { connections } = await openid.call('state', {});
      for (const { session } of connections) {
        expect(session.state).toBe('signed_in');
        expect(Date.parse(session.expiresAt ?? '')).toBeGreaterThan(Date.now());
      }
    });
  });

  test('for a day, and wakes without a network: nothing that has expired is handed out', async () => {
    const { simulator, openid } = stage;
    await Promise.all(wishes.map(stage.get));
    const services = ['portal', 'sts', 'oidc'] as const;
    await Promise.all(services.map((service) => simulator.refuse(service)));
    await openid.provider.down();
    await sleepFor(day);
    const codes = await Promise.all(wishes.map(stage.refusal));
    expect(new Set(codes)).toEqual(new Set(['network_error']));
    await Promise.all(services.map((service) => simulator.accept(service)));
    await openid.provider.up();
    for (const wish of wishes) {
      await eventually(() => stage.get(wish));
    }
    const { connections } = await openid.call('state', {});
    expect(connections.map(({ session }) => session.state)).toEqual(['signed_in', 'signed_in']);
  });

  test('for less than its credentials last: they are served while AWS is away, and not after', async () => {
    const { simulator } = stage;
    const aws = wishes.filter(({ kind }) => kind.startsWith('aws-'));
    const before = await Promise.all(aws.map(stage.get));
    simulator.faults.inject('*', { kind: 'reset' });
    // Nobody would call that fresh any more, but it is good.
    await sleepFor(50 * minute);
    expect(await Promise.all(aws.map(stage.get))).toEqual(before);
    await sleepFor(11 * minute);
    await Promise.all(aws.map(stage.refusal));
  });

  test('for longer than its sessions last: it says that a person has to sign in', async () => {
    await sleepFor(40 * day);
    const codes = await Promise.all(wishes.map(stage.refusal));
    expect(new Set(codes)).toEqual(new Set(['sign_in_required']));
    expect(await stage.openid.opened()).toEqual([]);
  });
});
