import type { ConnectionView, SessionView } from '../../../shared/model.ts';
import type { Style } from './style.ts';
import { timeLeft } from './time.ts';

/** A shape for each state, so that it reads at a glance without colour; the words follow it. */
const shapes: Record<SessionView['state'], string> = {
  signed_in: '●',
  expired: '◐',
  signed_out: '○',
  unknown: '◇',
};

const tones: Record<SessionView['state'], keyof Style> = {
  signed_in: 'good',
  expired: 'warn',
  signed_out: 'dim',
  unknown: 'warn',
};

/** A session's state at a glance: a coloured sign that differs in its shape, too. */
export function sessionShape(session: SessionView, style: Style): string {
  return style[tones[session.state]](shapes[session.state]);
}

/** `signed in, 58 min left, renews by itself`. */
export function sessionWords(session: SessionView, now: number): string {
  switch (session.state) {
    case 'signed_in':
      return [
        'signed in',
        ...(session.expiresAt === undefined ? [] : [timeLeft(session.expiresAt, now)]),
        session.renewable ? 'renews by itself' : 'does not renew itself',
      ].join(', ');
    case 'expired':
      return 'expired, renewal is being tried';
    case 'signed_out':
      return 'signed out';
    case 'unknown':
      return session.error === undefined ? 'the keychain has not answered yet' : 'unknown';
  }
}

/** `1,500 accounts`, with what keeps the list from being complete; `tokens` where there is no list. */
export function catalogueWords({ catalogue, settings }: ConnectionView): string {
  if (settings.kind === 'oidc') return 'tokens';
  const count = countOf(catalogue.accounts, 'account');
  if (catalogue.syncing) return `${count}, more coming in`;
  return catalogue.error === undefined ? count : `${count}, the last sync failed`;
}

/** `1 account`, `1,200 accounts`. */
export function countOf(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
