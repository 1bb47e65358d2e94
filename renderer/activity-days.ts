import type { ActivityEntry } from '../shared/model.ts';

/** What happened on one local day, latest first. */
export interface ActivityDay {
  /** As people write it; the key of the day, too. */
  readonly day: string;
  readonly entries: readonly ActivityEntry[];
}

/**
 * Entries, latest first, by the local day they ended on.
 *
 * @param dayOf a moment (ISO 8601) as the words for its day
 */
export function activityDays(
  entries: readonly ActivityEntry[],
  dayOf: (iso: string) => string,
): readonly ActivityDay[] {
  const days = new Map<string, ActivityEntry[]>();
  for (const entry of entries) {
    const day = dayOf(entry.lastAt);
    const known = days.get(day);
    if (known === undefined) days.set(day, [entry]);
    else known.push(entry);
  }
  return [...days].map(([day, of]) => ({ day, entries: of }));
}
