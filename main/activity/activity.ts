import type { ActivityEntry, ActivityKind } from '../../shared/model.ts';
import type { Clock } from '../ports.ts';
import type { StateStore } from '../state.ts';

/** Something that was asked for, and how it went. */
export interface Event {
  readonly client: string;
  readonly listener: ActivityEntry['listener'];
  /** The account's path. */
  readonly account: string | null;
  readonly connection: string | null;
  readonly what: ActivityKind;
  /** `ok` or an error code. */
  readonly outcome: string;
}

/** The record of who asked for what: the last 200 entries, in memory and without any secret. */
export interface Activity {
  /** Cheap enough for every request: the state follows within a second. */
  record(event: Event): void;
  close(): void;
}

export const maxEntries = 200;
/** The same again within this time of an entry's beginning counts up. */
const sameWithinMs = 60_000;
const showAfterMs = 1_000;

interface Entry extends Event {
  readonly number: number;
  readonly at: number;
  lastAt: number;
  count: number;
}

/** Creates an empty record. */
export function createActivity(state: StateStore, clock: Clock): Activity {
  /** In order of first request. */
  let entries: Entry[] = [];
  const open = new Map<string, Entry>();
  let latest: Entry | undefined;
  let made = 0;
  let cancelShow: (() => void) | undefined;

  function show(): void {
    cancelShow = undefined;
    const latestFirst = entries.toSorted((a, b) => b.lastAt - a.lastAt || b.number - a.number);
    state.set('activity', latestFirst.slice(0, maxEntries).map(view));
  }

  function add(event: Event, now: number): Entry {
    made += 1;
    const entry = { ...event, number: made, at: now, lastAt: now, count: 1 };
    entries.push(entry);
    open.set(keyOf(event), entry);
    // Now and then rather than at each: a list of 200 is not cut for every new entry.
    if (entries.length >= maxEntries * 2) forgetOldest();
    return entry;
  }

  function forgetOldest(): void {
    entries = entries
      .toSorted((a, b) => a.lastAt - b.lastAt || a.number - b.number)
      .slice(-maxEntries);
    const kept = new Set(entries);
    for (const [key, entry] of open) if (!kept.has(entry)) open.delete(key);
    if (latest !== undefined && !kept.has(latest)) latest = undefined;
  }

  /** A clock set back ends an entry too. */
  function isOpen(entry: Entry, now: number): boolean {
    const since = now - entry.at;
    return since >= 0 && since < sameWithinMs;
  }

  return {
    record(event) {
      const now = clock.now();
      // A tool that asks again and again is the rule, and spares the key.
      let entry = latest !== undefined && isSame(latest, event) ? latest : undefined;
      if (entry === undefined) entry = open.get(keyOf(event));
      if (entry !== undefined && isOpen(entry, now)) {
        entry.count += 1;
        entry.lastAt = now;
      } else entry = add(event, now);
      latest = entry;
      cancelShow ??= clock.after(showAfterMs, show);
    },
    close() {
      cancelShow?.();
      if (cancelShow !== undefined) show();
    },
  };
}

function keyOf({ client, listener, account, connection, what, outcome }: Event): string {
  return `${what}\n${outcome}\n${listener}\n${client}\n${account}\n${connection}`;
}

function isSame(one: Event, other: Event): boolean {
  return (
    one.client === other.client &&
    one.account === other.account &&
    one.outcome === other.outcome &&
    one.what === other.what &&
    one.listener === other.listener &&
    one.connection === other.connection
  );
}

function view({ number, at, lastAt, ...rest }: Entry): ActivityEntry {
  return {
    ...rest,
    id: String(number),
    at: new Date(at).toISOString(),
    lastAt: new Date(lastAt).toISOString(),
  };
}
