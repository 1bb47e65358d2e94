const minute = 60_000;
/** botocore asks twice when less than 15 minutes are left; the rest is margin. */
const wantedMs = 15 * minute + 30_000;
/** Renewal starts this long before credentials stop being handed out. */
const leadMs = 5 * minute;

/** What is lent for a while. Epoch milliseconds, the provider's time. */
export interface Lent {
  readonly obtainedAt: number;
  readonly expiresAt: number;
}

/** When credentials are renewed, stop being handed out as fresh, and end. Epoch milliseconds. */
export interface Freshness {
  readonly renewAt: number;
  readonly freshUntil: number;
  readonly expiresAt: number;
}

/**
 * Credentials count as fresh while more than 15 minutes are left. Of a short life the first half
 * counts, so that even credentials of a few seconds are handed out.
 */
export function freshnessOf(credentials: Lent): Freshness {
  const { obtainedAt, expiresAt } = credentials;
  const lifetime = Math.max(0, expiresAt - obtainedAt);
  const freshUntil = expiresAt - Math.min(wantedMs, lifetime / 2);
  const renewAt = freshUntil - Math.min(leadMs, (freshUntil - obtainedAt) / 4);
  return { renewAt, freshUntil, expiresAt };
}
