import { InvalidArgumentError } from 'commander';

const unitSeconds = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** Seconds in `90s`, `15m`, `8h`, `7d`, or a number of seconds. For options of commands. */
export function parseDuration(text: string): number {
  const [, digits, unit = 's'] = /^(\d{1,9})([smhd])?$/.exec(text.trim()) ?? [];
  const seconds = Number(digits) * unitSeconds[unit as keyof typeof unitSeconds];
  if (digits === undefined || seconds < 1) {
    throw new InvalidArgumentError('Write it as in 90s, 15m, 8h or 7d.');
  }
  return seconds;
}
