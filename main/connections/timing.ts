import type { Tokens } from './provider.ts';

/** When to renew and how long to wait after a failure. All milliseconds. */

const minute = 60_000;
const fewestToLeaveMs = 15 * minute;
const firstBackoffMs = 1_000;
const longestBackoffMs = 5 * minute;

/** How long the access token was good for when it was issued. */
export function lifetimeMs(tokens: Tokens): number {
  return Math.max(0, tokens.expiresAt - tokens.obtainedAt);
}

/**
 * How much of the lifetime is still left when renewal begins: a fifth or 15 minutes, whichever
 * comes first, but never more than half, so that tokens of a few seconds are used before they are
 * renewed. `fraction` in [0, 1) spreads many machines over a twentieth of the lifetime, early
 * rather than late.
 */
export function renewalLeadMs(tokens: Tokens, fraction: number): number {
  const lifetime = lifetimeMs(tokens);
  const lead = Math.max(lifetime / 5, fewestToLeaveMs) + (fraction * lifetime) / 20;
  return Math.min(lead, lifetime / 2);
}

/** A token with less than this left is renewed before it is handed out: a minute, or a fifth of a short lifetime. */
export function handOutMarginMs(tokens: Tokens): number {
  return Math.min(minute, lifetimeMs(tokens) / 5);
}

/** The wait after `failures` failures in a row: 1 s, doubling to 5 minutes, less up to a fifth. */
export function backoffMs(failures: number, fraction: number): number {
  const full = Math.min(firstBackoffMs * 2 ** Math.max(0, failures - 1), longestBackoffMs);
  return full * (1 - fraction / 5);
}
