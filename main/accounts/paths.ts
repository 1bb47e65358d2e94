import type { Account } from '../../shared/model.ts';
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
  const slug = [...accountName.normalize('NFC').replace(hostileRun, '-')]
    .slice(0, 100)
    .join('')
    .replace(/^-+|-+$/g, '');
  return /^\.*$/.test(slug) ? accountId : slug;
}

const hostileRun = /[^\p{L}\p{M}\p{N}_.+=,@-]+/gu;

/** The accounts of one connection, with ids and paths, in the order of their paths. */
export function nameAccounts(connection: string, listed: readonly ListedAccount[]): Account[] {
  const slugs = new Map<string, string>();
  const owners = new Map<string, Set<string>>();
  for (const { accountId, accountName } of listed) {
    const slug = slugOf(accountName, accountId);
    slugs.set(accountId, slug);
    owners.set(slug, (owners.get(slug) ?? new Set()).add(accountId));
  }
  const accounts = new Map<string, Account>();
  for (const one of listed) {
    const slug = slugs.get(one.accountId) ?? one.accountId;
    const shared = (owners.get(slug)?.size ?? 0) > 1;
    const posing = /^\d{12}$/.test(slug) && slug !== one.accountId;
    const segment = shared || posing ? `${slug}~${one.accountId}` : slug;
    const role = roleSegment(one.roleName);
    const id = `${connection}/${one.accountId}/${role}`;
    accounts.set(id, {
      kind: 'aws-role',
      id,
      path: `${connection}/${segment}/${role}`,
      connection,
      accountId: one.accountId,
      accountName: one.accountName,
      ...(one.emailAddress === undefined ? {} : { emailAddress: one.emailAddress }),
      roleName: one.roleName,
    });
  }
  return [...accounts.values()].sort(byPath);
}

/** Code unit order: the same on every machine and in every locale. */
export function byPath(a: Account, b: Account): number {
  if (a.path === b.path) return 0;
  return a.path < b.path ? -1 : 1;
}

function roleSegment(roleName: string): string {
  return roleName.replace(
    /[^A-Za-z0-9_+=,.@-]/g,
    (unit) => `%${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
