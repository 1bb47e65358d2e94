import type { Clock } from '../ports.ts';

/** Who holds an ephemeral grant: it ends with the last of them. */
export interface Holds {
  /** A new grant waits ten seconds for somebody to hold it. */
  expect(id: string): void;
  /** Resolves when the grant has ended. Rejects with the signal's reason. */
  hold(id: string, signal: AbortSignal): Promise<void>;
  /** Lets go of whoever holds it. */
  ended(id: string): void;
  close(): void;
}

interface Held {
  holders: number;
  readonly over: PromiseWithResolvers<void>;
  cancel(): void;
}

/** Between the answer that made the grant and the call that holds it. */
const holdWithinMs = 10_000;

/** @param onAbandoned ends the grant that nobody holds any more */
export function createHolds(clock: Clock, onAbandoned: (id: string) => void): Holds {
  const held = new Map<string, Held>();

  return {
    expect(id) {
      const cancel = clock.after(holdWithinMs, () => onAbandoned(id));
      held.set(id, { holders: 0, over: Promise.withResolvers<void>(), cancel });
    },
    async hold(id, signal) {
      const entry = held.get(id);
      if (entry === undefined) return;
      entry.cancel();
      entry.holders += 1;
      const gone = Promise.withResolvers<never>();
      const onAbort = () => gone.reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) onAbort();
      try {
        await Promise.race([entry.over.promise, gone.promise]);
      } finally {
        signal.removeEventListener('abort', onAbort);
        entry.holders -= 1;
        if (entry.holders === 0 && held.get(id) === entry) onAbandoned(id);
      }
    },
    ended(id) {
      const entry = held.get(id);
      held.delete(id);
      entry?.cancel();
      entry?.over.resolve();
    },
    close() {
      for (const { cancel } of held.values()) cancel();
      held.clear();
    },
  };
}
