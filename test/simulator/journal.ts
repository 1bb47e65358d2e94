import type { ServiceName } from './answers.ts';

/** One request, from its arrival. */
export interface JournalEntry {
  readonly service: ServiceName;
  /** `CreateToken`, `ListAccounts`, …; pages are `Authorize` and `DevicePage`. */
  readonly operation: string;
  /** The server's time of arrival, epoch milliseconds. */
  readonly at: number;
  readonly requestId: string;
  readonly userAgent: string;
  /** 0 until answered, and for good where no answer was sent. */
  status: number;
  exception?: string;
}

export interface Journal {
  readonly entries: readonly JournalEntry[];
  add(entry: JournalEntry): void;
  /** Requests that arrived for an operation, whatever became of them. */
  count(operation: string): number;
  counts(): Record<string, number>;
  clear(): void;
}

export function createJournal(): Journal {
  const entries: JournalEntry[] = [];
  return {
    entries,
    add: (entry) => entries.push(entry),
    count: (operation) => entries.filter((entry) => entry.operation === operation).length,
    counts() {
      const counts: Record<string, number> = {};
      for (const { operation } of entries) counts[operation] = (counts[operation] ?? 0) + 1;
      return counts;
    },
    clear() {
      entries.length = 0;
    },
  };
}
