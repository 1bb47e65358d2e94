import { generateKeyPairSync, sign, verify } from 'node:crypto';

/** Signs and verifies JWTs (ES256): ID tokens, and the assertions of a trusted token issuer. */
export interface TokenIssuer {
  readonly issuer: string;
  sign(claims: Readonly<Record<string, unknown>>): string;
  /** The claims of a token signed here; undefined for anything else. */
  verify(token: string): Record<string, unknown> | undefined;
}

export function createTokenIssuer(issuer: string): TokenIssuer {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const header = encode({ alg: 'ES256', typ: 'JWT' });
  return {
    issuer,
    sign(claims) {
      const signed = `${header}.${encode({ iss: issuer, ...claims })}`;
      const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
      return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
    },
    verify(token) {
      const [head, body, signature, ...rest] = token.split('.');
      if (head !== header || body === undefined || signature === undefined || rest.length > 0) {
        return undefined;
      }
      const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
      const signed = Buffer.from(`${head}.${body}`);
      if (!verify('sha256', signed, key, Buffer.from(signature, 'base64url'))) return undefined;
      return JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Record<string, unknown>;
    },
  };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
