import { type Account, accountNumber } from './account.ts';

/**
 * Search as a person types, over thousands of accounts. Building it costs as much as many
 * keystrokes: keep it until the accounts change.
 */
export interface AccountSearch {
  /**
   * The accounts in which every word of the query occurs, in path, account id, account name or
   * email address, of tokens their scopes and audience, whatever the case and accents. Favourites come first, then recently used ones
   * (latest first), then those where a segment of the path begins with the query, then the others;
   * otherwise in the order given. An empty query matches all.
   */
  find(query: string, ranking?: SearchRanking): Account[];
}

export interface SearchRanking {
  /** Account ids. */
  readonly favourites?: readonly string[];
  /** Account ids, latest first. */
  readonly recent?: readonly string[];
}

export function createAccountSearch(accounts: readonly Account[]): AccountSearch {
  const rows = accounts.map((account) => {
    const path = `/${foldText(account.path)}`;
    const rest = foldText(moreOf(account));
    return { account, path, text: `${path}\n${accountNumber(account) ?? ''}\n${rest}` };
  });

  return {
    find(query, ranking = {}) {
      const words = foldText(query).split(/\s+/).filter(Boolean);
      const start = words.length === 1 ? `/${words[0]}` : undefined;
      const favourites = new Set(ranking.favourites);
      const recent = new Map(ranking.recent?.map((id, index) => [id, index]));
      const first: Account[] = [];
      const used: { account: Account; index: number }[] = [];
      const prefixed: Account[] = [];
      const others: Account[] = [];
      for (const { account, path, text } of rows) {
        if (!words.every((word) => text.includes(word))) continue;
        const index = recent.get(account.id);
        if (favourites.has(account.id)) first.push(account);
        else if (index !== undefined) used.push({ account, index });
        else if (start !== undefined && path.includes(start)) prefixed.push(account);
        else others.push(account);
      }
      used.sort((a, b) => a.index - b.index);
      return [...first, ...used.map(({ account }) => account), ...prefixed, ...others];
    },
  };
}

/** What an account is also found by. */
function moreOf(account: Account): string {
  switch (account.kind) {
    case 'aws-role':
      return `${account.accountName}\n${account.emailAddress ?? ''}`;
    case 'aws-assumed-role':
    case 'aws-web-identity':
      return account.roleName;
    case 'token':
      return [...(account.scopes ?? []), account.audience ?? ''].join('\n');
    case 'iam-token':
      return account.application;
  }
}

/** Letters that Unicode does not take apart, though people type them without their strokes. */
const plain: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  ħ: 'h',
  ı: 'i',
  þ: 'th',
};

/** Lower case, without accents and compatibility forms. */
export function foldText(text: string): string {
  const lower = text.toLowerCase();
  // Most names are ASCII, and normalising thousands of them is what building would cost.
  if (/^\p{ASCII}*$/u.test(lower)) return lower;
  return lower
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[ßæœøđðłħıþ]/g, (letter) => plain[letter] ?? letter);
}
