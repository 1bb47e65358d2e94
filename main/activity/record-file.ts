import { z } from 'zod';
import { type ActivityEntry, activityEntrySchema } from '../../shared/model.ts';
import type { Journal, Log, OpenJournal } from '../ports.ts';

/** The record on disk, one entry a line; an entry that counts up is written again. */
export interface RecordFile {
  /** Adds entries; those that can't be written now are kept for the next time, up to a bound. */
  save(entries: readonly ActivityEntry[]): Promise<void>;
  /** The last entries, oldest first, from no more than a glance at the end of the file. */
  glance(): Promise<Found>;
  /** All there are, oldest first. Rejects with the Journal port's codes. */
  all(): Promise<Found>;
}

export interface Found {
  readonly entries: readonly ActivityEntry[];
  /** Lines that could not be read, and were skipped. */
  readonly damaged: number;
}

export const recordName = 'activity.jsonl';
const maxBytes = 1024 * 1024;
const keep = 4;
/** Many times what 200 entries take. */
const glanceBytes = 256 * 1024;
/** How many entries may wait while the disk takes none. */
const maxWaiting = 5_000;

const lineSchema = activityEntrySchema.extend({
  version: z.literal(1),
  id: z.string().regex(/^[1-9]\d{0,14}$/),
  at: z.iso.datetime(),
  lastAt: z.iso.datetime(),
});

/** Opens the record. Nothing is read or written yet. */
export function createRecordFile(openJournal: OpenJournal, log: Log): RecordFile {
  const journal: Journal = openJournal(recordName, { maxBytes, keep, compact });
  let waiting = new Map<string, ActivityEntry>();
  let saving: Promise<void> = Promise.resolve();
  let failing = false;

  async function write(): Promise<void> {
    if (waiting.size === 0) return;
    const entries = waiting;
    waiting = new Map();
    try {
      await journal.append([...entries.values()].map(lineOf));
      failing = false;
    } catch (error) {
      // What has changed since is newer.
      waiting = new Map([...entries, ...waiting]);
      if (!failing) log('error', 'activity_not_written', { error });
      failing = true;
    }
  }

  async function read(tailBytes?: number): Promise<Found> {
    const found = parse(await journal.read(tailBytes));
    if (found.damaged > 0) log('warn', 'activity_lines_damaged', { lines: found.damaged });
    return found;
  }

  return {
    save(entries) {
      for (const entry of entries) waiting.set(entry.id, entry);
      const excess = waiting.size - maxWaiting;
      if (excess > 0) {
        for (const id of [...waiting.keys()].slice(0, excess)) waiting.delete(id);
        log('warn', 'activity_dropped', { entries: excess });
      }
      saving = saving.then(write);
      return saving;
    },
    glance: () => read(glanceBytes),
    all: () => read(),
  };
}

function lineOf(entry: ActivityEntry): string {
  return JSON.stringify({ version: 1, ...entry });
}

/** The latest line of each entry. */
function parse(lines: readonly string[]): Found {
  const entries = new Map<string, ActivityEntry>();
  let damaged = 0;
  for (const line of lines) {
    const entry = entryOf(line);
    if (entry === undefined) damaged += 1;
    else entries.set(entry.id, entry);
  }
  return { entries: [...entries.values()], damaged };
}

function entryOf(line: string): ActivityEntry | undefined {
  try {
    const { version: _, ...entry } = lineSchema.parse(JSON.parse(line));
    return entry;
  } catch {
    return undefined;
  }
}

/** Of a poller's many lines one is left; what can't be read is no longer counted after that. */
function compact(lines: readonly string[]): readonly string[] {
  return parse(lines).entries.map(lineOf);
}
