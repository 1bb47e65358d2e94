import type { ActivityEntry } from '../shared/model.ts';
import { text } from './text.ts';

/** What an entry is about: what it names itself, and the account, else the connection. */
export function subjectOf({ account, connection, subject }: ActivityEntry): string {
  return [subject, account ?? connection].filter((one) => one != null).join(', ');
}

/** Who it was, and by which way where that is not the usual one. */
export function byWhom({ client, listener, grant }: ActivityEntry): string {
  if (listener === 'window') return text.activity.by(text.activity.window);
  if (listener === 'socket') return text.activity.by(client);
  return grant === undefined ? text.activity.byStranger(client) : text.activity.byGrant(client);
}

/** Why it failed; undefined: it did not. */
export function whyFailed({ outcome }: Pick<ActivityEntry, 'outcome'>): string | undefined {
  if (outcome === 'ok') return undefined;
  return text.activity.outcomes[outcome] ?? text.activity.failed(outcome);
}
