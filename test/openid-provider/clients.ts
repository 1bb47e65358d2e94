import { randomBytes } from 'node:crypto';
import type { JWK } from 'jose';
import { clientKey, publicHalf } from './keys.ts';

export const grantTypes = {
  password: 'password',
  saml2Bearer: 'urn:ietf:params:oauth:grant-type:saml2-bearer',
  smsOtp: 'http://globalsign.com/iam/sso/oauth2/grant-type/sms-mt-otp',
  smtpOtp: 'http://globalsign.com/iam/sso/oauth2/grant-type/smtp-otp',
  jwtBearer: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  tokenExchange: 'urn:ietf:params:oauth:grant-type:token-exchange',
  device: 'urn:ietf:params:oauth:grant-type:device_code',
} as const;

export const everyGrant: readonly string[] = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  ...Object.values(grantTypes),
];

/** A client as both sides know it. */
export interface TestClient {
  readonly clientId: string;
  readonly clientSecret?: string;
  /** As registered: `client_id`, `token_endpoint_auth_method`, … */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Of `private_key_jwt`. */
  readonly signingKey?: JWK;
  /** Opens what the provider encrypts for this client. */
  readonly decryptionKey?: JWK;
}

const native = {
  application_type: 'native',
  redirect_uris: [
    'http://127.0.0.1/callback',
    'http://[::1]/callback',
    'http://127.0.0.1/oauth/callback',
  ],
  post_logout_redirect_uris: ['http://127.0.0.1/signed-out'],
  response_types: ['code'],
  grant_types: everyGrant,
};

function secret(): string {
  return randomBytes(32).toString('base64url');
}

/** The clients that are there from the start. */
export async function createClients(): Promise<Record<string, TestClient>> {
  const [signingKey, decryptionKey] = await Promise.all([
    clientKey('ES256'),
    clientKey('RSA-OAEP-256'),
  ]);
  const confidential = (name: string, more: Record<string, unknown> = {}): TestClient => {
    const clientSecret = secret();
    const clientId = `keyfob-${name}`;
    const metadata = {
      ...native,
      client_id: clientId,
      client_secret: clientSecret,
      client_name: `Keyfob (${name})`,
      token_endpoint_auth_method: 'client_secret_basic',
      ...more,
    };
    return { clientId, clientSecret, metadata };
  };
  const publicClient: TestClient = {
    clientId: 'keyfob-public',
    metadata: {
      ...native,
      client_id: 'keyfob-public',
      client_name: 'Keyfob',
      grant_types: everyGrant.filter((grant) => grant !== 'client_credentials'),
      token_endpoint_auth_method: 'none',
    },
  };
  const withKey: TestClient = {
    clientId: 'keyfob-private-key',
    signingKey,
    metadata: {
      ...native,
      client_id: 'keyfob-private-key',
      client_name: 'Keyfob (private key)',
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES256',
      jwks: { keys: [publicHalf(signingKey)] },
    },
  };
  const signed = {
    userinfo_signed_response_alg: 'RS256',
    introspection_signed_response_alg: 'RS256',
  };
  const encryption = { alg: 'RSA-OAEP-256', enc: 'A256GCM' };
  const encrypted = {
    ...signed,
    id_token_encrypted_response_alg: encryption.alg,
    id_token_encrypted_response_enc: encryption.enc,
    userinfo_encrypted_response_alg: encryption.alg,
    userinfo_encrypted_response_enc: encryption.enc,
    introspection_encrypted_response_alg: encryption.alg,
    introspection_encrypted_response_enc: encryption.enc,
    jwks: { keys: [publicHalf(decryptionKey)] },
  };
  return {
    public: publicClient,
    basic: confidential('basic'),
    post: confidential('post', { token_endpoint_auth_method: 'client_secret_post' }),
    secretJwt: confidential('secret-jwt', {
      token_endpoint_auth_method: 'client_secret_jwt',
      token_endpoint_auth_signing_alg: 'HS256',
    }),
    privateKey: withKey,
    hs256: confidential('hs256', { id_token_signed_response_alg: 'HS256' }),
    es256: confidential('es256', { id_token_signed_response_alg: 'ES256' }),
    signed: confidential('signed', signed),
    encrypted: { ...confidential('encrypted', encrypted), decryptionKey },
    dpop: confidential('dpop', { dpop_bound_access_tokens: true }),
  };
}
