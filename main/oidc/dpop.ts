import { importJWK, type JWK } from 'jose';
import * as oauth from 'oauth4webapi';
import { usualAlgorithm } from './assertions.ts';
import type { OidcContext } from './context.ts';

/** One for each key, so that the nonces that a server gave are still known at the next request. */
const handles = new WeakMap<JWK, Promise<oauth.DPoPHandle>>();

/** What makes the proofs of possession of this client's key (RFC 9449); undefined without one. */
export async function proofOfPossession(
  context: OidcContext,
): Promise<{ DPoP: oauth.DPoPHandle } | undefined> {
  const { dpopKey } = context.client;
  if (dpopKey === undefined) return undefined;
  let handle = handles.get(dpopKey);
  if (handle === undefined) {
    handle = create(context, dpopKey);
    handles.set(dpopKey, handle);
  }
  return { DPoP: await handle };
}

/**
 * Runs a request with its proof, and once more where the server gave a nonce to put into it
 * (RFC 9449 section 8). `call` has to read the answer too, since that is where the wish shows.
 */
export async function withProof<T>(
  context: OidcContext,
  call: (options: { DPoP?: oauth.DPoPHandle }) => Promise<T>,
): Promise<T> {
  const options: { DPoP?: oauth.DPoPHandle } = (await proofOfPossession(context)) ?? {};
  try {
    return await call(options);
  } catch (error) {
    if (options.DPoP === undefined || !oauth.isDPoPNonceError(error)) throw error;
    return await call(options);
  }
}

async function create(context: OidcContext, jwk: JWK): Promise<oauth.DPoPHandle> {
  const alg = jwk.alg ?? usualAlgorithm(jwk) ?? 'ES256';
  const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, key_ops: _ops, ...publicHalf } = jwk;
  const privateKey = await importJWK({ ...jwk, alg }, alg);
  const publicKey = await importJWK({ ...publicHalf, alg }, alg, { extractable: true });
  const { serverClock } = context;
  return oauth.DPoP(
    {},
    { privateKey: privateKey as CryptoKey, publicKey: publicKey as CryptoKey },
    {
      [oauth.modifyAssertion](_header, payload) {
        payload.iat = Math.floor(serverClock.now() / 1000);
      },
    },
  );
}
