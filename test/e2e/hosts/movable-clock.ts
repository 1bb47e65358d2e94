import type { Clock } from '../../../main/ports.ts';

/** The system's clock, which can also be moved ahead: what falls due thereby runs at once. */
export interface MovableClock extends Clock {
  advance(ms: number): void;
}

export function createMovableClock(): MovableClock {
  interface Timer {
    readonly dueAt: number;
    readonly task: () => void;
    handle: NodeJS.Timeout | undefined;
  }
  const timers = new Set<Timer>();
  let aheadMs = 0;
  const now = () => Date.now() + aheadMs;

  function fire(timer: Timer): void {
    clearTimeout(timer.handle);
    if (timers.delete(timer)) timer.task();
  }
  function arm(timer: Timer): void {
    clearTimeout(timer.handle);
    const delayMs = Math.min(timer.dueAt - now(), 2 ** 31 - 1);
    timer.handle = setTimeout(() => fire(timer), delayMs).unref();
  }
  return {
    now,
    after(delayMs, task) {
      const timer: Timer = { dueAt: now() + Math.max(0, delayMs), task, handle: undefined };
      timers.add(timer);
      arm(timer);
      return () => {
        clearTimeout(timer.handle);
        timers.delete(timer);
      };
    },
    advance(ms) {
      aheadMs += ms;
      const due = [...timers].filter(({ dueAt }) => dueAt <= now());
      for (const timer of due.toSorted((a, b) => a.dueAt - b.dueAt)) fire(timer);
      for (const timer of timers) arm(timer);
    },
  };
}
