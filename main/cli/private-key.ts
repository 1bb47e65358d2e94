import { createPrivateKey } from 'node:crypto';
import { KeyfobError } from '../../shared/errors.ts';

/** A private key, as a JWK (RFC 7517) or in PEM, as a JWK. Throws `invalid_input`. */
export function readPrivateKey(text: string): Record<string, unknown> {
  try {
    if (!text.trimStart().startsWith('{'))
      return { ...createPrivateKey(text).export({ format: 'jwk' }) };
    const value: unknown = JSON.parse(text);
    // Node looks at whether it is one; members that it does not know, such as `kid`, stay.
    createPrivateKey({ key: value as never, format: 'jwk' });
    return value as Record<string, unknown>;
  } catch (cause) {
    throw new KeyfobError('invalid_input', 'The file holds no private key.', {
      hint: 'Give it as a JWK or in PEM, without a passphrase.',
      cause,
    });
  }
}
