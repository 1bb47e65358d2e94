import type { Clock } from './ports.ts';

/** Ways to wait that always end: by a signal, by a deadline, by the clock. */

/**
 * Settles as `promise`, unless the signal is aborted first: then rejects with its reason. The
 * promise itself goes on for others; if it fails after that, nobody is told.
 */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** Resolves after `delayMs`; rejects with the signal's reason if it is aborted before. */
export function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = () => {
      cancel();
      reject(signal.reason);
    };
    const cancel = clock.after(delayMs, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
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
