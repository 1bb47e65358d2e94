import type { Clock } from '../ports.ts';

/** The longest that a Node timer can be; beyond, it fires at once. */
const maxTimerMs = 2 ** 31 - 1;

/** The system clock. */
export function createClock(): Clock {
  return {
    now: () => Date.now(),
    after(delayMs, task) {
      let timer: NodeJS.Timeout;
      function wait(leftMs: number): void {
        const stepMs = Math.min(Math.max(0, leftMs), maxTimerMs);
        timer = setTimeout(() => (leftMs > stepMs ? wait(leftMs - stepMs) : task()), stepMs);
        timer.unref();
      }
      wait(delayMs);
      return () => clearTimeout(timer);
    },
  };
}
