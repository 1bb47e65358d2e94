import { KeyfobError } from '../../shared/errors.ts';
import type { ResponseProtection } from '../../shared/oidc-settings.ts';

/** Whether an answer was agreed to come signed or encrypted. */
export function isProtected(protection: ResponseProtection | undefined): boolean {
  if (protection?.encryptedResponseAlgorithm !== undefined) return true;
  const algorithm = protection?.signedResponseAlgorithm;
  return algorithm !== undefined && algorithm !== 'none';
}

/**
 * Reads a plain answer with `read`, unless a protected one was agreed on: anybody in between could
 * have put a plain one in its place. Throws `signature_invalid` then.
 *
 * @param what with its article: `the userinfo answer`
 */
export function asAgreed<T>(
  protection: ResponseProtection | undefined,
  what: string,
  read: () => T,
): T {
  if (!isProtected(protection)) return read();
  throw new KeyfobError(
    'signature_invalid',
    `A signature was agreed on for ${what}; it has none.`,
    {
      hint: 'Nothing of it was used. Ask whoever runs the provider how this client is registered, and say so in the connection.',
    },
  );
}
