import type { Clock } from './ports.ts';

/** Lets something be done so many times a minute, for each of its kinds. */
export interface Allowance {
  /** True if it may be done once more, which then counts. */
  allow(key: string): boolean;
}

const minuteMs = 60_000;

/** Creates an allowance of `perMinute` for each key. */
export function createAllowance(clock: Clock, perMinute: number): Allowance {
  const used = new Map<string, readonly number[]>();
  return {
    allow(key) {
      const since = clock.now() - minuteMs;
      for (const [each, times] of used) {
        const recent = times.filter((at) => at > since);
        if (recent.length === 0) used.delete(each);
        else used.set(each, recent);
      }
      const times = used.get(key) ?? [];
      if (times.length >= perMinute) return false;
      used.set(key, [...times, clock.now()]);
      return true;
    },
  };
}
