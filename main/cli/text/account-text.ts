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

const kinds: Readonly<Record<Account['kind'], string>> = {
  'aws-role': 'A role of IAM Identity Center',
  'aws-assumed-role': 'A role assumed with the credentials of another account',
  'aws-web-identity': 'A role assumed with the ID token of its connection',
  token: 'A token of its connection',
  'iam-token': 'A token of an application of Identity Center',
};

/** What one account is made of: its members, in the order in which they are kept. */
export function accountText(
  { kind, path: _path, ...rest }: Account,
  { style }: Pick<CliContext, 'style'>,
): string {
  const rows = Object.entries(rest).map(([name, value]) => [
    style.dim(wordsOf(name)),
    printable(shown(value)),
  ]);
  return table([[style.dim('kind'), kinds[kind]], ...rows]);
}

/** `transitiveTagKeys` as `transitive tag keys`. */
function wordsOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map(shown).join(', ');
  if (typeof value !== 'object' || value === null) return String(value);
  if ('key' in value && 'value' in value) return `${value.key}=${value.value}`;
  return Object.values(value).join(' ');
}

/** ` (123456789012)`, where there is an AWS account. */
export function numberInBrackets(account: Account): string {
  const number = accountNumber(account);
  return number === undefined ? '' : ` (${number})`;
}

function widest(text: string): number {
  return text.split('\n').reduce((most, line) => Math.max(most, displayWidth(line)), 0);
}
