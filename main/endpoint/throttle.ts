import type { Clock } from '../ports.ts';

/** Slows those down who come with wrong tokens. */
export interface Throttle {
  /**
   * Notes a wrong token and runs `answer` after a while: longer from one to the next, up to two
   * seconds. Returns false, and answers nothing, where too many wait already.
   */
  delay(address: string, answer: () => void): boolean;
}

const firstMs = 100;
const longestMs = 2_000;
/** A slip or two, as after a revoked grant, costs nothing. */
const free = 3;
const forgottenAfterMs = 60_000;
const waitingPerAddress = 32;
const waitingInAll = 128;
/** On this machine anybody may come from any of 127.0.0.0/8. */
const mostAddresses = 256;

interface Record {
  wrong: number;
  waiting: number;
  lastAt: number;
}

/**
 * Creates a throttle. A right token never comes here, so whoever guesses slows down nobody else: the
 * tokens are far too many to guess, and this keeps the guessing from costing much.
 */
export function createThrottle(clock: Clock): Throttle {
  const records = new Map<string, Record>();
  let waiting = 0;

  function recordOf(address: string): Record {
    const now = clock.now();
    const known = records.get(address);
    // A clock set back forgives too.
    const recent = known !== undefined && Math.abs(now - known.lastAt) < forgottenAfterMs;
    const record = known ?? { wrong: 0, waiting: 0, lastAt: now };
    if (!recent) record.wrong = 0;
    record.lastAt = now;
    // Anew at the end: the first in the map is the one not seen for longest.
    records.delete(address);
    records.set(address, record);
    const [oldest] = records.keys();
    if (records.size > mostAddresses && oldest !== undefined) records.delete(oldest);
    return record;
  }

  return {
    delay(address, answer) {
      const record = recordOf(address);
      record.wrong += 1;
      if (record.wrong <= free) {
        answer();
        return true;
      }
      if (record.waiting >= waitingPerAddress || waiting >= waitingInAll) return false;
      record.waiting += 1;
      waiting += 1;
      const delayMs = Math.min(firstMs * 2 ** Math.min(record.wrong - free - 1, 10), longestMs);
      clock.after(delayMs, () => {
        record.waiting -= 1;
        waiting -= 1;
        answer();
      });
      return true;
    },
  };
}
