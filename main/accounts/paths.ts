import type { AccountOf } from '../../shared/account.ts';
import type { ListedAccount } from './source.ts';

/**
 * How accounts get their names. The rule:
 *
 * - The id is `connection/accountId/roleName`.
 * - The path is `connection/slug/roleName`. The slug is the AWS account's name in NFC, in which
 *   every run of characters other than letters, marks, digits and `_ . + = , @ -` became one `-`;
 *   hyphens at its ends are dropped, and what exceeds 100 characters. A name of which nothing is
 *   left, or only dots, gives the account id.
 * - When two AWS accounts of one connection have the same slug, both get `slug~accountId`, so that
 *   no path depends on an order or a history. A slug that reads like another account's id
 *   (12 digits) gets the same form.
 * - Role names are kept; a character that AWS does not allow there becomes `%` and its four-digit
 *   hexadecimal code unit.
 *
 * Hence distinct accounts never share an id or a path, and no path is another account's id.
 */
export function slugOf(accountName: string, accountId: string): string {
  const dashed = accountName.normalize('NFC').replace(hostileRun, '-');
  // By code points: half a character is none.
  const short = dashed.length <= maxSlug ? dashed : [...dashed].slice(0, maxSlug).join('');
  const slug = short.replace(/^-+|-+$/g, '');
  return /^\.*$/.test(slug) ? accountId : slug;
}

const maxSlug = 100;
const hostileRun = /[^\p{L}\p{M}\p{N}_.+=,@-]+/gu;

/** The accounts of one connection, with ids and paths, ordered by AWS account, then role. */
export function nameAccounts(
  connection: string,
  listed: readonly ListedAccount[],
): AccountOf<'aws-role'>[] {
  const accounts: AccountOf<'aws-role'>[] = [];
  for (const [segment, roles] of bySegment(listed)) {
    const seen = new Set<string>();
    for (const { accountId, accountName, emailAddress, roleName } of roles.sort(byRole)) {
      if (seen.has(roleName)) continue;
      seen.add(roleName);
      const role = roleSegment(roleName);
      accounts.push({
        kind: 'aws-role',
        id: `${connection}/${accountId}/${role}`,
        path: `${connection}/${segment}/${role}`,
        connection,
        accountId,
        accountName,
        ...(emailAddress === undefined ? {} : { emailAddress }),
        roleName,
      });
    }
  }
  return accounts;
}

/** The roles of each AWS account, under the middle segment of their paths and in its order. */
function bySegment(listed: readonly ListedAccount[]): [string, ListedAccount[]][] {
  const owners = new Map<string, number>();
  const groups = new Map<string, { slug: string; roles: ListedAccount[] }>();
  for (const one of listed) {
    const group = groups.get(one.accountId);
    if (group !== undefined) {
      group.roles.push(one);
      continue;
    }
    const slug = slugOf(one.accountName, one.accountId);
    groups.set(one.accountId, { slug, roles: [one] });
    owners.set(slug, (owners.get(slug) ?? 0) + 1);
  }
  return [...groups]
    .map(([accountId, { slug, roles }]): [string, ListedAccount[]] => {
      const shared = (owners.get(slug) ?? 0) > 1;
      const posing = slug !== accountId && /^\d{12}$/.test(slug);
      return [shared || posing ? `${slug}~${accountId}` : slug, roles];
    })
    .sort(([a], [b]) => compare(a, b));
}

function byRole(a: ListedAccount, b: ListedAccount): number {
  return compare(a.roleName, b.roleName);
}

/** Code unit order: the same on every machine and in every locale. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function roleSegment(roleName: string): string {
  if (/^[\w+=,.@-]+$/.test(roleName)) return roleName;
  return roleName.replace(
    /[^A-Za-z0-9_+=,.@-]/g,
    (unit) => `%${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
