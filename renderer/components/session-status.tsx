import type { SessionView } from '../../shared/model.ts';
import { timeLeft, timeOfDay, useNow } from '../times.ts';
import styles from './session-status.module.css';

const soonMs = 10 * 60_000;

interface Status {
  readonly shape: 'dot' | 'ring' | 'diamond';
  readonly words: string;
}

/** How a session stands: a shape and words; colour comes last. */
export function sessionStatus(session: SessionView, nowMs: number): Status {
  switch (session.state) {
    case 'signed_in': {
      if (session.expiresAt === undefined) return { shape: 'dot', words: 'signed in' };
      if (session.renewable) return { shape: 'dot', words: 'signed in, renews by itself' };
      return Date.parse(session.expiresAt) - nowMs < soonMs
        ? { shape: 'ring', words: `expires in ${timeLeft(session.expiresAt, nowMs)}` }
        : { shape: 'dot', words: `signed in until ${timeOfDay(session.expiresAt)}` };
    }
    case 'expired':
      return { shape: 'ring', words: 'expired, trying to renew' };
    case 'unknown':
      return {
        shape: 'ring',
        words: session.error === undefined ? 'reading the keychain' : session.error.message,
      };
    case 'signed_out':
      return { shape: 'diamond', words: 'signed out' };
  }
}

export function SessionMark(props: { readonly session: SessionView }) {
  const { shape } = sessionStatus(props.session, 0);
  return <span className={`${styles.mark} ${styles[shape]}`} aria-hidden="true" />;
}

export function SessionWords(props: { readonly session: SessionView }) {
  const now = useNow();
  return <span className={styles.words}>{sessionStatus(props.session, now).words}</span>;
}
