/** `58 min`, `7 h 59 min`, `3 d 2 h`, `45 s`: two units at most, rounded down. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return join(hours, 'h', minutes % 60, 'min');
  return join(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** `58 min left`, or `ended` when it is past. */
export function timeLeft(until: string, now: number): string {
  const left = Date.parse(until) - now;
  return left > 0 ? `${duration(left)} left` : 'ended';
}

/** `3 min ago`, `just now`. */
export function timeAgo(since: string, now: number): string {
  const past = now - Date.parse(since);
  return past < 10_000 ? 'just now' : `${duration(past)} ago`;
}

/** `2026-01-31 08:15:00` in this machine's zone. */
export function localTime(iso: string): string {
  // Sweden writes dates as ISO 8601 does.
  return new Date(iso).toLocaleString('sv-SE');
}
