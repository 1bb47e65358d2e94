/** One line of the table: what was measured, against which bar. */
export interface Row {
  readonly what: string;
  /** As design has it, for people. */
  readonly bar: string;
  /** The value that is held against the bar, for people. */
  readonly value: string;
  /** Undefined: it could not be measured here, and `value` says why. */
  readonly met: boolean | undefined;
  /** How the value came about: spreads and sizes. */
  readonly noise: readonly string[];
}

export interface BenchOptions {
  /** Fewer repeats and smaller sizes, for CI. */
  readonly quick: boolean;
}

export function rowText({ what, bar, value, met, noise }: Row): string {
  const verdict = met === undefined ? 'NOT MEASURED' : met ? 'met' : 'MISSED';
  return [
    `${verdict.padEnd(12)} ${what}`,
    `${' '.repeat(13)}bar ${bar}; here ${value}`,
    ...noise.map((line) => `${' '.repeat(13)}${line}`),
    '',
  ].join('\n');
}
