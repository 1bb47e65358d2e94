import type { Clock } from '../ports.ts';
import type { ServerClock } from '../upstream.ts';

/** `Date` counts whole seconds and travels a while: less than this says nothing. */
const toleranceMs = 2_000;

/** IMF-fixdate, the one form that RFC 9110 section 5.6.7 lets a server send. */
const imfFixdate = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/**
 * Creates a clock that runs on the local one, set right by each `Date` header that differs from it
 * by two seconds or more.
 */
export function createServerClock(clock: Clock): ServerClock {
  let offsetMs = 0;

  return {
    now: () => clock.now() + offsetMs,
    observe(dateHeader) {
      const serverMs = parseHttpDate(dateHeader);
      if (serverMs === undefined) return;
      const differenceMs = serverMs - clock.now();
      if (Math.abs(differenceMs - offsetMs) < toleranceMs) return;
      // Back to the local clock as soon as it agrees, so that no needless offset stays.
      offsetMs = Math.abs(differenceMs) < toleranceMs ? 0 : differenceMs;
    },
  };
}

/** Epoch milliseconds of an HTTP date, or undefined. */
export function parseHttpDate(text: string | null): number | undefined {
  if (text === null || !imfFixdate.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
