import type { CommandArgument, CommandOutput } from '../../shared/commands.ts';
import type { Found } from './record-file.ts';

/** The last of the entries that fit, in the order in which they were last asked for. */
export function searchActivity(
  { entries, damaged }: Found,
  query: CommandArgument<'activity.list'>,
): CommandOutput<'activity.list'> {
  const since = query.since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(query.since);
  const account = query.account?.toLowerCase();
  const client = query.client?.toLowerCase();
  const fitting = entries.filter(
    (entry) =>
      Date.parse(entry.lastAt) >= since &&
      (account === undefined || (entry.account?.toLowerCase().includes(account) ?? false)) &&
      (client === undefined || entry.client.toLowerCase().includes(client)) &&
      (query.connection === undefined || belongsTo(query.connection, entry)),
  );
  const inOrder = fitting.toSorted(
    (a, b) => Date.parse(a.lastAt) - Date.parse(b.lastAt) || Number(a.id) - Number(b.id),
  );
  return { entries: inOrder.slice(-query.limit), damaged };
}

/** Some entries name an account alone, whose path begins with the connection. */
function belongsTo(
  connection: string,
  entry: { readonly connection: string | null; readonly account: string | null },
): boolean {
  if (entry.connection !== null) return entry.connection === connection;
  return entry.account?.startsWith(`${connection}/`) ?? false;
}
