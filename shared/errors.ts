/**
 * The one way to fail. Every failure a person or a program can meet has a stable code here;
 * exit codes, HTTP statuses and the window's error cards are all derived from it.
 */

/** Stable codes. The OAuth ones keep the spelling of their RFCs and of AWS. */
export const errorCodes = [
  // what the caller said
  'invalid_input',
  'invalid_start_url',
  'invalid_region',
  'unknown_command',
  'unknown_connection',
  'connection_exists',
  'unknown_account',
  'ambiguous_account',
  'no_active_account',
  'account_exists',
  'account_in_use',
  'account_cycle',
  // signing in
  'sign_in_required',
  'sign_in_cancelled',
  'sign_in_denied',
  'sign_in_expired',
  'sign_in_failed',
  'no_pending_sign_in',
  'mfa_required',
  'mfa_failed',
  'browser_failed',
  'clipboard_unavailable',
  'console_unavailable',
  // secrets and files
  'keychain_unavailable',
  'keychain_locked',
  'keychain_failed',
  'secret_damaged',
  'passphrase_required',
  'passphrase_wrong',
  'file_damaged',
  'file_unreadable',
  'file_write_failed',
  'disk_full',
  'file_changed',
  'aws_config_invalid',
  'aws_config_block_damaged',
  'plan_outdated',
  'folder_unsafe',
  'socket_unusable',
  'port_taken',
  'service_failed',
  // the helper and its clients
  'no_helper',
  'helper_running',
  'helper_version',
  'helper_stopping',
  'refused',
  'not_allowed',
  'grant_invalid',
  'too_large',
  'internal',
  // the way to the provider
  'network_error',
  'tls_error',
  'proxy_error',
  'timeout',
  'response_redirected',
  'response_content_type',
  'response_not_json',
  'response_truncated',
  'response_too_large',
  'response_invalid',
  'insecure_url',
  // what an OpenID provider does not have, and checks that its answers failed
  'not_offered',
  'issuer_mismatch',
  'state_mismatch',
  'subject_mismatch',
  'id_token_invalid',
  'signature_invalid',
  'unknown_key',
  'decryption_failed',
  'algorithm_refused',
  // what the provider said: OAuth 2.0, RFC 8628, AWS
  'invalid_request',
  'invalid_request_region',
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
  'temporarily_unavailable',
  'unsupported_response_type',
  'unsupported_token_type',
  'invalid_target',
  'invalid_token',
  'insufficient_scope',
  'invalid_dpop_proof',
  'use_dpop_nonce',
  'login_required',
  'interaction_required',
  'consent_required',
  'account_selection_required',
  'insufficient_user_authentication',
  'invalid_request_uri',
  'invalid_request_object',
  'request_not_supported',
  'request_uri_not_supported',
  'registration_not_supported',
  'invalid_software_statement',
  'unapproved_software_statement',
  'malformed_policy_document',
  'packed_policy_too_large',
  'region_disabled',
  'idp_rejected_claim',
  'idp_communication_error',
  'invalid_identity_token',
  'unauthorized',
  'forbidden',
  'not_found',
  'too_many_requests',
  'upstream_error',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** Facts about a failure that are safe to show: statuses, request ids, names. Never a secret. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** A failure as it crosses a wire. */
export interface ErrorInfo {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly details?: ErrorDetails;
}

interface ErrorOptions {
  /** What to do about it, as a sentence. */
  readonly hint?: string | undefined;
  readonly details?: ErrorDetails | undefined;
  readonly cause?: unknown;
}

/**
 * The only error that Keyfob's own code throws.
 *
 * `message` says what was wrong, `hint` what to do. Neither may hold a secret: both are shown,
 * logged and sent to clients.
 */
export class KeyfobError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: ErrorDetails | undefined;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'KeyfobError';
    this.code = code;
    this.hint = options.hint;
    this.details = options.details;
  }

  /** The form that crosses wires; the cause stays behind. */
  toInfo(): ErrorInfo {
    return {
      code: this.code,
      message: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.details === undefined ? {} : { details: this.details }),
    };
  }

  /** Rebuilds an error that came over a wire. */
  static fromInfo(info: ErrorInfo): KeyfobError {
    return new KeyfobError(info.code, info.message, { hint: info.hint, details: info.details });
  }
}

/** True when `error` is a KeyfobError, with one of `codes` if any are given. */
export function isKeyfobError(error: unknown, ...codes: ErrorCode[]): error is KeyfobError {
  return error instanceof KeyfobError && (codes.length === 0 || codes.includes(error.code));
}

/**
 * Turns whatever was thrown into a KeyfobError. An unexpected one becomes `internal`: its text is
 * not passed on, since nobody has checked that it holds no secret.
 */
export function asKeyfobError(error: unknown): KeyfobError {
  if (error instanceof KeyfobError) return error;
  return new KeyfobError('internal', 'Something inside Keyfob failed.', {
    hint: 'Run `keyfob doctor`. If it stays, report it with the log.',
    cause: error,
  });
}

/** For the end of an exhaustive switch: a compile error when a case is missing. */
export function assertNever(value: never): never {
  throw new KeyfobError('internal', `Unexpected value: ${String(value)}`);
}
