import { KeyfobError } from '../../shared/errors.ts';
import { isLoopback } from '../../shared/loopback.ts';
import type { OidcConnection } from '../../shared/oidc-connection.ts';
import type {
  ClientAuthentication,
  OidcSettings,
  ResponseProtection,
} from '../../shared/oidc-settings.ts';
import type { StoredClient } from '../connections/provider.ts';
import { checkAgreedForms, isEncryptedBySecret } from './agreed-forms.ts';
import { requireSecure } from './context.ts';
import { generateKey } from './keys.ts';
import { checkIssuer } from './metadata.ts';

/** What a person gets who asks for nothing: who they are, and a session that lasts. */
const usualScopes = ['openid', 'profile', 'email', 'offline_access'];

/**
 * The settings of a new connection, and the secrets that its client needs, with the keys that are
 * missing made here.
 *
 * Rejects with `invalid_input` and `insecure_url`, and a hint at what is missing or does not go
 * together.
 */
export async function newConnection(
  input: OidcConnection,
): Promise<{ readonly settings: OidcSettings; readonly client: StoredClient }> {
  const { clientSecret, signingKey, initialAccessToken, softwareStatement, ...given } = input;
  checkAddresses(input);
  const clientAuthentication = input.clientAuthentication ?? usualAuthentication(input);
  checkClient(input, clientAuthentication);
  checkSigning(input, clientAuthentication);
  checkAgreedForms(input);
  const settings = { ...given, clientAuthentication, scopes: input.scopes ?? scopesFor(input) };
  const client: StoredClient = {
    ...(clientSecret === undefined ? {} : { clientSecret }),
    ...(await signingKeyFor(input, clientAuthentication)),
    ...(await decryptionKeysFor(input)),
    ...(input.dpop === true ? { dpopKey: { ...(await generateKey('dpop')) } } : {}),
    ...(initialAccessToken === undefined ? {} : { initialAccessToken }),
    ...(softwareStatement === undefined ? {} : { softwareStatement }),
  };
  return { settings, client };
}

function checkAddresses({ issuer, endpoints = {}, metadata, grant, redirectUri }: OidcConnection) {
  checkIssuer(issuer);
  for (const address of Object.values(endpoints)) {
    if (!URL.canParse(address)) throw wrong('An endpoint is no URL.', 'Give it with https://.');
    requireSecure(address);
  }
  if (metadata === 'manual') {
    if (endpoints.token === undefined)
      throw wrong(
        'Without metadata, Keyfob has to be told the token endpoint.',
        'Give it with --endpoint token=https://…, or let the metadata be read.',
      );
    const pages = endpoints.authorization ?? endpoints.deviceAuthorization;
    if (grant === 'interactive' && pages === undefined)
      throw wrong(
        'Without metadata, Keyfob has to be told where a person signs in.',
        'Give --endpoint authorization=https://… or deviceAuthorization=https://….',
      );
  }
  if (redirectUri !== undefined) checkRedirectUri(redirectUri);
}

function checkRedirectUri(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url !== undefined && url.search === '' && url.hash === '' && url.username === '';
  if (plain && url.protocol === 'http:' && isLoopback(url.hostname)) return;
  throw wrong(
    'The redirect address is none on this machine.',
    'Give one such as http://127.0.0.1:8400/callback, the same that the provider has registered.',
  );
}

/** RFC 8252 section 8.5: a client without a secret is public. A registration may well yield one. */
function usualAuthentication(input: OidcConnection): ClientAuthentication {
  if (input.certificate !== undefined) return 'tls_client_auth';
  if (input.signingKey !== undefined) return 'private_key_jwt';
  if (input.clientId === undefined && input.registration?.policy === 'no_client_secret') {
    return 'private_key_jwt';
  }
  const secret = input.clientSecret !== undefined || input.clientId === undefined;
  return secret ? 'client_secret_basic' : 'none';
}

function checkClient(input: OidcConnection, authentication: ClientAuthentication): void {
  const { clientId, clientSecret, certificate, endpoints = {}, metadata } = input;
  const bySecret = authentication.startsWith('client_secret');
  if (bySecret && clientId !== undefined && clientSecret === undefined)
    throw wrong(
      `${authentication} needs the client secret.`,
      'Give it with --client-secret-stdin, or choose another --client-authentication.',
    );
  if (clientSecret !== undefined && clientId === undefined)
    throw wrong(
      'A client secret is of no use without the client id.',
      'Give --client-id too, or leave out the secret: then Keyfob registers itself.',
    );
  if (authentication === 'tls_client_auth' && certificate === undefined)
    throw wrong('tls_client_auth needs a certificate.', 'Give --certificate-file and --key-file.');
  if (authentication === 'none' && input.grant === 'client_credentials')
    throw wrong(
      'The client credentials grant needs a client that can prove who it is.',
      'Give a client secret, a key or a certificate.',
    );
  if (clientId === undefined && metadata === 'manual' && endpoints.registration === undefined)
    throw wrong(
      'Without metadata and without a client id, Keyfob has to be told where to register.',
      'Give --client-id, or --endpoint registration=https://….',
    );
}

/** What signs assertions, where any are signed. */
function checkSigning(input: OidcConnection, authentication: ClientAuthentication): void {
  const { grant, ownAssertion, signingAlgorithm } = input;
  const own = ownAssertion === true;
  if (own && grant !== 'jwt-bearer')
    throw wrong(
      'Only the jwt-bearer grant takes an assertion of Keyfob’s own.',
      'Give --grant jwt-bearer too, or leave --own-assertion out.',
    );
  if (signingAlgorithm === undefined) return;
  if (!own && authentication !== 'client_secret_jwt' && authentication !== 'private_key_jwt')
    throw wrong(
      `Nothing is signed with ${signingAlgorithm} where the client proves itself by ${authentication}.`,
      'Leave --signing-algorithm out, or choose --client-authentication private_key_jwt or client_secret_jwt.',
    );
  const secretSigns = authentication === 'client_secret_jwt' && !own;
  if (secretSigns !== signingAlgorithm.startsWith('HS'))
    throw wrong(
      `${signingAlgorithm} is not for ${secretSigns ? 'a secret' : 'a private key'}.`,
      secretSigns
        ? 'Choose HS256, HS384 or HS512, or --client-authentication private_key_jwt.'
        : 'Choose one such as ES256 or RS256, or --client-authentication client_secret_jwt.',
    );
}

function scopesFor({ grant, metadata }: OidcConnection): string[] {
  return grant === 'client_credentials' || metadata !== 'oidc' ? [] : usualScopes;
}

async function signingKeyFor(
  { signingKey, signingAlgorithm, ownAssertion }: OidcConnection,
  authentication: ClientAuthentication,
): Promise<Pick<StoredClient, 'signingKey'>> {
  if (signingKey !== undefined) {
    const known = ['RSA', 'EC', 'OKP'].some((type) => type === signingKey.kty);
    if (known && typeof signingKey.d === 'string') return { signingKey };
    throw wrong('This is no private key.', 'Give the private key as a JWK or in PEM.');
  }
  if (authentication !== 'private_key_jwt' && ownAssertion !== true) return {};
  return { signingKey: { ...(await generateKey('signing', signingAlgorithm)) } };
}

/** One for each algorithm that answers are to be encrypted with. */
async function decryptionKeysFor(
  input: OidcConnection,
): Promise<Pick<StoredClient, 'decryptionKeys'>> {
  const protections = [input.idToken, input.userinfo, input.introspection];
  const algorithms = new Set(
    protections.map(encryptionOf).filter((one) => one !== undefined && !isEncryptedBySecret(one)),
  );
  if (algorithms.size === 0) return {};
  const keys = [...algorithms].map(async (algorithm) => ({
    ...(await generateKey('decryption', algorithm)),
  }));
  return { decryptionKeys: await Promise.all(keys) };
}

function encryptionOf(protection: ResponseProtection | undefined): string | undefined {
  return protection?.encryptedResponseAlgorithm;
}

function wrong(message: string, hint: string): KeyfobError {
  return new KeyfobError('invalid_input', message, { hint });
}
