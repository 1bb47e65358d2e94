import { KeyfobError } from '../../shared/errors.ts';
import type { ClientRegistration, StoredSession, Tokens } from '../connections/provider.ts';
import type { CreatedToken } from './oidc-answers.ts';

/** The two flows that an Identity Center offers. */
export type FlowName = keyof StoredSession['registrations'];

/** AWS's answer as tokens that the session keeps; `now` is the provider's time. */
export function tokensFrom(
  answer: CreatedToken,
  context: { readonly flow: FlowName; readonly scope: readonly string[]; readonly now: number },
): Tokens {
  const { now, scope, flow } = context;
  return {
    accessToken: answer.accessToken,
    ...(answer.refreshToken === undefined ? {} : { refreshToken: answer.refreshToken }),
    ...(answer.idToken === undefined ? {} : { idToken: answer.idToken }),
    scope,
    obtainedAt: now,
    expiresAt: now + answer.expiresIn * 1000,
    flow,
  };
}

/**
 * The session to store before a person is sent anywhere. A registration that the present tokens
 * were got with stays, since they can't be refreshed without it if the sign-in comes to nothing.
 */
export function whileSigningIn(
  stored: StoredSession | null,
  flow: FlowName,
  registration: ClientRegistration,
): StoredSession {
  const tokens = stored?.tokens;
  const needed = tokens?.flow === flow && stored?.registrations[flow] !== undefined;
  return {
    version: 1,
    registrations: {
      ...stored?.registrations,
      ...(needed ? {} : { [flow]: registration }),
    },
    ...(tokens === undefined ? {} : { tokens }),
  };
}

/** The session after a sign-in: the new tokens, and the registration that they belong to. */
export function signedIn(
  stored: StoredSession | null,
  registration: ClientRegistration,
  tokens: Tokens,
): StoredSession {
  const registrations = { ...stored?.registrations, [tokens.flow]: registration };
  return { version: 1, registrations, tokens };
}

/** The error for a session that only a person can bring back. */
export function sessionOver(why: string, cause?: KeyfobError): KeyfobError {
  return new KeyfobError('invalid_grant', `The session can't be renewed: ${why}.`, {
    hint: 'Sign in again with `keyfob login`.',
    details: cause?.details,
    cause,
  });
}
