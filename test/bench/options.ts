import { parseArgs } from 'node:util';
import type { BenchOptions } from './row.ts';

export interface BenchWish extends BenchOptions {
  /** The groups of rows that are wanted, in the order that they are taken in. */
  readonly groups: readonly string[];
}

/**
 * Reads the arguments of `npm run bench`. Throws, naming the groups there are, for what it doesn't
 * know: a row that was misspelt must not pass for one that was measured.
 */
export function readBenchOptions(args: readonly string[], known: readonly string[]): BenchWish {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
    },
  });
  const wanted = values.only.flatMap((names) => names.split(','));
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(`There are no rows ${unknown.join(', ')}. There are ${known.join(', ')}.`);
  }
  const groups = wanted.length === 0 ? known : known.filter((name) => wanted.includes(name));
  return { quick: values.quick, groups };
}
