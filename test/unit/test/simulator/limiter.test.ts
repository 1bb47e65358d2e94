import { expect, test } from 'vitest';
import { createLimiter, minimumMs } from '../../../simulator/limiter.ts';

const limit = { perSecond: 20, burst: 5 };

test('after a quiet time a burst passes, then the rate holds', () => {
  let now = 0;
  const limiter = createLimiter(() => now);
  const admitted = (count: number) =>
    Array.from({ length: count }, () => limiter.admit(limit)).filter(Boolean).length;
  expect(admitted(10)).toBe(5);
  now += 49;
  expect(admitted(1)).toBe(0);
  now += 1;
  expect(admitted(2)).toBe(1);
  now += 60_000;
  expect(admitted(10)).toBe(5);
});

test('a client that asks as fast as it may needs the minimum that is told', () => {
  let now = 0;
  const limiter = createLimiter(() => now);
  let passed = 0;
  for (; passed < 105; now += 1) if (limiter.admit(limit)) passed += 1;
  expect(Math.abs(now - 1 - minimumMs(105, limit))).toBeLessThanOrEqual(1);
});

test('without a limit everything passes', () => {
  const limiter = createLimiter(() => 0);
  expect(limiter.admit({ perSecond: 1, burst: 1 })).toBe(true);
  expect(limiter.admit(null)).toBe(true);
  expect(limiter.admit({ perSecond: 1, burst: 1 })).toBe(true);
});
