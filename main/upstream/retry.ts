import type { Random } from '../ports.ts';
import type { ServerClock } from '../upstream.ts';
import { parseHttpDate } from './server-clock.ts';

const baseMs = 500;
const capMs = 8_000;

/**
 * How long to wait after failed attempt `number` (from 1), in milliseconds: exponential backoff
 * with full jitter, and never less than the answer's Retry-After (RFC 9110 section 10.2.3).
 */
export function retryDelay(
  deps: { readonly random: Random; readonly serverClock: ServerClock },
  number: number,
  retryAfter: string | null,
): number {
  const backoffMs = deps.random.fraction() * Math.min(capMs, baseMs * 2 ** (number - 1));
  return Math.max(backoffMs, parseRetryAfter(retryAfter, deps.serverClock.now()));
}

/** Milliseconds from now; 0 where the header says nothing usable. */
export function parseRetryAfter(header: string | null, serverNowMs: number): number {
  if (header === null) return 0;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const until = parseHttpDate(header);
  return until === undefined ? 0 : Math.max(0, until - serverNowMs);
}
