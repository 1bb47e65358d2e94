import { createHash } from 'node:crypto';
import type { Random } from '../ports.ts';

/** The secrets of one browser sign-in. */
export interface Proof {
  /** RFC 7636 section 4.1, 64 characters. */
  readonly codeVerifier: string;
  readonly state: string;
}

/** Makes a verifier and, as the AWS CLI does, a state that is a version 4 UUID. */
export function createProof(random: Random): Proof {
  return { codeVerifier: base64url(random.bytes(48)), state: uuid(random.bytes(16)) };
}

/**
 * The page that a person opens. Parameters and their order are those of AWS CLI v2, including
 * `scopes` where OAuth says `scope`.
 */
export function authorizationUrl(
  oidcUrl: string,
  request: {
    readonly clientId: string;
    readonly redirectUri: string;
    readonly scopes: readonly string[];
  } & Proof,
): string {
  const parameters = [
    ['response_type', 'code'],
    ['client_id', request.clientId],
    ['redirect_uri', request.redirectUri],
    ['state', request.state],
    ['code_challenge_method', 'S256'],
    ['scopes', request.scopes.join(' ')],
    ['code_challenge', createHash('sha256').update(request.codeVerifier).digest('base64url')],
  ] as const;
  const query = parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${oidcUrl}/authorize?${query.join('&')}`;
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

/** RFC 9562 section 5.4. */
function uuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20),
  ];
  return parts.join('-');
}
