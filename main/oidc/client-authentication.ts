import { Buffer } from 'node:buffer';
import type * as oauth from 'oauth4webapi';
import { assertNever, KeyfobError } from '../../shared/errors.ts';
import { signAssertion } from './assertions.ts';
import type { OidcContext } from './context.ts';
import { formEncode } from './form-encode.ts';

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/**
 * How Keyfob proves to the token endpoint, and to the endpoints that ask the same, that it is the
 * client (RFC 6749 section 2.3, RFC 7523 section 2.2, RFC 8705 section 2.1). Each request has its
 * own assertion.
 *
 * Throws `invalid_client` where the secret, the key or the certificate for it is missing.
 */
export function clientAuthentication(context: OidcContext): oauth.ClientAuth {
  const { client } = context;
  const { clientId } = client;
  switch (client.authentication) {
    case 'none':
      return (_server, _client, body) => body.set('client_id', clientId);
    case 'tls_client_auth':
      required(client.certificate, 'certificate');
      return (_server, _client, body) => body.set('client_id', clientId);
    case 'client_secret_basic': {
      const secret = required(client.clientSecret, 'client secret');
      const pair = `${formEncode(clientId)}:${formEncode(secret)}`;
      const value = `Basic ${Buffer.from(pair).toString('base64')}`;
      return (_server, _client, _body, headers) => headers.set('authorization', value);
    }
    case 'client_secret_post': {
      const secret = required(client.clientSecret, 'client secret');
      return (_server, _client, body) => {
        body.set('client_id', clientId);
        body.set('client_secret', secret);
      };
    }
    case 'client_secret_jwt':
      required(client.clientSecret, 'client secret');
      return asserting(context, 'secret');
    case 'private_key_jwt':
      required(client.signingKey, 'private key');
      return asserting(context, 'key');
    default:
      return assertNever(client.authentication);
  }
}

function asserting(context: OidcContext, by: 'secret' | 'key'): oauth.ClientAuth {
  const { clientId, assertionAudience } = context.client;
  return async (server, _client, body) => {
    const tokenEndpoint = assertionAudience === 'token_endpoint' && server.token_endpoint;
    const audience = tokenEndpoint || server.issuer;
    const assertion = await signAssertion(context, { by, subject: clientId, audience });
    body.set('client_id', clientId);
    body.set('client_assertion_type', assertionType);
    body.set('client_assertion', assertion);
  };
}

function required<T>(value: T | undefined, what: string): T {
  if (value !== undefined) return value;
  throw new KeyfobError('invalid_client', `Keyfob has no ${what} to authenticate with.`, {
    hint: 'Give it with the connection, or choose another way of client authentication.',
    details: { missing: what },
  });
}
