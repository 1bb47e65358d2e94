import type { ErrorCode } from '../../shared/errors.ts';

/** AWS's exceptions, by their names on the wire, of the OIDC service and the portal. */
export const exceptions: Readonly<Record<string, ErrorCode>> = {
  InvalidRequestException: 'invalid_request',
  InvalidRequestRegionException: 'invalid_request_region',
  InvalidClientException: 'invalid_client',
  InvalidClientMetadataException: 'invalid_client_metadata',
  InvalidRedirectUriException: 'invalid_redirect_uri',
  InvalidGrantException: 'invalid_grant',
  InvalidScopeException: 'invalid_scope',
  UnauthorizedClientException: 'unauthorized_client',
  UnsupportedGrantTypeException: 'unsupported_grant_type',
  AuthorizationPendingException: 'authorization_pending',
  SlowDownException: 'slow_down',
  AccessDeniedException: 'access_denied',
  ExpiredTokenException: 'expired_token',
  InternalServerException: 'server_error',
  // the portal's
  UnauthorizedException: 'unauthorized',
  ResourceNotFoundException: 'not_found',
  TooManyRequestsException: 'too_many_requests',
  // Not in the model, but seen: a role that is not assigned.
  ForbiddenException: 'forbidden',
  // What AWS's front doors answer for any service.
  ThrottlingException: 'too_many_requests',
  Throttling: 'too_many_requests',
  ServiceUnavailableException: 'server_error',
  ServiceUnavailable: 'server_error',
  InternalFailure: 'server_error',
};

/** What the body's `error` may say (RFC 6749 section 5.2, RFC 7591, RFC 8628). */
export const oauthErrors: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'invalid_request',
  'invalid_client',
  'invalid_client_metadata',
  'invalid_redirect_uri',
  'invalid_grant',
  'invalid_scope',
  'unauthorized_client',
  'unsupported_grant_type',
  'authorization_pending',
  'slow_down',
  'access_denied',
  'expired_token',
  'server_error',
]);

interface Explanation {
  /** Completes "AWS said to <operation>: ". */
  readonly message: string;
  readonly hint: string;
}

const again = 'Sign in again with `keyfob login`.';

/** What each code means to a developer, and what to do about it. */
export const explanations: Readonly<Partial<Record<ErrorCode, Explanation>>> = {
  invalid_request: {
    message: 'the request is not valid',
    hint: 'Check that the start URL and the region of the connection belong together, with `keyfob connection show`.',
  },
  invalid_request_region: {
    message: 'the instance is in another region',
    hint: 'Add the connection again with the region that its Settings page in the AWS console names.',
  },
  invalid_client: {
    message: 'the client registration is not valid or has lapsed',
    hint: `${again} Keyfob then registers anew.`,
  },
  invalid_client_metadata: {
    message: 'the client registration was not accepted',
    hint: 'Check the start URL, the region and the scopes of the connection with `keyfob connection show`.',
  },
  invalid_redirect_uri: {
    message: 'the redirect URI was not accepted',
    hint: 'Sign in with a device code instead: `keyfob login --device`.',
  },
  invalid_grant: {
    message: 'the code or refresh token is not valid any more',
    hint: again,
  },
  invalid_scope: {
    message: 'a scope is not known or not allowed',
    hint: 'Check the scopes of the connection. AWS accounts need sso:account:access alone.',
  },
  unauthorized_client: {
    message: 'this client may not do that',
    hint: `${again} If it stays, ask whoever administers Identity Center whether sign-ins of this kind are allowed.`,
  },
  unsupported_grant_type: {
    message: 'this kind of sign-in is not supported there',
    hint: 'Try the other one: `keyfob login --device`, or without it.',
  },
  authorization_pending: {
    message: 'nobody has approved the sign-in yet',
    hint: 'Open the page shown, compare the code, and approve it.',
  },
  slow_down: {
    message: 'too many requests, slow down',
    hint: 'Keyfob slows down by itself; wait a moment.',
  },
  access_denied: {
    message: 'access was denied',
    hint: 'Approve the sign-in in the browser, with a user who is assigned to this Identity Center instance.',
  },
  expired_token: {
    message: 'the code or token has expired',
    hint: again,
  },
  server_error: {
    message: 'something failed on its side',
    hint: 'Keyfob tries again by itself. If it stays, see https://health.aws.amazon.com.',
  },
  unauthorized: {
    message: 'the access token was refused',
    hint: `If it stays: ${again.toLowerCase()}`,
  },
  forbidden: {
    message: 'no access',
    hint: 'Ask whoever administers Identity Center for an assignment to that account and role.',
  },
  not_found: {
    message: 'there is no such thing',
    hint: 'It may have been removed: bring the list of accounts up to date with `keyfob accounts --sync`.',
  },
  too_many_requests: {
    message: 'too many requests',
    hint: 'Keyfob slows down by itself; wait a moment.',
  },
};

/** Refusals of the key that encrypts an Identity Center instance: nothing a sign-in can mend. */
export const kmsHint =
  'The KMS key of this Identity Center instance can not be used. Whoever administers it must enable the key and its policy; signing in again does not help.';
