import type { ErrorCode } from '../../shared/errors.ts';
import type { Endpoint, OpenidProvider } from './openid-provider.ts';

/** Answers that no client should take, and what Keyfob says of each. */

export type HostileAnswer = readonly [
  title: string,
  /** Falsifies every answer of the endpoint. Returns the way to end it. */
  prepare: (provider: OpenidProvider, endpoint: Endpoint) => () => void,
  code: ErrorCode,
];

/** What can be wrong with any answer that should be JSON. */
export const brokenAnswers: readonly HostileAnswer[] = [
  [
    'a page of a proxy',
    (provider, endpoint) => provider.fault(endpoint, { kind: 'html' }),
    'server_error',
  ],
  [
    'a page of a captive portal',
    (provider, endpoint) =>
      provider.hostile({
        endpoint,
        contentType: 'text/html',
        rewrite: (outgoing) => {
          outgoing.body = '<h1>Sign in to this network</h1>';
        },
      }),
    'response_content_type',
  ],
  [
    'half of an object',
    (provider, endpoint) =>
      provider.hostile({
        endpoint,
        rewrite: (outgoing) => {
          outgoing.body = outgoing.body.slice(0, -1);
        },
      }),
    'response_not_json',
  ],
  [
    'a list',
    (provider, endpoint) =>
      provider.hostile({
        endpoint,
        rewrite: (outgoing) => {
          outgoing.body = '[]';
        },
      }),
    'response_invalid',
  ],
  [
    'a redirect elsewhere',
    (provider, endpoint) =>
      provider.fault(endpoint, { kind: 'redirect', location: 'https://evil.example/' }),
    'response_redirected',
  ],
  [
    'five megabytes',
    (provider, endpoint) => provider.fault(endpoint, { kind: 'oversized', bytes: 5_000_000 }),
    'response_too_large',
  ],
  [
    'an answer that breaks off',
    (provider, endpoint) => provider.fault(endpoint, { kind: 'cut' }),
    'response_truncated',
  ],
  [
    'no answer but a closed connection',
    (provider, endpoint) => provider.fault(endpoint, { kind: 'reset' }),
    'network_error',
  ],
  [
    'HTTP 429',
    (provider, endpoint) => provider.fault(endpoint, { kind: 'status', status: 429 }),
    'too_many_requests',
  ],
  [
    'HTTP 500',
    (provider, endpoint) => provider.fault(endpoint, { kind: 'status', status: 500 }),
    'server_error',
  ],
];

function tokenMembers(members: Readonly<Record<string, unknown>>) {
  return (provider: OpenidProvider) => provider.hostile({ endpoint: 'token', members });
}

/** What can be wrong with what a token endpoint says. */
export const wrongTokenAnswers: readonly HostileAnswer[] = [
  ['no access token', tokenMembers({ access_token: undefined }), 'response_invalid'],
  ['an access token that is a number', tokenMembers({ access_token: 1 }), 'response_invalid'],
  ['an empty access token', tokenMembers({ access_token: '' }), 'response_invalid'],
  ['no token type', tokenMembers({ token_type: undefined }), 'response_invalid'],
  ['a token type that nobody knows', tokenMembers({ token_type: 'mac' }), 'response_invalid'],
  ['a lifetime below nothing', tokenMembers({ expires_in: -1 }), 'response_invalid'],
  ['an ID token that is no JWT', tokenMembers({ id_token: 'nonsense' }), 'id_token_invalid'],
  ['an ID token that is a number', tokenMembers({ id_token: 7 }), 'response_invalid'],
];

function idToken(claims: Readonly<Record<string, unknown>>) {
  return (provider: OpenidProvider) => provider.hostile({ endpoint: 'token', claims });
}

/** What can be wrong with an ID token that came along. */
export const wrongIdTokens: readonly HostileAnswer[] = [
  ['of another issuer', idToken({ iss: 'https://evil.example' }), 'id_token_invalid'],
  ['for another client', idToken({ aud: 'somebody-else' }), 'id_token_invalid'],
  ['issued to another client', idToken({ azp: 'somebody-else' }), 'id_token_invalid'],
  ['without a subject', idToken({ sub: undefined }), 'id_token_invalid'],
  ['that has expired', idToken({ exp: 1_000_000_000 }), 'id_token_invalid'],
  ['from the future', idToken({ iat: 9_999_999_999 }), 'id_token_invalid'],
  [
    'signed by somebody else',
    (provider) => provider.hostile({ endpoint: 'token', sign: { key: 'foreign' } }),
    'signature_invalid',
  ],
  [
    'signed with a key that is not published',
    (provider) =>
      provider.hostile({ endpoint: 'token', sign: { key: 'foreign', header: { kid: 'mine' } } }),
    'unknown_key',
  ],
  [
    'that is not signed',
    (provider) =>
      provider.hostile({
        endpoint: 'token',
        rewrite: (outgoing) => {
          const answer = JSON.parse(outgoing.body) as { id_token: string };
          const [, payload] = answer.id_token.split('.');
          const header = Buffer.from('{"alg":"none"}').toString('base64url');
          outgoing.body = JSON.stringify({ ...answer, id_token: `${header}.${payload}.` });
        },
      }),
    'algorithm_refused',
  ],
];

/** All that can be wrong with an answer to a grant that brings an ID token. */
export const hostileTokenAnswers: readonly HostileAnswer[] = [
  ...brokenAnswers,
  ...wrongTokenAnswers,
  ...wrongIdTokens.map(
    ([title, prepare, code]) => [`an ID token ${title}`, prepare, code] as HostileAnswer,
  ),
];
