import type { ActivityEntry, ActivityKind } from '../../../shared/model.ts';
import { printable } from '../printable.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';
import { localTime } from './time.ts';

const words: Partial<Record<ActivityKind, string>> = { 'aws-credentials': 'credentials' };

/** The record as lines of a table: when, what, of which account or connection, by whom, how it went. */
export function activityTable(entries: readonly ActivityEntry[], style: Style): string {
  return table(entries.map((entry) => row(entry, style)));
}

function row(entry: ActivityEntry, style: Style): string[] {
  const { lastAt, what, account, connection, subject, client, listener, outcome, count } = entry;
  return [
    style.dim(localTime(lastAt)),
    words[what] ?? what.replaceAll('-', ' '),
    printable([subject, account ?? connection].filter((one) => one != null).join(', ') || '-'),
    `${printable(client)}${listener === 'socket' ? '' : ` (${listener})`}`,
    outcome === 'ok' ? style.good('ok') : style.bad(outcome),
    ...(count > 1 ? [style.dim(`${count} times`)] : []),
  ];
}
