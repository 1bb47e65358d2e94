import { KeyfobError } from '../../shared/errors.ts';
import type { OidcConnection } from '../../shared/oidc-connection.ts';
import { keyAlgorithms } from './keys.ts';

const bySecret = {
  signed: /^HS(?:256|384|512)$/,
  encrypted: /^(?:dir|A(?:128|192|256)(?:GCM)?KW)$/,
} as const;
const contentEncryption = /^A(?:128CBC-HS256|192CBC-HS384|256CBC-HS512|(?:128|192|256)GCM)$/;

/** Whether answers are encrypted with a key made of the client's secret, and not to one of ours. */
export function isEncryptedBySecret(algorithm: string): boolean {
  return bySecret.encrypted.test(algorithm);
}

/**
 * Refuses forms of answers that could never be read, before anybody signs in for nothing.
 * Throws `invalid_input`.
 */
export function checkAgreedForms(input: OidcConnection): void {
  const { idToken, userinfo, introspection } = input;
  const answers = { 'id-token': idToken, userinfo, introspection };
  for (const [name, protection = {}] of Object.entries(answers)) {
    const { signedResponseAlgorithm: signed, encryptedResponseAlgorithm: encrypted } = protection;
    const { encryptedResponseEncryption: encryption } = protection;
    if (signed !== undefined) checkSigned(input, name, signed);
    if (encrypted !== undefined) checkEncrypted(input, name, encrypted);
    if (encryption === undefined) continue;
    if (encrypted === undefined || !contentEncryption.test(encryption)) {
      throw wrong(
        `Nothing of ${name} can be encrypted with ${encryption} like that.`,
        `Give the algorithm of the key, and that of the content after a colon: --encrypted ${name}=RSA-OAEP-256:A256GCM.`,
      );
    }
  }
}

function checkSigned(input: OidcConnection, name: string, algorithm: string): void {
  if (algorithm === 'none' && name !== 'id-token') return;
  if (algorithm === 'none') {
    throw wrong(
      'An ID token has to be signed: Keyfob believes no other.',
      'Leave --signed id-token out, or name the algorithm that the client is registered for.',
    );
  }
  if (bySecret.signed.test(algorithm)) requireSecret(input, algorithm);
  else if (!keyAlgorithms.signing.test(algorithm)) {
    throw wrong(
      `Keyfob knows no signatures by ${algorithm}.`,
      'Have the client registered for one of RS256, PS256, ES256, EdDSA or HS256, or their longer kin.',
    );
  }
}

function checkEncrypted(input: OidcConnection, name: string, algorithm: string): void {
  if (isEncryptedBySecret(algorithm)) requireSecret(input, algorithm);
  else if (!keyAlgorithms.decryption.test(algorithm)) {
    throw wrong(
      `Keyfob can not open a ${name} that is encrypted by ${algorithm}.`,
      'Have the client registered for RSA-OAEP-256, ECDH-ES, A256KW or dir, or their kin.',
    );
  }
}

/** A client that is yet to be registered may well get one. */
function requireSecret(
  { clientId, clientSecret, registration }: OidcConnection,
  algorithm: string,
) {
  const none =
    clientId === undefined
      ? registration?.policy === 'no_client_secret'
      : clientSecret === undefined;
  if (!none) return;
  throw wrong(
    `${algorithm} works with the client secret, and this client has none.`,
    'Give the secret with --client-secret-stdin, or choose an algorithm that works with keys.',
  );
}

function wrong(message: string, hint: string): KeyfobError {
  return new KeyfobError('invalid_input', message, { hint });
}
