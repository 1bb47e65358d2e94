import { text } from './text.ts';

/** What a command failed with, or what the state says has failed. */
export interface FailureWords {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Why something that was asked for did not happen, and what it was about. */
export interface Failure {
  readonly error: FailureWords;
  readonly connection?: string | undefined;
  /** Asks for the same again; absent where that makes no sense. */
  readonly retry?: (() => void) | undefined;
}

/**
 * What to do about a failure, for somebody who sits in front of a window: the helper's hint, unless
 * that is a command to type and the window knows better.
 */
export function hintHere({ code, hint }: FailureWords): string | undefined {
  return hint?.includes('`keyfob ') ? (text.failure.hints[code] ?? hint) : hint;
}

/** What a failure's button does. */
export type Remedy = 'signIn' | 'tryAgain' | 'connect' | 'sync' | 'settings';

const passing: readonly string[] = [
  'network_error',
  'tls_error',
  'proxy_error',
  'timeout',
  'server_error',
  'upstream_error',
  'too_many_requests',
  'slow_down',
  'no_helper',
  'file_write_failed',
  'disk_full',
  'keychain_locked',
  'keychain_failed',
];

const endsSession: readonly string[] = [
  'sign_in_required',
  'sign_in_denied',
  'sign_in_expired',
  'sign_in_failed',
  'access_denied',
  'expired_token',
  'invalid_grant',
  'unauthorized',
];

/** The button that belongs to a failure, or none where nothing in this window would help. */
export function remedyFor(failure: Failure): Remedy | undefined {
  const { code } = failure.error;
  if (endsSession.includes(code) && failure.connection !== undefined) return 'signIn';
  if (code === 'unknown_connection') return 'connect';
  if (code === 'unknown_account' && failure.connection !== undefined) return 'sync';
  if (code === 'browser_failed') return 'settings';
  if (passing.includes(code) && failure.retry !== undefined) return 'tryAgain';
  return undefined;
}

/** True when nothing is wrong but the way to the provider. */
export function isOffline(code: string): boolean {
  return code === 'network_error' || code === 'proxy_error' || code === 'timeout';
}
