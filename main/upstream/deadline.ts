import type { Clock } from '../ports.ts';

/** What a deadline aborts with, to tell it from a caller who gave up. */
export const deadlinePassed: unique symbol = Symbol('deadline passed');

export interface Deadline {
  /** Aborted with `deadlinePassed` when time is up, with the outer reason when the outer one is. */
  readonly signal: AbortSignal;
  /** Must be called once the work is done: lets go of the timer and the outer signal. */
  stop(): void;
}

/**
 * An AbortSignal that runs on the Clock port. (`AbortSignal.timeout` knows only the machine's own
 * clock, and `AbortSignal.any` offers no way to let go of a long-lived outer signal.)
 */
export function startDeadline(clock: Clock, delayMs: number, outer?: AbortSignal): Deadline {
  const controller = new AbortController();
  const cancel = clock.after(delayMs, () => controller.abort(deadlinePassed));
  const onAbort = () => controller.abort(outer?.reason);
  if (outer?.aborted === true) onAbort();
  else outer?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    stop() {
      cancel();
      outer?.removeEventListener('abort', onAbort);
    },
  };
}
