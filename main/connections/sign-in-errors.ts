import { asKeyfobError, type ErrorCode, KeyfobError } from '../../shared/errors.ts';

/** How a sign-in can end badly, in words for the person who tried. */

const again = (connection: string) => `Start again with \`keyfob login ${connection}\`.`;

/** Codes that say more about what to mend than `sign_in_failed` would. */
const speakForThemselves: readonly ErrorCode[] = [
  'sign_in_cancelled',
  'sign_in_denied',
  'sign_in_expired',
  'sign_in_failed',
  'keychain_unavailable',
  'keychain_locked',
  'keychain_failed',
  'passphrase_required',
  'passphrase_wrong',
  'disk_full',
  'file_write_failed',
  'file_unreadable',
  'folder_unsafe',
  'network_error',
  'tls_error',
  'proxy_error',
  'timeout',
  'invalid_region',
  'invalid_start_url',
  'invalid_request_region',
  'helper_stopping',
  'internal',
];

/** The sign-in's deadline has passed. */
export function signInExpired(connection: string): KeyfobError {
  return new KeyfobError(
    'sign_in_expired',
    `Nobody finished the sign-in to ${connection} in time.`,
    {
      hint: again(connection),
    },
  );
}

function signInDenied(connection: string, cause?: unknown): KeyfobError {
  return new KeyfobError('sign_in_denied', `The sign-in to ${connection} was denied.`, {
    hint: `Somebody declined it in the browser, or you have no access there. ${again(connection)}`,
    cause,
  });
}

/** @param why ends the sentence "The sign-in to acme was cancelled" */
export function signInCancelled(connection: string, why = ''): KeyfobError {
  return new KeyfobError('sign_in_cancelled', `The sign-in to ${connection} was cancelled${why}.`, {
    hint: again(connection),
  });
}

export function noPendingSignIn(connection: string): KeyfobError {
  return new KeyfobError('no_pending_sign_in', `No sign-in to ${connection} is under way.`, {
    hint: `Start one with \`keyfob login ${connection}\`.`,
  });
}

/** What the authorization page sent back instead of a code (RFC 6749 section 4.1.2.1). */
export function refusedByPage(connection: string, error: string): KeyfobError {
  if (error === 'access_denied') return signInDenied(connection);
  // It came through a browser's address bar, so only the shape of an error code is passed on.
  const reason = /^[a-z_]{1,64}$/.test(error) ? error : 'unknown';
  return failed(connection, `the provider answered ${reason}`, reason);
}

/** Whatever a provider or the keychain threw, as the end of a sign-in. */
export function signInError(connection: string, thrown: unknown): KeyfobError {
  const error = asKeyfobError(thrown);
  if (error.code === 'access_denied') return signInDenied(connection, error);
  if (error.code === 'expired_token') return signInExpired(connection);
  if (speakForThemselves.includes(error.code)) return error;
  return failed(connection, error.message, error.code, error);
}

function failed(connection: string, why: string, reason: string, cause?: KeyfobError): KeyfobError {
  const text = why.replace(/\.$/, '');
  return new KeyfobError('sign_in_failed', `The sign-in to ${connection} failed: ${text}.`, {
    hint: cause?.hint ?? again(connection),
    details: { ...cause?.details, reason },
    cause,
  });
}
