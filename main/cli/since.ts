import { InvalidArgumentError } from 'commander';

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/**
 * A point in time, as a person writes it: so long ago (`90s`, `30m`, `2h`, `7d`, `1w`), or a date
 * with or without a time (`2026-01-31`, `2026-01-31T08:00Z`; without a zone, this machine's).
 *
 * @param now epoch milliseconds
 * @returns ISO 8601 in UTC
 */
export function parseSince(text: string, now: number): string {
  const ago = /^(\d{1,6})([smhdw])$/.exec(text);
  const time =
    ago === null ? parseDate(text) : now - Number(ago[1]) * unitMs[ago[2] as keyof typeof unitMs];
  if (Number.isNaN(time) || Math.abs(time) > 8.64e15) {
    throw new InvalidArgumentError('Expected so long ago (30m, 2h, 7d) or a date (2026-01-31).');
  }
  return new Date(time).toISOString();
}

function parseDate(text: string): number {
  if (
    !/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/.test(text)
  ) {
    return Number.NaN;
  }
  // A date by itself would be taken for UTC.
  return Date.parse(text.length === 10 ? `${text}T00:00` : text.replace(' ', 'T'));
}
