/** An hour, where the provider does not say; milliseconds. */
const usualMs = 3_600_000;
const leastMs = 60_000;
const mostMs = 86_400_000;

/**
 * How long an answer may be used again, in milliseconds, by its Cache-Control (RFC 9111 section
 * 5.2.2) and its Age: a minute at least, so that no header makes us ask all the time, and a day at
 * most, so that none keeps an old answer alive.
 */
export function cacheLifetimeMs(headers: Headers): number {
  const control = headers.get('cache-control')?.toLowerCase() ?? '';
  if (/(?:^|[,\s])no-(?:store|cache)\b/.test(control)) return leastMs;
  const seconds = /(?:^|[,\s])max-age="?(\d{1,10})/.exec(control)?.[1];
  if (seconds === undefined) return usualMs;
  const age = headers.get('age') ?? '';
  const spent = /^\d{1,10}$/.test(age) ? Number(age) : 0;
  return Math.min(mostMs, Math.max(leastMs, (Number(seconds) - spent) * 1000));
}
