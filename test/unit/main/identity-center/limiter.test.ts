import { describe, expect, test } from 'vitest';
import { createLimiter, type Limiter } from '../../../../main/identity-center/limiter.ts';
import { KeyfobError } from '../../../../shared/errors.ts';
import { createFakeClock, type FakeClock } from '../../../support/fake-clock.ts';
import { createFakeLog } from '../../../support/fake-ports.ts';

/** Decides about a request that arrives at that time; a number asks to wait so many seconds. */
type Portal = (now: number) => boolean | number;

const never = new AbortController().signal;

function refusal(retryAfterSeconds?: number): KeyfobError {
  const details = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  return new KeyfobError('too_many_requests', 'Too many requests.', { details });
}

function limiterOn(clock: FakeClock, more: { patienceMs?: number; concurrency?: number } = {}) {
  return createLimiter({ clock, log: createFakeLog(), ...more });
}

/** A portal that takes 15 ms to answer. */
function requestTo(clock: FakeClock, portal: Portal) {
  const seen = { requests: 0, refusals: 0 };
  const request = async () => {
    await new Promise<void>((resolve) => void clock.after(7, resolve));
    const answer = portal(clock.now());
    seen.requests++;
    await new Promise<void>((resolve) => void clock.after(8, resolve));
    if (answer === true) return;
    seen.refusals++;
    throw refusal(answer === false ? undefined : answer);
  };
  return { request, seen };
}

async function timeFor(
  count: number,
  clock: FakeClock,
  limiter: Limiter,
  task: () => Promise<void>,
) {
  const startedAt = clock.now();
  let done = 0;
  let doneAt = 0;
  for (let i = 0; i < count; i++) {
    void limiter.run(task, never).then(() => {
      done++;
      doneAt = clock.now();
    });
  }
  while (done < count && clock.now() - startedAt < 600_000) await clock.advance(500);
  expect(done).toBe(count);
  return doneAt - startedAt;
}

/** A token bucket, as the portal's limit is thought to be. */
function bucket(perSecond: number, burst: number, retryAfter?: number): Portal {
  let tokens = burst;
  let at: number | undefined;
  return (now) => {
    tokens = Math.min(burst, tokens + ((now - (at ?? now)) / 1000) * perSecond);
    at = now;
    if (tokens < 1) return retryAfter ?? false;
    tokens--;
    return true;
  };
}

/** So many in each second of the clock. */
function fixedWindow(perSecond: number): Portal {
  let second = -1;
  let count = 0;
  return (now) => {
    if (Math.floor(now / 1000) !== second) count = 0;
    second = Math.floor(now / 1000);
    return ++count <= perSecond;
  };
}

/** So many in any second. */
function slidingWindow(perSecond: number): Portal {
  let passed: number[] = [];
  return (now) => {
    passed = passed.filter((at) => at > now - 1000);
    if (passed.length >= perSecond) return false;
    passed.push(now);
    return true;
  };
}

describe('505 requests to a portal that bears 20 a second take at most 1.15 of the shortest time', () => {
  const cases: [string, Portal, number][] = [
    ['a token bucket that holds one', bucket(20, 1), 504],
    ['a token bucket that holds five', bucket(20, 5), 500],
    ['a token bucket that holds a second', bucket(20, 20), 485],
    ['a token bucket that holds a second, with Retry-After', bucket(20, 20, 1), 485],
    ['a count per second', fixedWindow(20), 485],
    ['a sliding second', slidingWindow(20), 485],
  ];
  test.each(cases)('%s', async (_, portal, waitedFor) => {
    const clock = createFakeClock();
    const { request, seen } = requestTo(clock, portal);
    const took = await timeFor(505, clock, limiterOn(clock), request);
    expect(took).toBeLessThanOrEqual((waitedFor / 20) * 1000 * 1.15);
    expect(seen.refusals).toBeLessThan(20);
  });
});

test('a portal without a limit is not slowed down to 40 requests a second', async () => {
  const clock = createFakeClock();
  const { request } = requestTo(clock, () => true);
  expect(await timeFor(500, clock, limiterOn(clock), request)).toBeLessThan(5_000);
});

test('what it learned stays for the next sync', async () => {
  const clock = createFakeClock();
  const limiter = limiterOn(clock);
  const { request, seen } = requestTo(clock, bucket(20, 5));
  await timeFor(200, clock, limiter, request);
  const before = seen.refusals;
  await timeFor(100, clock, limiter, request);
  expect(seen.refusals - before).toBeLessThanOrEqual(3);
});

test('it speeds up again when the portal bears more than it did', async () => {
  const clock = createFakeClock();
  const limiter = limiterOn(clock);
  const slow = requestTo(clock, bucket(5, 5));
  await timeFor(50, clock, limiter, slow.request);
  const fast = requestTo(clock, bucket(100, 100));
  expect(await timeFor(1_000, clock, limiter, fast.request)).toBeLessThan(60_000);
});

test('at most eight requests are under way at once', async () => {
  const clock = createFakeClock();
  const limiter = limiterOn(clock);
  let running = 0;
  let most = 0;
  await timeFor(100, clock, limiter, async () => {
    running++;
    most = Math.max(most, running);
    await new Promise<void>((resolve) => void clock.after(2_000, resolve));
    running--;
  });
  expect(most).toBe(8);
});

test('no request goes out before a Retry-After is over', async () => {
  const clock = createFakeClock();
  const limiter = limiterOn(clock);
  let refusedAt: number | undefined;
  const early: number[] = [];
  await timeFor(20, clock, limiter, async () => {
    if (refusedAt === undefined) {
      refusedAt = clock.now();
      throw refusal(7);
    }
    if (clock.now() < refusedAt + 7_000) early.push(clock.now() - refusedAt);
  });
  // The one that started in the same instant was already out.
  expect(early.filter((ms) => ms > 0)).toEqual([]);
});

test('refusals of requests sent before it slowed down do not slow it down again', async () => {
  const clock = createFakeClock();
  const log = createFakeLog();
  const limiter = createLimiter({ clock, log });
  let first = 8;
  await timeFor(20, clock, limiter, async () => {
    const refuse = first-- > 0;
    await new Promise<void>((resolve) => void clock.after(500, resolve));
    if (refuse) throw refusal();
  });
  expect(log.entries.filter(({ event }) => event === 'limiter.slowed')).toHaveLength(1);
});

test('pauses grow while refusals follow one another', async () => {
  const clock = createFakeClock();
  const limiter = limiterOn(clock, { concurrency: 1 });
  const times: number[] = [];
  await timeFor(1, clock, limiter, async () => {
    times.push(clock.now());
    if (times.length < 5) throw refusal();
  });
  const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0));
  expect(pauses).toEqual([200, 400, 800, 1600]);
});

test('another failure is handed on at once', async () => {
  const clock = createFakeClock();
  let calls = 0;
  const failing = limiterOn(clock).run(async () => {
    calls++;
    throw new KeyfobError('forbidden', 'No.');
  }, never);
  await expect(failing).rejects.toMatchObject({ code: 'forbidden' });
  expect(calls).toBe(1);
});

test('a portal that refuses everything for ten minutes ends it', async () => {
  const clock = createFakeClock();
  const startedAt = clock.now();
  const ended = limiterOn(clock)
    .run(() => Promise.reject(refusal()), never)
    .catch((error: unknown) => ({ error, after: clock.now() - startedAt }));
  await clock.advance(700_000);
  expect(await ended).toMatchObject({ error: { code: 'too_many_requests' } });
  expect((await ended) as { after: number }).toHaveProperty('after', expect.any(Number));
  expect(((await ended) as { after: number }).after).toBeGreaterThan(600_000);
});

test('a portal that asks for an hour ends it at once', async () => {
  const clock = createFakeClock();
  const asked = limiterOn(clock).run(() => Promise.reject(refusal(3_600)), never);
  await expect(asked).rejects.toMatchObject({ code: 'too_many_requests' });
});

test('an abort ends those that wait, and the queue goes on for the others', async () => {
  const clock = createFakeClock();
  const limiter = limiterOn(clock, { concurrency: 1 });
  const gone = new AbortController();
  const order: string[] = [];
  const slow = () => new Promise<void>((resolve) => void clock.after(1_000, resolve));
  const first = limiter.run(slow, never);
  const waiting = limiter.run(async () => void order.push('gone'), gone.signal);
  const other = limiter.run(async () => void order.push('other'), never);
  gone.abort(new Error('closed'));
  await expect(waiting).rejects.toThrow('closed');
  await clock.advance(5_000);
  await Promise.all([first, other]);
  expect(order).toEqual(['other']);
});

test('requests past the queue are made room for', async () => {
  const clock = createFakeClock();
  const limiter = limiterOn(clock);
  const alone = await timeFor(40, clock, limiter, async () => undefined);
  for (let i = 0; i < 40; i++) limiter.yieldTurn();
  const shared = await timeFor(40, clock, limiter, async () => undefined);
  expect(shared).toBeGreaterThan(alone);
});
