const whole = new Intl.NumberFormat();

/** A count as people write it: `5,000`. */
export function formatCount(count: number): string {
  return whole.format(count);
}
