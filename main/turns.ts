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
