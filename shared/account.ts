import type { Account, AwsAccount, TokenAccount } from './account-schema.ts';

export type {
  Account,
  AccountKind,
  AccountOf,
  AwsAccount,
  ConfiguredAccount,
  TokenAccount,
} from './account-schema.ts';

/** What can be told from an account alone. No schema: the window's page has no use for one. */

/** The name of the token account that every OpenID connection has: its own access token. */
export const ownTokenName = 'access';

/**
 * How many seconds the session of an assumed role may last. All that Keyfob signs with comes from a
 * role itself, so AssumeRole is always role chaining, which AWS ends after an hour (AWS STS API
 * Reference, AssumeRole and AssumeRoleWithWebIdentity, DurationSeconds).
 */
export const sessionSeconds = {
  'aws-assumed-role': { least: 900, most: 3_600 },
  'aws-web-identity': { least: 900, most: 43_200 },
} as const;

/** Whether it yields AWS credentials. */
export function isAwsAccount(account: Account): account is AwsAccount {
  return 'roleName' in account;
}

/** Whether it yields a token. */
export function isTokenAccount(account: Account): account is TokenAccount {
  return !isAwsAccount(account);
}

/** Whether a person has put it together, so that a person may take it away. */
export function isRemovable(account: Account): boolean {
  if (account.kind === 'aws-role') return false;
  return !(account.kind === 'token' && account.name === ownTokenName);
}

/** The ids of the accounts that this one can't do without. */
export function accountsNeededBy(account: Account): readonly string[] {
  switch (account.kind) {
    case 'aws-assumed-role':
      return account.context === undefined ? [account.source] : [account.source, account.context];
    case 'iam-token':
      return 'account' in account.subject
        ? [account.source, account.subject.account]
        : [account.source];
    default:
      return [];
  }
}

/** The connections whose session this account itself uses; those of `accountsNeededBy` come on top. */
export function connectionsUsedBy(account: Account): readonly string[] {
  switch (account.kind) {
    case 'aws-assumed-role':
      return [];
    case 'iam-token':
      return 'connection' in account.subject ? [account.subject.connection] : [];
    default:
      return [account.connection];
  }
}

/** The number of the AWS account that is acted in; a token has none. */
export function accountNumber(account: Account): string | undefined {
  return isAwsAccount(account) ? account.accountId : undefined;
}

/** What is said of an account beside its path: a role's name, or what kind of token it is. */
export function accountRole(account: Account): string {
  if (isAwsAccount(account)) return account.roleName;
  return account.kind === 'token' && account.token === 'id' ? 'ID token' : 'Token';
}

/** Where an account comes from, in a few words; of an Identity Center role, whose account it is. */
export function accountOrigin(account: Account): string | undefined {
  switch (account.kind) {
    case 'aws-role':
      return account.emailAddress;
    case 'aws-assumed-role':
      return `from ${account.source}`;
    case 'aws-web-identity':
      return `by the ID token of ${account.connection}`;
    case 'token':
      return account.scopes === undefined ? undefined : account.scopes.join(' ');
    case 'iam-token':
      return `signed by ${account.source}`;
  }
}
