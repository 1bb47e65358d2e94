import { spawnSync } from 'node:child_process';

/** How a value spread over its repeats. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly p95: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { min: at(0) ?? Number.NaN, median: at(0.5) ?? Number.NaN, p95: at(0.95) ?? Number.NaN };
}

/** `12.3 / 13.0 / 15.1 ms`: min, median, p95. */
export function spreadText(values: readonly number[], unit: string, digits = 1): string {
  const { min, median, p95 } = spreadOf(values);
  return `${[min, median, p95].map((value) => value.toFixed(digits)).join(' / ')} ${unit}`;
}

/**
 * How much more the one takes than the other: the median of the rounds' own ratios, since both of a
 * round were taken under the same load, and the ratio of the minima, where other work disturbed least.
 */
export function ratioOf(
  one: readonly number[],
  other: readonly number[],
): { readonly ratio: number; readonly ofMinima: number } {
  return {
    ratio: spreadOf(one.map((value, round) => value / (other[round] ?? Number.NaN))).median,
    ofMinima: spreadOf(one).min / spreadOf(other).min,
  };
}

/** `1.23 × (of the minima 1.20)` */
export function ratioText({ ratio, ofMinima }: ReturnType<typeof ratioOf>): string {
  return `${ratio.toFixed(2)} × (of the minima ${ofMinima.toFixed(2)})`;
}

/** Milliseconds of a whole process, from spawn to its end; throws unless it succeeds. */
export function timeProcess(
  command: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): number {
  const [program = '', ...args] = command;
  const began = performance.now();
  const { status, error, stderr } = spawnSync(program, args, {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const took = performance.now() - began;
  if (status !== 0) {
    throw error ?? new Error(`${command.join(' ')} ended with ${status}: ${stderr}`);
  }
  return took;
}

/** Runs both in turn, so that whatever else the machine does falls on both alike. */
export function interleave(
  repeats: number,
  one: () => number,
  other: () => number,
): { one: number[]; other: number[] } {
  const times = { one: [] as number[], other: [] as number[] };
  one();
  other();
  for (let round = 0; round < repeats; round += 1) {
    times.one.push(one());
    times.other.push(other());
  }
  return times;
}
