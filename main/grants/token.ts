import { hash, timingSafeEqual } from 'node:crypto';
import { grantTokenForm } from '../../shared/grant-token.ts';
import type { Random } from '../ports.ts';

/** Makes a grant's bearer token: 256 random bits. */
export function makeToken(random: Random): string {
  return `keyfob_${Buffer.from(random.bytes(32)).toString('base64url')}`;
}

/**
 * What is kept of a token. A plain SHA-256 is enough: there are too many tokens to try, which is
 * not so with the passwords that slow hashes are for.
 */
export function hashToken(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}

/** Whether a text has a token's form, which is no secret. */
export function isToken(text: string): boolean {
  return grantTokenForm.test(text);
}

/**
 * Finds the one whose hash is `wanted`. It takes the same time whichever it is, and if none is: all
 * are compared, each in whole.
 */
export function findByHash<T extends { readonly hash: Buffer }>(
  entries: Iterable<T>,
  wanted: Buffer,
): T | undefined {
  let found: T | undefined;
  for (const entry of entries) if (timingSafeEqual(entry.hash, wanted)) found = entry;
  return found;
}
