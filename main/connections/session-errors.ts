import { KeyfobError } from '../../shared/errors.ts';

/** How a session can be missing, over, or out of reach, in words for whoever asked. */

const signIn = (connection: string) => `Run \`keyfob login ${connection}\`.`;

/** For callers of a connection that has no session. */
export function signedOut(connection: string): KeyfobError {
  return new KeyfobError('sign_in_required', `${connection} is signed out.`, {
    hint: signIn(connection),
  });
}

/** The access token ran out, and nothing can renew it. */
export function lapsed(connection: string): KeyfobError {
  return new KeyfobError('sign_in_required', `The session of ${connection} has run out.`, {
    hint: `It could not renew itself. ${signIn(connection)}`,
  });
}

/** The provider answered `invalid_grant`. */
export function overAtProvider(connection: string, cause: KeyfobError): KeyfobError {
  return new KeyfobError(
    'sign_in_required',
    `The provider has ended the session of ${connection}.`,
    { hint: signIn(connection), cause },
  );
}

/** The session is kept, in case the provider thinks better of it; meanwhile a person is needed. */
export function clientRefused(connection: string, cause: KeyfobError): KeyfobError {
  return new KeyfobError(
    'sign_in_required',
    `The provider no longer accepts Keyfob's registration for ${connection}.`,
    { hint: signIn(connection), details: { reason: cause.code }, cause },
  );
}

/** Renewing does not help: the provider says 401 to every token. */
export function refusedAnew(connection: string): KeyfobError {
  return new KeyfobError(
    'unauthorized',
    `The provider refuses even fresh access tokens of ${connection}.`,
    {
      hint: `Try again in a minute. If it stays, run \`keyfob logout ${connection}\` and \`keyfob login ${connection}\`.`,
    },
  );
}

/** The helper is about to end. */
export function stopping(): KeyfobError {
  return new KeyfobError('helper_stopping', 'Keyfob is shutting down.', {
    hint: 'Try again; the command starts a new helper.',
  });
}

/** New tokens arrived after the sign-out. */
export function forgotten(connection: string): KeyfobError {
  return new KeyfobError('sign_in_required', `${connection} was signed out meanwhile.`, {
    hint: `Sign in again with \`keyfob login ${connection}\`.`,
  });
}

/** The keychain's item is none of ours any more. A store that found out itself says where it is now. */
export function damagedItem(connection: string, cause?: KeyfobError): KeyfobError {
  const kept = `Sign in again with \`keyfob login ${connection}\`; the item is left as it is until then.`;
  return new KeyfobError('secret_damaged', `The stored session of ${connection} is damaged.`, {
    hint: cause?.hint ?? kept,
    details: cause?.details,
    cause,
  });
}

/** The keychain keeps us waiting, perhaps behind a prompt that nobody sees. */
export function noAnswer(waitedMs: number): KeyfobError {
  return new KeyfobError(
    'keychain_failed',
    `The keychain has not answered for ${Math.round(waitedMs / 1000)} s.`,
    { hint: 'See whether it is asking for a password, then try again.' },
  );
}
