import type { KeyfobError } from '../../shared/errors.ts';
import type { SessionView } from '../../shared/model.ts';
import type { StoredSession } from './provider.ts';
import { shownClaims } from './shown-claims.ts';
import { isRenewable } from './stored-session.ts';

/**
 * What clients see of a session. `now` is the provider's time, as are the session's times.
 * Undefined `stored` means that the keychain has not answered; `warnings` are the provider's.
 */
export function sessionView(
  stored: StoredSession | null | undefined,
  now: number,
  error: KeyfobError | undefined,
  warnings: readonly string[] = [],
): SessionView {
  const why = {
    ...(warnings.length === 0 ? {} : { warnings: [...warnings] }),
    ...(error === undefined ? {} : { error: error.toInfo() }),
  };
  if (stored === undefined) return { state: 'unknown', renewable: false, ...why };
  const tokens = stored?.tokens;
  const renewable = isRenewable(stored, now);
  const lapsed = tokens !== undefined && tokens.expiresAt <= now;
  if (tokens === undefined || (lapsed && !renewable)) {
    return { state: 'signed_out', renewable: false, ...why };
  }
  return {
    state: lapsed ? 'expired' : 'signed_in',
    expiresAt: new Date(tokens.expiresAt).toISOString(),
    renewable,
    ...(tokens.claims === undefined ? {} : { claims: shownClaims(tokens.claims) }),
    ...why,
  };
}
