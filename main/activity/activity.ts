import type { ActivityEntry, ActivityKind } from '../../shared/model.ts';
import type { Clock, Log } from '../ports.ts';
import type { StateStore } from '../state.ts';
import type { RecordFile } from './record-file.ts';

/** Something that was asked for, and how it went. */
export interface Event {
  readonly client: string;
  readonly listener: ActivityEntry['listener'];
  /** The account's path. */
  readonly account: string | null;
  readonly connection: string | null;
  /** As in `ActivityEntry`. */
  readonly subject?: string | undefined;
  readonly what: ActivityKind;
  /** `ok` or an error code. */
  readonly outcome: string;
  /** The id of the grant that was used or is meant. */
  readonly grant?: string | undefined;
}

/** The record of who asked for what, without any secret. The state has the last 200 entries. */
export interface Activity {
  /** Reads what an earlier helper wrote down. Never rejects: without it the record begins anew. */
  load(): Promise<void>;
  /** Cheap enough for every request: the state and the file follow within a second. */
  record(event: Event): void;
  /** Brings state and file up to date at once. Never rejects. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export const maxEntries = 200;
/** The same again within this time of an entry's beginning counts up. */
const sameWithinMs = 60_000;
const showAfterMs = 1_000;
const maxUnsaved = 1_000;

export interface ActivityDeps {
  readonly state: StateStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly file: RecordFile;
}

interface Entry extends Event {
  number: number;
  readonly at: number;
  lastAt: number;
  count: number;
  /** Whether the file has it as it is. */
  saved: boolean;
}

/** Creates an empty record. Nothing is written before `load`. */
export function createActivity({ state, clock, log, file }: ActivityDeps): Activity {
  /** In order of first request. */
  let entries: Entry[] = [];
  const open = new Map<string, Entry>();
  let latest: Entry | undefined;
  let made = 0;
  let unsaved: Entry[] = [];
  let loaded = false;
  let cancelShow: (() => void) | undefined;

  function show(): Promise<void> {
    cancelShow?.();
    cancelShow = undefined;
    const latestFirst = entries.toSorted((a, b) => b.lastAt - a.lastAt || b.number - a.number);
    state.set('activity', latestFirst.slice(0, maxEntries).map(view));
    return save();
  }

  async function save(): Promise<void> {
    // Until the earlier ones are known, nobody knows from which number on to count.
    if (!loaded) return;
    const entries = unsaved;
    unsaved = [];
    for (const entry of entries) entry.saved = true;
    await file.save(entries.map(view));
  }

  function take(earlier: readonly ActivityEntry[]): void {
    const last = earlier.reduce((most, { id }) => Math.max(most, Number(id)), 0);
    for (const entry of entries) entry.number += last;
    made += last;
    entries = [...earlier.slice(-maxEntries).map(fromView), ...entries];
    loaded = true;
    if (entries.length > 0) void show();
  }

  function add(event: Event, now: number): Entry {
    made += 1;
    const entry = { ...event, number: made, at: now, lastAt: now, count: 1, saved: true };
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
    // A flood of strangers must not fill the memory before the second is over.
    if (unsaved.length >= maxUnsaved) void save();
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
      if (entry.saved) {
        entry.saved = false;
        unsaved.push(entry);
      }
      cancelShow ??= clock.after(showAfterMs, () => void show());
    },
    async load() {
      try {
        take((await file.glance()).entries);
      } catch (error) {
        log('error', 'activity_not_read', { error });
        take([]);
      }
    },
    flush: show,
    async close() {
      if (cancelShow !== undefined) await show();
      else await save();
    },
  };
}

function keyOf(event: Event): string {
  const { client, listener, account, connection, subject, what, outcome, grant } = event;
  return `${what}\n${outcome}\n${listener}\n${client}\n${account}\n${connection}\n${grant}\n${subject}`;
}

function isSame(one: Event, other: Event): boolean {
  return (
    one.client === other.client &&
    one.account === other.account &&
    one.outcome === other.outcome &&
    one.what === other.what &&
    one.listener === other.listener &&
    one.connection === other.connection &&
    one.subject === other.subject &&
    one.grant === other.grant
  );
}

function view({ number, at, lastAt, saved: _, ...rest }: Entry): ActivityEntry {
  return {
    ...rest,
    id: String(number),
    at: new Date(at).toISOString(),
    lastAt: new Date(lastAt).toISOString(),
  };
}

function fromView({ id, at, lastAt, ...rest }: ActivityEntry): Entry {
  return {
    ...rest,
    number: Number(id),
    at: Date.parse(at),
    lastAt: Date.parse(lastAt),
    saved: true,
  };
}
