/** The exceptions of the service models, with the status and OAuth code that each travels with. */

/** SSO-OIDC, API 2019-06-10. */
export const oidcExceptions = {
  InvalidRequestException: { status: 400, error: 'invalid_request' },
  InvalidClientException: { status: 401, error: 'invalid_client' },
  InvalidClientMetadataException: { status: 400, error: 'invalid_client_metadata' },
  InvalidRedirectUriException: { status: 400, error: 'invalid_redirect_uri' },
  UnsupportedGrantTypeException: { status: 400, error: 'unsupported_grant_type' },
  InvalidScopeException: { status: 400, error: 'invalid_scope' },
  UnauthorizedClientException: { status: 400, error: 'unauthorized_client' },
  InvalidGrantException: { status: 400, error: 'invalid_grant' },
  AuthorizationPendingException: { status: 400, error: 'authorization_pending' },
  SlowDownException: { status: 400, error: 'slow_down' },
  AccessDeniedException: { status: 400, error: 'access_denied' },
  ExpiredTokenException: { status: 400, error: 'expired_token' },
  InvalidRequestRegionException: { status: 400, error: 'invalid_request' },
  InternalServerException: { status: 500, error: 'server_error' },
} as const satisfies Record<string, { status: number; error: string }>;
export type OidcExceptionName = keyof typeof oidcExceptions;

/** SSO portal, API 2019-06-10; ForbiddenException is not in the model but is sent. */
export const portalExceptions = {
  InvalidRequestException: 400,
  UnauthorizedException: 401,
  ForbiddenException: 403,
  ResourceNotFoundException: 404,
  TooManyRequestsException: 429,
  InternalServerException: 500,
} as const satisfies Record<string, number>;
export type PortalExceptionName = keyof typeof portalExceptions;

/** STS, API 2011-06-15, with the codes common to all query services. */
export const stsErrors = {
  ValidationError: 400,
  InvalidAction: 400,
  IncompleteSignature: 400,
  MalformedPolicyDocument: 400,
  PackedPolicyTooLarge: 400,
  Throttling: 400,
  MissingAuthenticationToken: 403,
  InvalidClientTokenId: 403,
  SignatureDoesNotMatch: 403,
  ExpiredToken: 403,
  AccessDenied: 403,
  RegionDisabledException: 403,
  ExpiredTokenException: 400,
  InvalidIdentityToken: 400,
  IDPRejectedClaim: 403,
  IDPCommunicationError: 400,
  InternalFailure: 500,
} as const satisfies Record<string, number>;
export type StsErrorCode = keyof typeof stsErrors;

/** A failure that is answered with an exception of one of the services. */
export class ServiceException extends Error {
  readonly shape: string;
  readonly status: number;
  /** The body's members, for the JSON services. */
  readonly members: Readonly<Record<string, string>>;

  constructor(shape: string, status: number, message: string, members: Record<string, string>) {
    super(message);
    this.name = 'ServiceException';
    this.shape = shape;
    this.status = status;
    this.members = members;
  }
}

/** An SSO-OIDC exception; `extra` holds members such as `reason`, `endpoint` and `region`. */
export function oidcException(
  name: OidcExceptionName,
  description: string,
  extra: Record<string, string> = {},
): ServiceException {
  const { status, error } = oidcExceptions[name];
  return new ServiceException(name, status, description, {
    error,
    error_description: description,
    ...extra,
  });
}

export function portalException(name: PortalExceptionName, message: string): ServiceException {
  return new ServiceException(name, portalExceptions[name], message, { message });
}

export function stsError(code: StsErrorCode, message: string): ServiceException {
  return new ServiceException(code, stsErrors[code], message, { message });
}

/** What stands before a signed REST-JSON service refuses with these: 403 and a bare `message`. */
export function signatureException(name: string, message: string): ServiceException {
  return new ServiceException(name, 403, message, { message });
}
