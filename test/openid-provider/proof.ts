import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose';
import { type Context, errors } from 'oidc-provider';

/**
 * The thumbprint of the key that a request proves to hold (RFC 9449), for the grants of our own;
 * undefined where it proves none. The provider's own grants look by themselves.
 */
export async function provenKey(ctx: Context): Promise<string | undefined> {
  const proof = ctx.get('dpop');
  if (proof === '') return undefined;
  try {
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      typ: 'dpop+jwt',
      algorithms: ['ES256', 'EdDSA'],
      maxTokenAge: 60,
      requiredClaims: ['jti', 'htm', 'htu'],
    });
    if (payload.htm !== ctx.method || payload.htu !== ctx.oidc.urlFor('token')) throw new Error();
    return await calculateJwkThumbprint(protectedHeader.jwk ?? {});
  } catch {
    throw new errors.InvalidRequest('invalid proof of possession');
  }
}
