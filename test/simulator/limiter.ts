import type { Limit } from './switches.ts';

/** A token bucket: `burst` requests at once, refilled at `perSecond`. Refused requests cost nothing. */
export function createLimiter(now: () => number): { admit(limit: Limit | null): boolean } {
  let tokens: number | undefined;
  let refilledAt = now();
  return {
    admit(limit) {
      if (limit === null) {
        tokens = undefined;
        return true;
      }
      const elapsedMs = Math.max(0, now() - refilledAt);
      refilledAt = now();
      tokens = Math.min(
        limit.burst,
        (tokens ?? limit.burst) + (elapsedMs / 1000) * limit.perSecond,
      );
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}

/** The shortest time in which that many requests can pass, for tests and benchmarks to compare with. */
export function minimumMs(requests: number, { perSecond, burst }: Limit): number {
  return (Math.max(0, requests - burst) / perSecond) * 1000;
}
