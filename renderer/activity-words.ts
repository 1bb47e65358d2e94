import type { ActivityEntry, Grant } from '../shared/model.ts';
import { text } from './text.ts';

/** What an entry is about: an account, a connection, or the grant that was made or revoked. */
export function subjectOf(entry: ActivityEntry, labels: ReadonlyMap<string, string>): string {
  const { account, connection, grant, what } = entry;
  const made = what === 'grant-create' || what === 'grant-revoke' ? grant : undefined;
  return account ?? connection ?? (made === undefined ? '' : (labels.get(made) ?? ''));
}

/**
 * The labels of grants by id. One that has ended is in the list no more, but whoever used it on
 * 127.0.0.1 went by its label.
 */
export function grantLabels(
  grants: readonly Grant[],
  activity: readonly ActivityEntry[],
): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  for (const { grant, listener, client } of activity) {
    if (grant !== undefined && listener === 'loopback') labels.set(grant, client);
  }
  for (const { id, label } of grants) labels.set(id, label);
  return labels;
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
