import type { Clock, Notice, Notifier } from '../ports.ts';

/** What a person is told about one connection, and how often. */
export interface Notices {
  /** At most once in ten minutes, however many tools ask; a sign-in starts afresh. */
  signInRequired(): void;
  /** Once for each access token. */
  expiring(accessToken: string): void;
  signedIn(): void;
}

const coolDownMs = 10 * 60_000;

/** Creates the notices of a connection. */
export function createNotices(connection: string, notifier: Notifier, clock: Clock): Notices {
  let toldAt: number | undefined;
  let warnedOf: string | undefined;
  const tell = (kind: Notice['kind'], message: string) =>
    notifier.notify({ kind, connection, message });

  return {
    signInRequired() {
      const now = clock.now();
      // A clock set back must not silence us for longer than the cool-down.
      if (toldAt !== undefined && Math.abs(now - toldAt) < coolDownMs) return;
      toldAt = now;
      tell('sign_in_required', `Sign in to ${connection} again.`);
    },
    expiring(accessToken) {
      if (warnedOf === accessToken) return;
      warnedOf = accessToken;
      tell('expiring', `The session of ${connection} ends soon and can't renew itself.`);
    },
    signedIn() {
      toldAt = undefined;
      tell('signed_in', `Signed in to ${connection}.`);
    },
  };
}
