import type { Log, LogLevel } from '../ports.ts';
import { createLogFile } from './log-file.ts';
import { redact } from './redact.ts';

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

export interface LogOptions {
  /** The file's full path. */
  readonly path: string;
  /** KEYFOB_LOG_LEVEL: `debug`, `info` (what is taken for anything unknown), `warn`, `error`. */
  readonly level: string | undefined;
  readonly maxBytes?: number;
}

interface Entry {
  readonly level: LogLevel;
  readonly event: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly at: number;
}

/** How many entries may wait for pino to load. */
const maxWaiting = 1_000;

/** The log, as JSON lines. pino is loaded at the first entry; a log that fails bothers no one. */
export function createLog(options: LogOptions): Log {
  const { path, maxBytes = 4 * 2 ** 20 } = options;
  const least = Math.max(levels.indexOf(options.level as LogLevel), -1);
  const threshold = least === -1 ? levels.indexOf('info') : least;
  let write: ((entry: Entry) => void) | undefined;
  let waiting: Entry[] | undefined;

  async function load(): Promise<void> {
    const { pino } = await import('pino');
    const logger = pino(
      // The entry's own time, since it may have waited.
      { level: 'debug', base: { pid: process.pid }, messageKey: 'event', timestamp: false },
      createLogFile(path, maxBytes),
    );
    write = ({ level, event, facts, at }) =>
      logger[level]({ time: new Date(at).toISOString(), ...facts }, event);
    for (const entry of waiting ?? []) write(entry);
    waiting = undefined;
  }

  return (level, event, facts = {}) => {
    if (levels.indexOf(level) < threshold) return;
    try {
      const safe = redact(facts) as Record<string, unknown>;
      const entry = { level, event, facts: safe, at: Date.now() };
      if (write !== undefined) return write(entry);
      if (waiting === undefined) {
        waiting = [];
        load().catch(() => undefined);
      }
      if (waiting.length < maxWaiting) waiting.push(entry);
    } catch {
      // Facts with getters that throw, say.
    }
  };
}
