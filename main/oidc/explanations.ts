import type { ErrorCode } from '../../shared/errors.ts';

/** The `error` values of the RFCs that we know by name; each is a code of ours too. */
export const oauthCodes = [
  // RFC 6749 sections 4.1.2.1 and 5.2
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'unsupported_response_type',
  'invalid_scope',
  'access_denied',
  'server_error',
  'temporarily_unavailable',
  // RFC 8628 section 3.5
  'authorization_pending',
  'slow_down',
  'expired_token',
  // RFC 6750, 7009, 7591, 8707, 9449, 9470
  'invalid_token',
  'insufficient_scope',
  'unsupported_token_type',
  'invalid_redirect_uri',
  'invalid_client_metadata',
  'invalid_software_statement',
  'unapproved_software_statement',
  'invalid_target',
  'invalid_dpop_proof',
  'use_dpop_nonce',
  'insufficient_user_authentication',
  // OpenID Connect Core section 3.1.2.6, RFC 9101
  'login_required',
  'interaction_required',
  'consent_required',
  'account_selection_required',
  'invalid_request_uri',
  'invalid_request_object',
  'request_not_supported',
  'request_uri_not_supported',
  'registration_not_supported',
] as const satisfies readonly ErrorCode[];

interface Explanation {
  /** Ends the sentence "The provider answered the token request:". */
  readonly message: string;
  readonly hint: string;
}

const atPage = 'Sign in again in the browser: `keyfob login`.';
const configured = 'Compare the connection with what the provider has registered for this client.';

/** What the codes mean to a person. */
export const explanations: Readonly<Partial<Record<ErrorCode, Explanation>>> = {
  invalid_request: { message: 'it does not accept the request', hint: configured },
  invalid_client: {
    message: 'it does not know this client, or not by these credentials',
    hint: 'Check the client id, the secret or key, and the way of client authentication; the provider may have removed the registration.',
  },
  invalid_grant: {
    message: 'what was handed in is not, or no longer, valid',
    hint: 'Sign in again with `keyfob login`.',
  },
  unauthorized_client: {
    message: 'this client may not do that',
    hint: 'Have this grant allowed for the client at the provider.',
  },
  unsupported_grant_type: {
    message: 'it does not offer this grant',
    hint: 'Choose another way to sign in for the connection.',
  },
  unsupported_response_type: {
    message: 'it does not offer the authorization code flow to this client',
    hint: configured,
  },
  invalid_scope: {
    message: 'it does not grant these scopes',
    hint: 'Ask for other scopes, or have them allowed for the client at the provider.',
  },
  access_denied: {
    message: 'access was denied',
    hint: 'Somebody declined it, or you have no access there.',
  },
  server_error: { message: 'it failed inside', hint: 'Try again in a minute.' },
  temporarily_unavailable: { message: 'it is overloaded', hint: 'Try again in a minute.' },
  authorization_pending: {
    message: 'nobody has entered the code yet',
    hint: 'Enter the code on the page that was shown.',
  },
  slow_down: { message: 'it is asked too often', hint: 'Wait a few seconds.' },
  expired_token: { message: 'the code has expired', hint: 'Start again with `keyfob login`.' },
  invalid_token: {
    message: 'it does not accept the token',
    hint: 'It may have been revoked: sign in again with `keyfob login`.',
  },
  insufficient_scope: {
    message: 'the token does not reach that far',
    hint: 'Ask for more scopes in the connection and sign in again.',
  },
  unsupported_token_type: {
    message: 'it can not do that with tokens of this kind',
    hint: 'Nothing was changed. The token ends by its own lifetime.',
  },
  invalid_redirect_uri: {
    message: 'it does not accept the redirect address',
    hint: 'Register http://127.0.0.1/ addresses of any port for a native client (RFC 8252).',
  },
  invalid_client_metadata: {
    message: 'it does not accept the registration as it was asked for',
    hint: 'Leave out what the provider does not offer, or register the client by hand.',
  },
  invalid_software_statement: {
    message: 'it does not accept the software statement',
    hint: 'Ask whoever issued the statement for a new one.',
  },
  unapproved_software_statement: {
    message: 'it has not approved the software statement',
    hint: 'Ask whoever runs the provider to approve it.',
  },
  invalid_target: {
    message: 'it does not issue tokens for this audience or resource',
    hint: 'Check the audience and the resource against what the provider has.',
  },
  invalid_dpop_proof: {
    message: 'it does not accept the proof of possession',
    hint: "Check this machine's date and time; a wrong clock makes such proofs invalid.",
  },
  use_dpop_nonce: {
    message: 'it wants another nonce in each proof of possession',
    hint: 'Try again. If it stays, report it to whoever runs the provider.',
  },
  insufficient_user_authentication: {
    message: 'it wants a stronger sign-in',
    hint: 'Ask for it with the acr values of the connection, and sign in again.',
  },
  login_required: { message: 'a person has to sign in', hint: atPage },
  interaction_required: { message: 'a person has to do something on its page', hint: atPage },
  consent_required: { message: 'a person has to agree on its page', hint: atPage },
  account_selection_required: { message: 'a person has to choose an account', hint: atPage },
  invalid_request_uri: { message: 'the pushed request has expired', hint: atPage },
  unauthorized: {
    message: 'it wants other credentials',
    hint: 'Check the client id, the secret or key, and the way of client authentication.',
  },
  forbidden: { message: 'this is not allowed', hint: 'Have it allowed at the provider.' },
  not_found: {
    message: 'there is nothing at this address',
    hint: 'Check the addresses of the connection.',
  },
};
