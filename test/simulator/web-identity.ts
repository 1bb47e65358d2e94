import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { z } from 'zod';
import { stsError } from './exceptions.ts';

/** An identity provider as IAM knows it. */
export interface WebIssuer {
  readonly issuer: string;
  /** The client ids that may be in `aud`. */
  readonly audiences: readonly string[];
  /** The issuer's keys; null: it cannot be reached. */
  readonly keys: readonly JsonWebKey[] | null;
}

/** Who an ID token speaks of. */
export interface WebIdentity {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
}

/** The identity providers that the simulated accounts trust. */
export interface WebIssuers {
  /** Adds one, or replaces the one of the same issuer. */
  register(issuer: WebIssuer): void;
  /** Throws what STS answers to a token that it does not take. `now` is epoch milliseconds. */
  check(token: string, now: number): WebIdentity;
}

const headerSchema = z.object({ alg: z.string(), kid: z.string().optional() });
const claimsSchema = z.object({
  iss: z.string(),
  sub: z.string().min(1),
  aud: z.union([z.string(), z.array(z.string())]),
  azp: z.string().optional(),
  exp: z.number(),
  iat: z.number(),
});

/** The algorithms that IAM takes, by the key type that each needs. */
const algorithms: Readonly<Record<string, { hash: string; kty: string }>> = {
  RS256: { hash: 'sha256', kty: 'RSA' },
  RS384: { hash: 'sha384', kty: 'RSA' },
  RS512: { hash: 'sha512', kty: 'RSA' },
  ES256: { hash: 'sha256', kty: 'EC' },
  ES384: { hash: 'sha384', kty: 'EC' },
  ES512: { hash: 'sha512', kty: 'EC' },
};

export function createWebIssuers(): WebIssuers {
  const issuers = new Map<string, WebIssuer>();

  function keysFor(issuer: WebIssuer, kid: string | undefined, kty: string): JsonWebKey[] {
    const { keys } = issuer;
    if (keys === null) {
      throw stsError('IDPCommunicationError', 'The identity provider could not be reached.');
    }
    return keys.filter(
      (key) => key.kty === kty && (kid === undefined || (key as { kid?: string }).kid === kid),
    );
  }

  return {
    register: (issuer) => void issuers.set(issuer.issuer, issuer),
    check(token, now) {
      const parts = token.split('.');
      const header = headerSchema.safeParse(decoded(parts[0]));
      const claims = claimsSchema.safeParse(decoded(parts[1]));
      if (parts.length !== 3 || !header.success || !claims.success) {
        throw invalid('The token that was provided is no valid JWT.');
      }
      const { iss, sub, aud, azp, exp } = claims.data;
      const issuer = issuers.get(iss);
      if (issuer === undefined) {
        throw invalid(`No OpenIDConnect provider found in your account for ${iss}`);
      }
      const algorithm = algorithms[header.data.alg];
      if (algorithm === undefined) throw invalid('The signature algorithm is not supported.');
      const candidates = keysFor(issuer, header.data.kid, algorithm.kty);
      const signed = Buffer.from(`${parts[0]}.${parts[1]}`);
      const signature = Buffer.from(parts[2] ?? '', 'base64url');
      const good = candidates.some((jwk) => {
        const key = createPublicKey({ key: jwk, format: 'jwk' });
        return verify(algorithm.hash, signed, { key, dsaEncoding: 'ieee-p1363' }, signature);
      });
      if (!good) throw invalid("Couldn't retrieve verification key from your identity provider.");
      if (exp * 1000 <= now) throw stsError('ExpiredTokenException', 'Token expired');
      // IAM looks at azp first where it is there.
      const named = azp ?? (Array.isArray(aud) ? aud : [aud]);
      const audience = [named].flat().find((one) => issuer.audiences.includes(one));
      if (audience === undefined) throw invalid('Incorrect token audience');
      return { issuer: iss, subject: sub, audience };
    },
  };
}

function invalid(message: string) {
  return stsError('InvalidIdentityToken', message);
}

function decoded(part: string | undefined): unknown {
  try {
    return JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
