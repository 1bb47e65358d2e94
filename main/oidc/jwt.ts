import {
  type CompactJWSHeaderParameters,
  compactVerify,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
} from 'jose';
import { type ErrorCode, KeyfobError } from '../../shared/errors.ts';
import type { ResponseProtection } from '../../shared/oidc-settings.ts';
import { clockToleranceSeconds, type OidcContext } from './context.ts';
import { decryptJwe } from './jwe.ts';
import { keyAlgorithms } from './keys.ts';

/** What an answer in the form of a JWT has to be. */
export interface JwtExpectation {
  /** For messages, with its article: `the ID token`. */
  readonly what: string;
  /** The code of whatever is wrong with its content. */
  readonly code: ErrorCode;
  /** The form that was agreed on. */
  readonly protection: ResponseProtection | undefined;
  /** The provider's `…_signing_alg_values_supported`. */
  readonly supported: readonly string[] | undefined;
  /** Claims that have to be there. `iss` and `aud` are compared wherever they are. */
  readonly required: readonly string[];
  /** The media type that the header has to name, without `application/`. */
  readonly typ?: string;
}

export interface VerifiedJwt {
  /** The algorithm of its signature. */
  readonly algorithm: string;
  readonly claims: JWTPayload;
  /** The signed JWT itself, taken out of what it was encrypted in. */
  readonly signed: string;
}

const { signing: asymmetric } = keyAlgorithms;

/**
 * Opens a JWT, decrypting it first where encryption was agreed on: its signature is always
 * checked, its algorithm is the agreed one or, where none was, an asymmetric one that the provider
 * offers, and its times are those of the provider's clock.
 *
 * HS256 and its kin count only where they were agreed on, and then with the client's secret alone:
 * a public key never serves as a secret. `none` never counts.
 *
 * Rejects with the expectation's code, `algorithm_refused`, `signature_invalid`, `unknown_key`,
 * `decryption_failed`, and the codes of `KeySource.matching`.
 */
export async function openJwt(
  context: OidcContext,
  token: string,
  expectation: JwtExpectation,
  signal: AbortSignal,
): Promise<VerifiedJwt> {
  const signed = await decryptJwe(context, token, expectation);
  const verified = await verifyJws(context, signed, expectation, signal);
  checkTimes(context, verified.claims, expectation);
  checkParties(context, verified.claims, expectation);
  return verified;
}

/** Checks the signature, header and required claims of a signed JWT, not its times and parties. */
async function verifyJws(
  context: OidcContext,
  token: string,
  expectation: JwtExpectation,
  signal: AbortSignal,
): Promise<VerifiedJwt> {
  const { what } = expectation;
  const header = headerOf(token, expectation);
  const algorithm = header.alg;
  if (!allowed(expectation, algorithm)) throw algorithmRefused(expectation, algorithm);
  checkType(header, expectation);
  const keys = await keysFor(context, header, expectation, signal);
  for (const key of keys) {
    try {
      const { payload } = await compactVerify(token, key, { algorithms: [algorithm] });
      const claims = parse(payload, expectation);
      for (const claim of expectation.required) {
        if (claims[claim] === undefined) throw invalid(expectation, `it has no ${claim}`, claim);
      }
      return { algorithm, claims, signed: token };
    } catch (error) {
      if (error instanceof KeyfobError) throw error;
      if (error instanceof errors.JWSSignatureVerificationFailed) continue;
      throw invalid(expectation, 'it can not be read');
    }
  }
  throw new KeyfobError('signature_invalid', `The signature of ${what} is not the provider's.`, {
    hint: 'Something between you and the provider may have changed it. Try on another network, and report it to whoever runs the provider.',
    details: { algorithm },
  });
}

/** The error for a JWT that says something else than it should. @param why `it has no sub` */
export function invalid(
  { what, code }: Pick<JwtExpectation, 'what' | 'code'>,
  why: string,
  claim?: string,
): KeyfobError {
  return new KeyfobError(code, `${what[0]?.toUpperCase()}${what.slice(1)} is not valid: ${why}.`, {
    hint: 'Nothing of it was used. Try again; if it stays, it may be meant for someone else: report it to whoever runs the provider.',
    details: claim === undefined ? {} : { claim },
  });
}

function headerOf(token: string, expectation: JwtExpectation): CompactJWSHeaderParameters {
  let header: Partial<CompactJWSHeaderParameters>;
  try {
    if (token.split('.').length !== 3) throw new errors.JWSInvalid();
    header = decodeProtectedHeader(token);
  } catch {
    throw invalid(expectation, 'it is no signed JWT');
  }
  if (typeof header.alg !== 'string') throw invalid(expectation, 'its header has no alg');
  // RFC 7515 section 4.1.11: what one must understand and does not, one must refuse.
  if (header.crit !== undefined) throw invalid(expectation, 'its header has extensions');
  return { ...header, alg: header.alg };
}

function allowed({ protection, supported }: JwtExpectation, algorithm: string): boolean {
  const agreed = protection?.signedResponseAlgorithm;
  if (agreed !== undefined) return agreed !== 'none' && algorithm === agreed;
  const offered = supported?.filter((name) => asymmetric.test(name)) ?? [];
  return (
    asymmetric.test(algorithm) && (offered.length > 0 ? offered : ['RS256']).includes(algorithm)
  );
}

function algorithmRefused(expectation: JwtExpectation, algorithm: string): KeyfobError {
  const { what, protection } = expectation;
  const name = /^[\w+-]{1,20}$/.test(algorithm) ? algorithm : 'an unknown algorithm';
  const agreed = protection?.signedResponseAlgorithm;
  return new KeyfobError(
    'algorithm_refused',
    `${what[0]?.toUpperCase()}${what.slice(1)} is signed with ${name}, ${agreed === undefined ? 'which the provider does not announce' : `not with ${agreed}`}.`,
    {
      hint: /^HS(?:256|384|512)$/.test(algorithm)
        ? `If the client is registered for ${name}, say so in the connection.`
        : 'If the client is registered for another algorithm, say so in the connection.',
      details: { algorithm: name, ...(agreed === undefined ? {} : { expected: agreed }) },
    },
  );
}

function checkType(header: CompactJWSHeaderParameters, expectation: JwtExpectation): void {
  if (expectation.typ === undefined) return;
  const typ = header.typ?.toLowerCase().replace(/^application\//, '');
  if (typ !== expectation.typ) throw invalid(expectation, 'it is a JWT for something else', 'typ');
}

async function keysFor(
  context: OidcContext,
  header: CompactJWSHeaderParameters,
  expectation: JwtExpectation,
  signal: AbortSignal,
): Promise<(CryptoKey | Uint8Array)[]> {
  if (!header.alg.startsWith('HS')) {
    return await context.keys.matching(context.server, header, signal);
  }
  const { clientSecret } = context.client;
  if (clientSecret === undefined) throw algorithmRefused(expectation, header.alg);
  return [new TextEncoder().encode(clientSecret)];
}

function parse(payload: Uint8Array, expectation: JwtExpectation): JWTPayload {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as JWTPayload;
    }
  } catch {
    // The parser's message quotes the text.
  }
  throw invalid(expectation, 'it holds no claims');
}

function checkTimes(context: OidcContext, claims: JWTPayload, expectation: JwtExpectation): void {
  const now = Math.floor(context.serverClock.now() / 1000);
  for (const claim of ['exp', 'nbf', 'iat'] as const) {
    const value: unknown = claims[claim];
    if (value === undefined) continue;
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw invalid(expectation, `its ${claim} is no time`, claim);
    }
    if (claim === 'exp' && value <= now - clockToleranceSeconds) {
      throw invalid(expectation, 'it has expired', claim);
    }
    if (claim !== 'exp' && value > now + clockToleranceSeconds) {
      throw invalid(expectation, 'it is from the future', claim);
    }
  }
}

function checkParties(context: OidcContext, claims: JWTPayload, expectation: JwtExpectation): void {
  // Plain texts: no normalisation that an attacker could play with.
  if (claims.iss !== undefined && claims.iss !== context.server.issuer) {
    throw invalid(expectation, 'another issuer made it', 'iss');
  }
  if (claims.aud === undefined) return;
  const audiences: readonly unknown[] = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  if (!audiences.includes(context.client.clientId)) {
    throw invalid(expectation, 'it is for another client', 'aud');
  }
}
