import { vi } from 'vitest';

/**
 * Tries until it succeeds, and returns what came of it; after half a minute, throws what it threw.
 * A busy machine delays what is waited for; a broken one never brings it.
 */
export function eventually<T>(attempt: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(attempt, { timeout: 30_000, interval: 50 });
}
