import type { SessionView } from '../shared/model.ts';
import type { StatusShape } from './components/status.tsx';
import { text } from './text.ts';
import { timeLeft, timeOfDay } from './times.ts';

/** Below this much time a session that can't renew itself is said to end soon. */
const soonMs = 10 * 60_000;

/** Whether a session ends soon and a new sign-in alone prevents it. */
export function endsSoon({ state, expiresAt, renewable }: SessionView, nowMs: number): boolean {
  if (state !== 'signed_in' || renewable || expiresAt === undefined) return false;
  return Date.parse(expiresAt) - nowMs < soonMs;
}

/** How a session stands: a shape and words; colour comes last. */
export function sessionStatus(
  session: SessionView,
  nowMs: number,
): { readonly shape: StatusShape; readonly words: string } {
  switch (session.state) {
    case 'signed_in': {
      // One that renews itself has no end that a person should watch.
      if (session.expiresAt === undefined || session.renewable) {
        return { shape: 'dot', words: text.session.signedIn };
      }
      return endsSoon(session, nowMs)
        ? { shape: 'ring', words: text.session.expiresIn(timeLeft(session.expiresAt, nowMs)) }
        : { shape: 'dot', words: text.session.signedInUntil(timeOfDay(session.expiresAt)) };
    }
    case 'expired':
      return { shape: 'ring', words: text.session.expired };
    case 'unknown':
      return {
        shape: 'ring',
        words:
          session.error === undefined ? text.session.readingKeychain : text.session.keychainFailed,
      };
    case 'signed_out':
      return { shape: 'diamond', words: text.session.signedOut };
  }
}
