import type { Switches } from './switches.ts';

/** The AWS accounts of the simulated organization and the roles that its one user may take. */
export interface SimAccount {
  readonly accountId: string;
  readonly accountName?: string;
  readonly emailAddress?: string;
  readonly roles: readonly string[];
  /** False: the account exists but the user has no access to it. */
  readonly assigned?: boolean;
}

const plainNames = ['Production', 'Staging', 'Sandbox', 'Security', 'Network', 'Data'];
const roleNames = ['Admin', 'ReadOnly', 'Developer', 'Billing', 'Support', 'Auditor'];

/** Names that have made trouble somewhere: each is one account, in this order. */
const awkwardNames: readonly (string | undefined)[] = [
  'Payments Production',
  'Twin',
  'Twin',
  'Zürich – Prüfstand 🚀',
  undefined,
  'team/with/slashes',
  ' surrounded by spaces ',
  '.hidden',
  'UPPER',
  'upper',
  `long ${'name '.repeat(9)}`,
  '日本 本番',
  '"quoted" & <tagged> \\ %2F',
  'חשבון הייצור של החברה הגדולה ביותר בארץ ובעולם כולו',
];

function accountIdOf(index: number): string {
  return index === 0 ? '000000000042' : String(111_111_111_110 + index);
}

function nameOf(index: number, awkward: boolean): string | undefined {
  if (awkward && index < awkwardNames.length) return awkwardNames[index];
  return plainNames[index] ?? `Workload ${index + 1}`;
}

function roleOf(index: number): string {
  return roleNames[index] ?? `Role_${index + 1}`;
}

/** The accounts as the switches say, plus one that exists but is not assigned. */
export function createDirectory(
  switches: Switches,
  fixed: readonly SimAccount[] | undefined,
): { accounts(): readonly SimAccount[] } {
  let key = '';
  let accounts: readonly SimAccount[] = [];
  return {
    accounts() {
      if (fixed !== undefined) return fixed;
      const wanted = `${switches.accounts}/${switches.rolesPerAccount}/${switches.awkwardNames}`;
      if (wanted !== key) {
        key = wanted;
        accounts = [...generate(switches), unassigned];
      }
      return accounts;
    },
  };
}

/** An account without access, to be refused for. */
export const unassigned: SimAccount = {
  accountId: '999999999999',
  accountName: 'Forbidden City',
  roles: ['Admin'],
  assigned: false,
};

function generate({ accounts, rolesPerAccount, awkwardNames }: Switches): SimAccount[] {
  return Array.from({ length: accounts }, (_, index) => {
    const accountName = nameOf(index, awkwardNames);
    const withoutEmail = awkwardNames && index % 4 === 3;
    return {
      accountId: accountIdOf(index),
      ...(accountName === undefined ? {} : { accountName }),
      ...(withoutEmail ? {} : { emailAddress: `aws+${index + 1}@example.com` }),
      roles: Array.from({ length: rolesPerAccount }, (_, role) => roleOf(role)),
    };
  });
}
