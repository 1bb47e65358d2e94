import type { AwsAccount } from '../../shared/account.ts';

/** What profiles are called where nobody has chosen otherwise. */
export const defaultTemplate = '{connection}-{account}-{role}';

/** An account's profile by a template, made of characters that every reader of the file takes. */
export function profileNameOf(account: AwsAccount, template: string): string {
  const [, middle = '', role = ''] = segmentsOf(account);
  const values: Readonly<Record<string, string>> = {
    connection: account.connection,
    account: middle,
    accountId: account.accountId,
    // A configured account's name stands for its role, too.
    role,
  };
  return template
    .replaceAll(/\{(\w+)\}/g, (_, name: string) => plain(values[name] ?? ''))
    .replace(/^[-/:]+|[-/:]+$/g, '');
}

/** Of the id where the path would lose letters: two accounts must not share a name by that. */
function segmentsOf({ id, path }: AwsAccount): string[] {
  return (/^[\w.@/ -]+$/.test(path) ? path : id).split('/');
}

function plain(text: string): string {
  return text.replace(/[^\w.@-]+/g, '-');
}
