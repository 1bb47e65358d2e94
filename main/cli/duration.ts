import { InvalidArgumentError } from 'commander';

const units = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 } as const;

/** How long, as a person writes it: `90s`, `30m`, `2h`, `7d`, `4w`. Returns seconds. */
export function parseDuration(text: string): number {
  const [, number, unit] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  const seconds = Number(number) * units[unit as keyof typeof units];
  if (seconds >= 1) return seconds;
  throw new InvalidArgumentError('Expected how long: 30m, 8h, 7d, 4w.');
}
