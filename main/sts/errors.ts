import { type ErrorCode, type ErrorDetails, KeyfobError } from '../../shared/errors.ts';
import type { UpstreamResponse } from '../upstream.ts';
import { errorAnswer } from './answers.ts';
import { parseXml } from './xml.ts';

/** A call to STS and what came back. */
export interface StsExchange {
  readonly operation: string;
  readonly url: string;
  readonly response: UpstreamResponse;
}

interface Explanation {
  readonly code: ErrorCode;
  /** Completes "STS said to <operation>: ". */
  readonly message: string;
  readonly hint: string;
}

const signed: Explanation = {
  code: 'unauthorized',
  message: 'the credentials that signed the request were refused',
  hint: "They may have been revoked, or this machine's clock may be wrong: run `keyfob doctor`, and sign in again with `keyfob login`.",
};
const expired: Explanation = {
  code: 'expired_token',
  message: 'a token or the credentials that signed have expired',
  hint: 'Try again. If it stays, sign in again with `keyfob login`.',
};
const slowDown: Explanation = {
  code: 'too_many_requests',
  message: 'too many requests',
  hint: 'Keyfob slows down by itself; wait a moment.',
};
const policy: Explanation = {
  code: 'malformed_policy_document',
  message: 'the session policy is not valid',
  hint: 'Check the policy with the IAM policy editor, then remove the account and add it again with the corrected one.',
};
const tooLarge: Explanation = {
  code: 'packed_policy_too_large',
  message: 'session policy, policy ARNs and tags are too large together',
  hint: 'Shorten the session policy, or give fewer policy ARNs and tags.',
};
const disabled: Explanation = {
  code: 'region_disabled',
  message: 'STS is not active in this region for the account',
  hint: 'Activate the region in the account settings of IAM, or add the account again with another --region.',
};

/** AWS STS API Reference, and what AWS's front doors say for any query service. */
const explanations: Readonly<Record<string, Explanation>> = {
  AccessDenied: {
    code: 'access_denied',
    message: 'not authorized',
    hint: "The role's trust policy must allow the one who signs, with the external id, MFA, tags and source identity that it asks for, and the signer's own policy must allow sts:AssumeRole.",
  },
  MalformedPolicyDocument: policy,
  MalformedPolicyDocumentException: policy,
  PackedPolicyTooLarge: tooLarge,
  PackedPolicyTooLargeException: tooLarge,
  RegionDisabledException: disabled,
  ExpiredTokenException: expired,
  ExpiredToken: expired,
  IDPRejectedClaim: {
    code: 'idp_rejected_claim',
    message: 'the identity provider, or the role, does not accept the claims of the ID token',
    hint: "The role's trust policy must name this provider, and its conditions must fit the client id (`keyfob register show`) and the token's sub (`keyfob connection show`).",
  },
  IDPCommunicationError: {
    code: 'idp_communication_error',
    message: 'AWS could not reach the identity provider',
    hint: "The provider's issuer and its keys must be reachable from the Internet. Try again in a moment.",
  },
  InvalidIdentityToken: {
    code: 'invalid_identity_token',
    message: 'the ID token was not accepted',
    hint: 'IAM needs an identity provider with exactly this issuer, and the client id among its audiences. If both are right, sign in again with `keyfob login`.',
  },
  InvalidClientTokenId: signed,
  SignatureDoesNotMatch: signed,
  IncompleteSignature: signed,
  MissingAuthenticationToken: signed,
  UnrecognizedClientException: signed,
  RequestExpired: signed,
  OptInRequired: signed,
  ValidationError: {
    code: 'invalid_request',
    message: 'a parameter is not valid',
    hint: 'Look at what the account was made of with `keyfob account show`; a chained role lasts an hour at most, and other roles no longer than their maximum session duration.',
  },
  Throttling: slowDown,
  ThrottlingException: slowDown,
  RequestLimitExceeded: slowDown,
};

const byStatus: Readonly<Record<'server' | 'other', Explanation>> = {
  server: {
    code: 'server_error',
    message: 'something failed on its side',
    hint: 'Keyfob tries again by itself. If it stays, see https://health.aws.amazon.com.',
  },
  other: {
    code: 'upstream_error',
    message: 'no',
    hint: 'Try again. If it stays, run `keyfob doctor`.',
  },
};

const webIdentity: Explanation = {
  code: 'access_denied',
  message: 'not authorized',
  hint: "The role's trust policy must allow sts:AssumeRoleWithWebIdentity to this provider, with conditions that fit the client id (`keyfob register show`) and the token's sub (`keyfob connection show`).",
};

const mfa: Explanation = {
  code: 'mfa_failed',
  message: 'the MFA code was not accepted',
  hint: 'Each code is good for one use: wait for the next one, and check that the account names your own device with `keyfob account show`.',
};

/**
 * The typed error for an answer of STS that is no success. Details: operation, host, status,
 * requestId, awsType. AWS's own words are left out: they may repeat what was sent.
 */
export async function stsFailure(exchange: StsExchange): Promise<KeyfobError> {
  const { operation, response } = exchange;
  const parsed = errorAnswer.safeParse(await parseXml(response.text));
  const error = parsed.success ? parsed.data.ErrorResponse.Error : undefined;
  const type = error?.Code;
  const details = {
    ...factsOf(exchange),
    ...(type === undefined || !/^[\w.]{1,80}$/.test(type) ? {} : { awsType: type }),
  };
  if (error === undefined && response.status < 500 && response.text.trim() !== '') {
    return unreadableXml(exchange);
  }
  const { code, message, hint } = explain(exchange, type, error?.Message);
  return new KeyfobError(
    code,
    `STS said to ${operation}: ${message} (HTTP ${response.status}${type === undefined ? '' : `, ${details.awsType ?? 'unknown'}`}).`,
    { hint, details },
  );
}

function explain(
  { operation, response: { status } }: StsExchange,
  type: string | undefined,
  message: string | undefined,
): Explanation {
  if (status === 429) return slowDown;
  if (status >= 500) return byStatus.server;
  const known = type === undefined ? undefined : explanations[type];
  if (known?.code === 'access_denied' && /MultiFactorAuthentication/i.test(message ?? '')) {
    return mfa;
  }
  // Nobody's credentials sign it, so there is no policy but the role's own.
  if (known?.code === 'access_denied' && operation === 'AssumeRoleWithWebIdentity') {
    return webIdentity;
  }
  return known ?? byStatus.other;
}

/** STS, or what answered in its place, sent no XML of its own. */
export function unreadableXml(exchange: StsExchange): KeyfobError {
  const { operation, url } = exchange;
  return new KeyfobError(
    'response_invalid',
    `${new URL(url).host} answered ${operation} with something that is not STS's XML.`,
    {
      hint: 'A proxy or a captive portal may have answered instead of AWS: open any page in a browser, and check HTTPS_PROXY, NO_PROXY and AWS_ENDPOINT_URL_STS.',
      details: factsOf(exchange),
    },
  );
}

/** Operation, host, status and AWS's id of the request: what its support asks for. */
export function factsOf({ operation, url, response }: StsExchange): ErrorDetails {
  const requestId = response.headers.get('x-amzn-requestid');
  return {
    operation,
    host: new URL(url).host,
    status: response.status,
    ...(requestId !== null && /^[\w-]{1,80}$/.test(requestId) ? { requestId } : {}),
  };
}
