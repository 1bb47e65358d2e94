import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BusyClient, busyClient } from '../support/busy-clients.ts';
import { eventually } from '../support/eventually.ts';
import { type FaultStage, kinds, startFaultStage, type Wish } from '../support/fault-stage.ts';
import { setAhead } from '../support/moved-clock.ts';

/**
 * 10,000 requests over 50 connections, half of them on 127.0.0.1, while providers fail and mend
 * and a quarter of an hour passes with every few hundred, so that everything expires again and
 * again.
 */
const requests = 10_000;
const connections = 50;
const passing = 15 * 60_000;

let stage: FaultStage;
let wishes: Wish[];
let clients: { readonly client: BusyClient; readonly pathOf: (wish: Wish) => string }[];

beforeAll(async () => {
  stage = await startFaultStage({
    openid: {
      movableClock: 0,
      // Answers that get lost would end the family; that is another test's subject.
      switches: { rotateRefreshTokens: false },
    },
  });
  wishes = await Promise.all(Array.from({ length: 4 }, () => kinds.map(stage.fresh)).flat());
  const { token, url } = await stage.openid.call('grant.create', { label: 'busy' });
  const { socket: socketPath } = stage.openid.helper();
  clients = Array.from({ length: connections }, (_, index) =>
    index % 2 === 0
      ? { client: busyClient({ socketPath }), pathOf: ({ path }) => path }
      : { client: busyClient({ url, token }), pathOf: ({ loopbackPath }) => loopbackPath },
  );
});

afterAll(async () => {
  for (const { client } of clients) client.close();
  setAhead(0);
  await stage.close();
});

test('nothing is lost, no answer is another’s, none has expired', async () => {
  const { simulator, openid } = stage;
  let left = requests;
  const outcomes = new Map<string, number>();
  const broken: string[] = [];

  async function work({ client, pathOf }: (typeof clients)[number], first: number) {
    for (let turn = first; left > 0; turn += 1) {
      left -= 1;
      const wish = wishes[(turn * 7) % wishes.length] ?? expect.unreachable();
      try {
        await moved;
        const askedAt = simulator.now();
        const { status, body } = await client.get(pathOf(wish));
        if (status === 200) await stage.check.goods(wish, body, askedAt);
        else stage.check.refusal(body);
        const outcome = status === 200 ? `${wish.kind} ok` : String(body.code);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        // Long enough for every trouble to come up in between, more than once; who was refused waits longer.
        await sleep(status === 200 ? 25 : 50);
      } catch (error) {
        broken.push(`${wish.kind}: ${error}`);
      }
    }
  }

  /** One trouble after another, each for a while, until the work is done. */
  async function trouble(): Promise<void> {
    const faults = [
      () => simulator.faults.inject('GetRoleCredentials', { kind: 'status', status: 500 }),
      () => simulator.faults.inject('AssumeRole', { kind: 'reset' }),
      () => simulator.faults.inject('AssumeRoleWithWebIdentity', { kind: 'status', status: 429 }),
      () => openid.provider.fault('token', { kind: 'status', status: 503 }),
      () => simulator.faults.inject('CreateTokenWithIAM', { kind: 'truncated' }),
      () => simulator.faults.inject('*', { kind: 'exception', name: 'ExpiredToken' }, 3),
      () => openid.provider.fault('token', { kind: 'reset' }),
      () => simulator.faults.inject('*', { kind: 'reset' }),
    ];
    // By the work that is done, not by time: on a slow machine whole sessions would pass.
    for (let number = 0; left > 0; number += 1) {
      const mend = faults[number % faults.length]?.();
      await forward();
      await leftIs(left - 200);
      mend?.();
      await leftIs(left - 200);
    }
  }

  async function leftIs(count: number): Promise<void> {
    while (left > Math.max(0, count)) await sleep(5);
  }

  let ahead = 0;
  /** Nobody asks in between, when it is later for the providers than for the helper. */
  let moved: Promise<void> = Promise.resolve();
  async function forward(): Promise<void> {
    ahead += passing;
    setAhead(ahead);
    moved = openid.helper().setAhead(ahead);
    await moved;
  }

  const troubles = trouble();
  await Promise.all(clients.map(work));
  await troubles;

  expect(broken).toEqual([]);
  const counts = Object.fromEntries(outcomes);
  expect([...outcomes.values()].reduce((sum, count) => sum + count, 0)).toBe(requests);
  // Everything was got, and there was trouble.
  for (const kind of kinds) expect(counts[`${kind} ok`], kind).toBeGreaterThan(requests / 20);
  const refused = Object.keys(counts).filter((outcome) => !outcome.endsWith(' ok'));
  expect(refused.length, JSON.stringify(counts)).toBeGreaterThan(1);
  expect(openid.helper().stderr()).toBe('');

  // And afterwards all is well.
  for (const wish of wishes) {
    await eventually(() => stage.get(wish));
  }
  const { connections: views } = await openid.call('state', {});
  expect(views.map(({ session }) => session.state)).toEqual(['signed_in', 'signed_in']);
  expect(await openid.opened()).toEqual([]);
}, 300_000);
