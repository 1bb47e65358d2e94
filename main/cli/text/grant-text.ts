import type { CommandOutput } from '../../../shared/commands.ts';
import type { Grant } from '../../../shared/model.ts';
import type { CliContext } from '../context.ts';
import { printable } from '../printable.ts';
import { table } from './table.ts';
import { timeAgo, timeLeft } from './time.ts';

/** What `grant create` prints for a program or a person to take along. */
export function grantForm(
  { grant, token, url }: CommandOutput<'grant.create'>,
  form: 'token' | 'env' | 'url',
): string {
  if (form === 'token') return `${token}\n`;
  const [only, another] = grant.accounts;
  const query =
    only === undefined || another !== undefined ? '' : `?account=${encodeURIComponent(only)}`;
  const address = `${url}/v1/aws/container${query}`;
  if (form === 'url') return `${address}\n`;
  return `AWS_CONTAINER_CREDENTIALS_FULL_URI=${address}\nAWS_CONTAINER_AUTHORIZATION_TOKEN=${token}\n`;
}

/** An account's path, by its id. */
export type PathOf = (id: string) => string;

/** `Grant "ci" (id) for every account, 30 d left.` */
export function grantWords(grant: Grant, pathOf: PathOf, now: number): string {
  return `Grant "${printable(grant.label)}" (${grant.id}) for ${accountsOf(grant, pathOf)}, ${timeLeft(grant.expiresAt, now)}.`;
}

/** A line for each grant: id, label, accounts, how long it lasts, when it was last used. */
export function grantTable(
  grants: readonly Grant[],
  pathOf: PathOf,
  { style, now }: Pick<CliContext, 'style' | 'now'>,
): string {
  if (grants.length === 0) return '';
  const heading = ['ID', 'LABEL', 'ACCOUNTS', 'LASTS', 'LAST USED'].map((text) => style.dim(text));
  const at = now();
  return table([
    heading,
    ...grants.map((grant) => [
      grant.id,
      printable(grant.label),
      accountsOf(grant, pathOf),
      timeLeft(grant.expiresAt, at),
      grant.lastUsedAt === undefined ? 'never' : timeAgo(grant.lastUsedAt, at),
      ...(grant.ephemeral ? ['while a program runs'] : []),
    ]),
  ]);
}

function accountsOf({ accounts }: Grant, pathOf: PathOf): string {
  if (accounts.length === 0) return 'every account';
  return accounts.map((id) => printable(pathOf(id))).join(', ');
}
