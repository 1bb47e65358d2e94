import type { ClientProcess } from '../../shared/commands.ts';

/** Where a question comes from, as far as the system tells. */
export interface Origin {
  /** Undefined: the system does not tell; null: nobody's in particular. */
  add(process: ClientProcess | null | undefined): void;
  /** Whether who answers may be who asked. */
  mayBe(process: ClientProcess | null): boolean;
}

/**
 * Creates an origin without processes. Whoever acts for the asker, or was started by it, counts as
 * the asker; a connection that several processes hold, as that of any.
 */
export function createOrigin(): Origin {
  const asking = new Set<number>();
  let anybody = false;
  return {
    add(process) {
      if (process === null) anybody = true;
      for (const pid of process?.acting ?? []) asking.add(pid);
    },
    mayBe: (process) =>
      process === null || anybody || process.lineage.some((pid) => asking.has(pid)),
  };
}
