import { randomBytes } from 'node:crypto';

/**
 * Makes the secrets that the simulator gives out, as long as the service's own, and remembers
 * them, so that a test can search files and logs for every one.
 */
export interface SecretMint {
  accessToken(): string;
  refreshToken(): string;
  /** Not a secret, and not remembered as one. */
  clientId(): string;
  clientSecret(): string;
  deviceCode(): string;
  authorizationCode(): string;
  secretAccessKey(): string;
  sessionToken(): string;
  identityContext(): string;
  /** Of the console's federation endpoint. */
  signinToken(): string;
  /** Remembers a secret that was made elsewhere. */
  remember(secret: string): string;
  all(): readonly string[];
}

export function createSecretMint(): SecretMint {
  const given = new Set<string>();
  const remember = (secret: string): string => {
    given.add(secret);
    return secret;
  };
  const make = (prefix: string, bytes: number, encoding: 'base64' | 'base64url' = 'base64url') =>
    remember(prefix + randomBytes(bytes).toString(encoding));
  return {
    accessToken: () => make('aoaAAAAAG', 450),
    refreshToken: () => make('aorAAAAAG', 600),
    clientId: () => randomBytes(16).toString('base64url'),
    clientSecret: () => make('eyJraWQiOiJrZXktMSIsImFsZyI6IkhTMzg0In0.', 700),
    deviceCode: () => make('', 64),
    authorizationCode: () => make('', 96),
    secretAccessKey: () => make('', 30, 'base64'),
    sessionToken: () => make('IQoJb3JpZ2luX2Vj', 480, 'base64'),
    identityContext: () => make('ProvidedContext-', 300),
    signinToken: () => make('', 600),
    remember,
    all: () => [...given],
  };
}

const upperLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** `ASIA…`, `AROA…`: 20 characters as IAM's unique ids have. */
export function uniqueId(prefix: string): string {
  return prefix + Array.from(randomBytes(16), (byte) => upperLetters[byte % 32]).join('');
}

const userCodeLetters = 'BCDFGHJKLMNPQRSTVWXZ';

/** Two groups of four consonants, which read well aloud and spell no words (RFC 8628 §6.1). */
export function createUserCode(): string {
  const letters = Array.from(randomBytes(8), (byte) => userCodeLetters[byte % 20]).join('');
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}
