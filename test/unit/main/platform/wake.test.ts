import { expect, test } from 'vitest';
import { createWake } from '../../../../main/platform/wake.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';

function setUp() {
  const clock = createFakeClock();
  const addresses = new Set(['192.0.2.1']);
  const wake = createWake(clock, () => new Set(addresses));
  let wakes = 0;
  const stop = wake.subscribe(() => wakes++);
  return { clock, addresses, wake, stop, wakes: () => wakes };
}

test('an idle machine does not wake', async () => {
  const { clock, wakes } = setUp();
  await clock.advance(600_000);
  expect(wakes()).toBe(0);
});

test('a tick that comes late by the wall clock is a wake from sleep', async () => {
  const { clock, wakes } = setUp();
  await clock.advance(60_000);
  clock.jump(3_600_000);
  await clock.advance(5_000);
  expect(wakes()).toBe(1);
  await clock.advance(60_000);
  expect(wakes()).toBe(1);
});

test('a few seconds late is a busy machine, and a clock set back is no sleep', async () => {
  const { clock, wakes } = setUp();
  clock.jump(9_000);
  await clock.advance(5_000);
  clock.jump(-3_600_000);
  await clock.advance(60_000);
  expect(wakes()).toBe(0);
});

test('the network going is nothing, its coming back wakes', async () => {
  const { clock, addresses, wakes } = setUp();
  addresses.clear();
  await clock.advance(60_000);
  expect(wakes()).toBe(0);
  addresses.add('192.0.2.7');
  await clock.advance(5_000);
  expect(wakes()).toBe(1);
  addresses.add('2001:db8::1');
  await clock.advance(5_000);
  expect(wakes()).toBe(2);
});

test('nothing ticks while nobody listens', async () => {
  const { clock, wake, stop, wakes } = setUp();
  expect(clock.waiting).toBe(1);
  const stopSecond = wake.subscribe(() => undefined);
  expect(clock.waiting).toBe(1);
  stop();
  stop();
  expect(clock.waiting).toBe(1);
  stopSecond();
  expect(clock.waiting).toBe(0);
  clock.jump(3_600_000);
  wake.subscribe(() => undefined);
  await clock.advance(60_000);
  expect(wakes()).toBe(0);
});

test('a listener that unsubscribes itself while it is told ends the ticking', async () => {
  const { clock, wake, stop } = setUp();
  stop();
  const own = wake.subscribe(() => own());
  clock.jump(3_600_000);
  await clock.advance(60_000);
  expect(clock.waiting).toBe(0);
});
