import { type Account, accountNumber, accountOrigin } from '../../../shared/account.ts';
import type { CommandOutput } from '../../../shared/commands.ts';
import type { CliContext } from '../context.ts';
import { printable } from '../printable.ts';
import { displayWidth, table } from './table.ts';

/**
 * The list of accounts: marks, path, account number, and whose it is or where it comes from. Where a
 * terminal is too narrow for all of it, the last goes first; a path is never cut, since people copy
 * it.
 */
export function accountTable(
  { accounts, active, favourites }: CommandOutput<'accounts.list'>,
  { style, columns }: Pick<CliContext, 'style' | 'columns'>,
): string {
  if (accounts.length === 0) return '';
  const starred = new Set(favourites);
  const rows = accounts.map((account) => {
    const isActive = account.id === active;
    const path = printable(account.path);
    return [
      `${isActive ? '*' : ' '}${starred.has(account.id) ? '★' : ' '}`,
      isActive ? style.bold(path) : path,
      accountNumber(account) ?? 'token',
      printable(accountOrigin(account) ?? ''),
    ];
  });
  const roles = accounts.every(({ kind }) => kind === 'aws-role');
  const heading = ['', 'PATH', 'ACCOUNT', roles ? 'EMAIL' : 'EMAIL OR ORIGIN'].map((text) =>
    style.dim(text),
  );
  const full = table([heading, ...rows]);
  if (columns === undefined || widest(full) <= columns) return full;
  return table([heading, ...rows].map((row) => row.slice(0, 3)));
}

/** ` (123456789012)`, where there is an AWS account. */
export function numberInBrackets(account: Account): string {
  const number = accountNumber(account);
  return number === undefined ? '' : ` (${number})`;
}

function widest(text: string): number {
  return text.split('\n').reduce((most, line) => Math.max(most, displayWidth(line)), 0);
}
