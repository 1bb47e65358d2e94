import { expect, test } from 'vitest';
import { createThrottle } from '../../../../main/endpoint/throttle.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';

function open() {
  const clock = createFakeClock();
  const throttle = createThrottle(clock);
  const waits: number[] = [];
  /** One wrong token; whether it is answered at all. */
  const wrong = (address = '127.0.0.1') => {
    const began = clock.now();
    return throttle.delay(address, () => waits.push(clock.now() - began));
  };
  return { clock, waits, wrong };
}

test('the first three are answered at once, then each later, up to two seconds', async () => {
  const { clock, waits, wrong } = open();
  for (let n = 0; n < 10; n += 1) {
    wrong();
    await clock.advance(2_000);
  }
  expect(waits).toEqual([0, 0, 0, 100, 200, 400, 800, 1_600, 2_000, 2_000]);
});

test('one address has at most 32 waiting, all together 128', async () => {
  const { clock, waits, wrong } = open();
  const answered = Array.from({ length: 1_000 }, () => wrong());
  expect(answered.filter(Boolean)).toHaveLength(3 + 32);
  for (let n = 2; n < 20; n += 1) for (let i = 0; i < 100; i += 1) wrong(`127.0.0.${n}`);
  expect(clock.waiting).toBe(128);
  await clock.advance(2_000);
  expect(clock.waiting).toBe(0);
  expect(waits.length).toBeGreaterThan(128);
});

test('after a minute without any it is forgotten, but not before', async () => {
  const { clock, waits, wrong } = open();
  for (let n = 0; n < 4; n += 1) wrong();
  await clock.advance(59_999);
  wrong();
  await clock.advance(2_000);
  expect(waits.at(-1)).toBe(200);
  await clock.advance(60_000);
  wrong();
  expect(waits.at(-1)).toBe(0);
});

test('thousands of addresses take no more memory than 256', async () => {
  const { clock, waits, wrong } = open();
  for (let n = 0; n < 4; n += 1) wrong('127.9.9.9');
  for (let n = 0; n < 256; n += 1) wrong(`127.1.0.${n}`);
  wrong('127.9.9.9');
  // Forgotten, as the one not seen for longest.
  expect(waits.at(-1)).toBe(0);
  await clock.advance(2_000);
});
