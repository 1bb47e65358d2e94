import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createClock } from '../../../../main/platform/clock.ts';
import { createRandom } from '../../../../main/platform/random.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a task runs once, after its delay, unless cancelled', () => {
  const clock = createClock();
  const task = vi.fn();
  const cancelled = vi.fn();
  clock.after(1_000, task);
  clock.after(1_000, cancelled)();
  vi.advanceTimersByTime(999);
  expect(task).not.toHaveBeenCalled();
  vi.advanceTimersByTime(10_000);
  expect(task).toHaveBeenCalledTimes(1);
  expect(cancelled).not.toHaveBeenCalled();
});

test('delays longer than a timer can be are kept, and can be cancelled on the way', () => {
  const clock = createClock();
  const ninetyDays = 90 * 86_400_000;
  const task = vi.fn();
  const cancelled = vi.fn();
  clock.after(ninetyDays, task);
  const cancel = clock.after(ninetyDays, cancelled);
  vi.advanceTimersByTime(ninetyDays - 1);
  expect(task).not.toHaveBeenCalled();
  cancel();
  vi.advanceTimersByTime(1);
  expect(task).toHaveBeenCalledTimes(1);
  expect(cancelled).not.toHaveBeenCalled();
});

test('a delay in the past is none', () => {
  const task = vi.fn();
  createClock().after(-5, task);
  vi.advanceTimersByTime(1);
  expect(task).toHaveBeenCalledTimes(1);
});

test('random bytes differ, fractions lie in [0, 1)', () => {
  const random = createRandom();
  expect(random.bytes(32)).toHaveLength(32);
  expect(random.bytes(32)).not.toEqual(random.bytes(32));
  for (let n = 0; n < 1_000; n++) {
    const fraction = random.fraction();
    expect(fraction).toBeGreaterThanOrEqual(0);
    expect(fraction).toBeLessThan(1);
  }
});
