import type { Clock } from '../ports.ts';

/** Ways to wait that always end: by a signal, by a deadline, by the clock. */

/** Rejects with the signal's reason as soon as it is aborted; the promise itself goes on for others. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** Rejects with `late()` after `limitMs`; the promise itself goes on. */
export function within<T>(
  clock: Clock,
  limitMs: number,
  promise: Promise<T>,
  late: () => Error,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cancel = clock.after(limitMs, () => reject(late()));
    promise.then(resolve, reject).finally(cancel);
  });
}

/** Resolves when the promise has settled either way, or after `limitMs`, whichever comes first. */
export async function settled(
  clock: Clock,
  limitMs: number,
  promise: Promise<unknown>,
): Promise<void> {
  await within(clock, limitMs, promise, () => new Error('late')).catch(() => undefined);
}

/** Tasks that run one after another, in the order given. */
export interface Turns {
  run<T>(task: () => Promise<T>): Promise<T>;
  /** Resolves when all tasks given so far have ended. Never rejects. */
  done(): Promise<unknown>;
}

/** Creates an empty queue. A task that fails holds up nobody. */
export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(task) {
      const next = last.then(task);
      last = next.catch(() => undefined);
      return next;
    },
    done: () => last,
  };
}
