/** `YYYY-MM-DDTHH:MM:SSZ`, the one form that every SDK reads; rounded down. */
export function isoSeconds(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}
