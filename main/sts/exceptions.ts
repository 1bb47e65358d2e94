import type { ErrorCode } from '../../shared/errors.ts';

/** Errors by their codes on the wire: AWS STS API Reference, and what AWS's front doors say. */
export const exceptions = {
  AccessDenied: 'access_denied',
  MalformedPolicyDocument: 'malformed_policy_document',
  MalformedPolicyDocumentException: 'malformed_policy_document',
  PackedPolicyTooLarge: 'packed_policy_too_large',
  PackedPolicyTooLargeException: 'packed_policy_too_large',
  RegionDisabledException: 'region_disabled',
  ExpiredTokenException: 'expired_token',
  ExpiredToken: 'expired_token',
  IDPRejectedClaim: 'idp_rejected_claim',
  IDPCommunicationError: 'idp_communication_error',
  InvalidIdentityToken: 'invalid_identity_token',
  InvalidClientTokenId: 'unauthorized',
  SignatureDoesNotMatch: 'unauthorized',
  IncompleteSignature: 'unauthorized',
  MissingAuthenticationToken: 'unauthorized',
  UnrecognizedClientException: 'unauthorized',
  RequestExpired: 'unauthorized',
  OptInRequired: 'unauthorized',
  ValidationError: 'invalid_request',
  Throttling: 'too_many_requests',
  ThrottlingException: 'too_many_requests',
  RequestLimitExceeded: 'too_many_requests',
} as const satisfies Readonly<Record<string, ErrorCode>>;

/** What a failure of STS comes to, beside what its codes on the wire do. */
export type StsErrorCode =
  | (typeof exceptions)[keyof typeof exceptions]
  | 'mfa_failed'
  | 'server_error'
  | 'upstream_error';

export interface Explanation {
  /** Completes "STS said to <operation>: ". */
  readonly message: string;
  readonly hint: string;
}

/** What each code means to a developer, and what to do about it. */
export const explanations: Readonly<Record<StsErrorCode, Explanation>> = {
  access_denied: {
    message: 'not authorized',
    hint: "The role's trust policy must allow the one who signs, with the external id, MFA, tags and source identity that it asks for, and the signer's own policy must allow sts:AssumeRole.",
  },
  mfa_failed: {
    message: 'the MFA code was not accepted',
    hint: 'Each code is good for one use: wait for the next one, and check that the account names your own device with `keyfob account show`.',
  },
  malformed_policy_document: {
    message: 'the session policy is not valid',
    hint: 'Check the policy with the IAM policy editor, then remove the account and add it again with the corrected one.',
  },
  packed_policy_too_large: {
    message: 'session policy, policy ARNs and tags are too large together',
    hint: 'Shorten the session policy, or give fewer policy ARNs and tags.',
  },
  region_disabled: {
    message: 'STS is not active in this region for the account',
    hint: 'Activate the region in the account settings of IAM, or add the account again with another --region.',
  },
  expired_token: {
    message: 'a token or the credentials that signed have expired',
    hint: 'Try again. If it stays, sign in again with `keyfob login`.',
  },
  idp_rejected_claim: {
    message: 'the identity provider, or the role, does not accept the claims of the ID token',
    hint: "The role's trust policy must name this provider, and its conditions must fit the client id (`keyfob register show`) and the token's sub (`keyfob connection show`).",
  },
  idp_communication_error: {
    message: 'AWS could not reach the identity provider',
    hint: "The provider's issuer and its keys must be reachable from the Internet. Try again in a moment.",
  },
  invalid_identity_token: {
    message: 'the ID token was not accepted',
    hint: 'IAM needs an identity provider with exactly this issuer, and the client id among its audiences. If both are right, sign in again with `keyfob login`.',
  },
  unauthorized: {
    message: 'the credentials that signed the request were refused',
    hint: "They may have been revoked, or this machine's clock may be wrong: run `keyfob doctor`, and sign in again with `keyfob login`.",
  },
  invalid_request: {
    message: 'a parameter is not valid',
    hint: 'Look at what the account was made of with `keyfob account show`; a chained role lasts an hour at most, and other roles no longer than their maximum session duration.',
  },
  too_many_requests: {
    message: 'too many requests',
    hint: 'Keyfob slows down by itself; wait a moment.',
  },
  server_error: {
    message: 'something failed on its side',
    hint: 'Keyfob tries again by itself. If it stays, see https://health.aws.amazon.com.',
  },
  upstream_error: { message: 'no', hint: 'Try again. If it stays, run `keyfob doctor`.' },
};

/** `access_denied` where nobody's credentials sign: there is no policy but the role's own. */
export const webIdentityDenied: Explanation = {
  message: 'not authorized',
  hint: "The role's trust policy must allow sts:AssumeRoleWithWebIdentity to this provider, with conditions that fit the client id (`keyfob register show`) and the token's sub (`keyfob connection show`).",
};
