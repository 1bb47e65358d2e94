import type { Clock } from '../../main/ports.ts';

// Kept from before any test replaces the globals.
const turn = globalThis.setImmediate;

/** A clock that moves only when told to. */
export interface FakeClock extends Clock {
  /** Runs what falls due within `ms`, in order, letting promises settle before and after each. */
  advance(ms: number): Promise<void>;
  /** Moves the wall clock alone, as after sleep or a correction: no timer runs. */
  jump(ms: number): void;
  /** Sets the wall clock, running no timer. */
  set(epochMs: number): void;
  /** How many timers wait. */
  readonly waiting: number;
  /** In how many milliseconds the next timer falls due. */
  readonly nextIn: number | undefined;
}

/** Lets every promise that can settle without the outside world do so. */
export async function settle(turns = 10): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise<void>((resolve) => turn(resolve));
}

/** @param startMs what `now()` says at first; epoch milliseconds. */
export function createFakeClock(startMs = Date.UTC(2026, 0, 1)): FakeClock {
  interface Timer {
    readonly due: number;
    readonly task: () => void;
  }
  // Timers count elapsed time, which the wall clock can leave behind or overtake.
  let elapsed = 0;
  let offset = startMs;
  const timers = new Set<Timer>();

  function next(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of timers) if (first === undefined || timer.due < first.due) first = timer;
    return first;
  }

  return {
    now: () => elapsed + offset,
    after(delayMs, task) {
      const timer = { due: elapsed + Math.max(0, delayMs), task };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      const end = elapsed + ms;
      await settle();
      for (let timer = next(); timer !== undefined && timer.due <= end; timer = next()) {
        timers.delete(timer);
        elapsed = Math.max(elapsed, timer.due);
        timer.task();
        await settle();
      }
      elapsed = end;
      await settle();
    },
    jump(ms) {
      offset += ms;
    },
    set(epochMs) {
      offset = epochMs - elapsed;
    },
    get waiting() {
      return timers.size;
    },
    get nextIn() {
      const timer = next();
      return timer === undefined ? undefined : timer.due - elapsed;
    },
  };
}
