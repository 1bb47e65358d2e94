import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose';

/** How a token is signed in place of the provider. */
export interface SignOptions {
  /** `foreign`: a key that the provider has never published. */
  readonly key?: 'real' | 'foreign';
  readonly algorithm?: 'RS256' | 'ES256';
  /** Further header parameters, or others in their place; null leaves one out. */
  readonly header?: Readonly<Record<string, string | null>>;
}

/** The provider's keys, newest first. */
export interface Keys {
  /** Private, for the provider. */
  jwks(): { keys: JWK[] };
  sign(claims: JWTPayload, options?: SignOptions): Promise<string>;
  /** New keys sign from now on. The old ones stay published unless `forget` is set. */
  rotate(forget?: boolean): Promise<void>;
}

async function privateJwk(algorithm: 'RS256' | 'ES256', use = 'sig'): Promise<JWK> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, use, alg: algorithm, kid: await calculateJwkThumbprint(jwk) };
}

async function generation(): Promise<JWK[]> {
  return await Promise.all([privateJwk('RS256'), privateJwk('ES256')]);
}

export async function createKeys(): Promise<Keys> {
  let published = await generation();
  let foreign: JWK[] | undefined;

  async function signingKey(options: SignOptions): Promise<JWK> {
    if (options.key === 'foreign') foreign ??= await generation();
    const keys = options.key === 'foreign' ? foreign : published;
    const jwk = keys?.find(({ alg }) => alg === (options.algorithm ?? 'RS256'));
    if (jwk === undefined) throw new Error(`There is no key for ${options.algorithm}.`);
    return jwk;
  }

  return {
    jwks: () => ({ keys: published }),
    async sign(claims, options = {}) {
      const jwk = await signingKey(options);
      // A foreign key claims to be the real one.
      const kid = published.find(({ alg }) => alg === jwk.alg)?.kid ?? '';
      const header: Record<string, string> = { kid };
      for (const [name, value] of Object.entries(options.header ?? {})) {
        if (value === null) delete header[name];
        else header[name] = value;
      }
      return await new SignJWT(claims)
        .setProtectedHeader({ ...header, alg: jwk.alg ?? 'RS256' })
        .sign(await importJWK(jwk, jwk.alg));
    },
    async rotate(forget = false) {
      const fresh = await generation();
      published = forget ? fresh : [...fresh, ...published];
    },
  };
}

/** A private key of a client, with a `kid`. */
export async function clientKey(algorithm: 'ES256' | 'RS256' | 'RSA-OAEP-256'): Promise<JWK> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = await exportJWK(privateKey);
  const use = algorithm === 'RSA-OAEP-256' ? 'enc' : 'sig';
  return { ...jwk, alg: algorithm, use, kid: await calculateJwkThumbprint(jwk) };
}

/** The half of a key that others may see. */
export function publicHalf(jwk: JWK): JWK {
  const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...shown } = jwk;
  return shown;
}
