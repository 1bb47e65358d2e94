import type { OpenJournal } from '../../main/ports.ts';

/** Journals in memory that fail when told to; nothing is ever rotated. */
export interface FakeJournals {
  readonly open: OpenJournal;
  /** By name; change them to damage one. */
  readonly lines: Map<string, string[]>;
  /** How often something was written. */
  readonly writes: number;
  /** Every call (or those of one kind) rejects with `error` until `heal()`. */
  fail(error: Error, only?: 'append' | 'read'): void;
  heal(): void;
}

export function createFakeJournals(lines = new Map<string, string[]>()): FakeJournals {
  let writes = 0;
  let failure: { error: Error; only: string | undefined } | undefined;
  const check = (kind: string) => {
    if (failure !== undefined && (failure.only ?? kind) === kind) throw failure.error;
  };
  return {
    lines,
    get writes() {
      return writes;
    },
    open: (name) => ({
      async append(more) {
        check('append');
        writes += 1;
        lines.set(name, [...(lines.get(name) ?? []), ...more]);
      },
      async read() {
        check('read');
        return lines.get(name) ?? [];
      },
    }),
    fail(error, only) {
      failure = { error, only };
    },
    heal() {
      failure = undefined;
    },
  };
}
