import type { ServerResponse } from 'node:http';
import type { ErrorCode, KeyfobError } from '../../shared/errors.ts';
import { protocolVersion } from '../../shared/protocol.ts';

/** What every answer carries, in the flat form that `writeHead` takes without copying. */
const commonHeaders: readonly string[] = [
  'Keyfob-Protocol',
  String(protocolVersion),
  'Cache-Control',
  'no-store',
  'X-Content-Type-Options',
  'nosniff',
  'Content-Type',
  'application/json',
];

/** An answer's head and body, made once and sent as often as needed. */
export interface PreparedAnswer {
  readonly status: number;
  readonly headers: string[];
  readonly body: string;
  /** ASCII goes out as it is, which is faster than looking for what has to be encoded. */
  readonly encoding: 'latin1' | 'utf8';
}

/** Serialises `value`. */
export function prepareJson(
  status: number,
  value: unknown,
  more: readonly string[] = [],
): PreparedAnswer {
  const body = JSON.stringify(value);
  const length = Buffer.byteLength(body);
  return {
    status,
    headers: [...commonHeaders, 'Content-Length', String(length), ...more],
    body,
    encoding: length === body.length ? 'latin1' : 'utf8',
  };
}

/** Sends a whole answer, unless one has gone out already or the client has left. */
export function send(response: ServerResponse, answer: PreparedAnswer): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(answer.status, answer.headers).end(answer.body, answer.encoding);
}

/** Extra facts about how a failure is sent. */
export interface FailureOptions {
  /** Instead of the one that belongs to the code. */
  readonly status?: number;
  readonly headers?: readonly string[];
}

/**
 * A failure as tools read it: our own form, beside it `code` and `message` for the Go SDK and
 * `Code` and `Message` for the others, which know these from the container endpoint of ECS.
 */
export function prepareFailure(error: KeyfobError, options: FailureOptions = {}): PreparedAnswer {
  const { code, message } = error;
  return prepareJson(
    options.status ?? statusOf(code),
    { ok: false, error: error.toInfo(), code, message, Code: code, Message: message },
    options.headers,
  );
}

/** The HTTP status that fits an error code. */
export function statusOf(code: ErrorCode): number {
  return statuses[code];
}

const statuses: Record<ErrorCode, number> = {
  invalid_input: 400,
  invalid_start_url: 400,
  invalid_region: 400,
  unknown_command: 404,
  unknown_connection: 404,
  connection_exists: 409,
  unknown_account: 404,
  ambiguous_account: 409,
  no_active_account: 409,
  account_exists: 409,
  account_in_use: 409,
  account_cycle: 409,

  // 401 is kept for a wrong token of this endpoint; here the caller is known and the person is not.
  sign_in_required: 403,
  sign_in_cancelled: 409,
  sign_in_denied: 403,
  sign_in_expired: 408,
  sign_in_failed: 502,
  no_pending_sign_in: 409,
  mfa_required: 403,
  mfa_failed: 403,
  browser_failed: 500,
  clipboard_unavailable: 501,
  console_unavailable: 501,

  keychain_unavailable: 503,
  keychain_locked: 503,
  keychain_failed: 503,
  secret_damaged: 500,
  passphrase_required: 503,
  passphrase_wrong: 503,
  file_damaged: 500,
  file_unreadable: 500,
  file_write_failed: 500,
  disk_full: 507,
  file_changed: 409,
  aws_config_invalid: 409,
  aws_config_block_damaged: 409,
  plan_outdated: 409,
  folder_unsafe: 500,
  socket_unusable: 500,
  port_taken: 503,
  service_failed: 500,

  no_helper: 503,
  helper_running: 409,
  helper_version: 409,
  helper_stopping: 503,
  refused: 403,
  not_allowed: 403,
  grant_invalid: 401,
  too_large: 413,
  internal: 500,

  network_error: 502,
  tls_error: 502,
  proxy_error: 502,
  timeout: 504,
  response_redirected: 502,
  response_content_type: 502,
  response_not_json: 502,
  response_truncated: 502,
  response_too_large: 502,
  response_invalid: 502,
  insecure_url: 502,
  not_offered: 501,
  issuer_mismatch: 502,
  state_mismatch: 502,
  subject_mismatch: 502,
  id_token_invalid: 502,
  signature_invalid: 502,
  unknown_key: 502,
  decryption_failed: 502,
  algorithm_refused: 502,

  invalid_request: 502,
  invalid_request_region: 502,
  invalid_client: 502,
  invalid_client_metadata: 502,
  invalid_redirect_uri: 502,
  invalid_grant: 502,
  invalid_scope: 502,
  unauthorized_client: 502,
  unsupported_grant_type: 502,
  authorization_pending: 502,
  slow_down: 502,
  access_denied: 403,
  expired_token: 502,
  server_error: 502,
  temporarily_unavailable: 503,
  unsupported_response_type: 502,
  unsupported_token_type: 502,
  invalid_target: 502,
  invalid_token: 502,
  insufficient_scope: 403,
  invalid_dpop_proof: 502,
  use_dpop_nonce: 502,
  login_required: 403,
  interaction_required: 403,
  consent_required: 403,
  account_selection_required: 403,
  insufficient_user_authentication: 403,
  invalid_request_uri: 502,
  invalid_request_object: 502,
  request_not_supported: 502,
  request_uri_not_supported: 502,
  registration_not_supported: 501,
  invalid_software_statement: 502,
  unapproved_software_statement: 502,
  malformed_policy_document: 400,
  packed_policy_too_large: 400,
  region_disabled: 403,
  idp_rejected_claim: 403,
  idp_communication_error: 502,
  invalid_identity_token: 502,
  unauthorized: 502,
  forbidden: 403,
  not_found: 404,
  too_many_requests: 503,
  upstream_error: 502,
};
