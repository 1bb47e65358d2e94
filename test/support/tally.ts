/** How many tests of a suite came to which end. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The line that closes a suite's output: `unit: 12 passed, 0 failed`. Readers of CI logs look for it. */
export function tallyLine(suite: string, { passed, failed, skipped }: Tally): string {
  const line = `${suite}: ${passed} passed, ${failed} failed`;
  return skipped === 0 ? line : `${line}, ${skipped} skipped`;
}
