import { KeyfobError } from '../../shared/errors.ts';
import type { Account } from '../../shared/model.ts';
import { nearest } from './nearest.ts';

/**
 * Finds the account that a text means, among accounts as they are now. In this order:
 *
 * 1. an id or a path, exactly;
 * 2. an id or a path, whatever its case;
 * 3. whole segments of one, if they mean a single account: `prod/Admin`, `123456789012/Admin`,
 *    `acme/prod`, `prod`, `Admin`.
 *
 * A slug that two AWS accounts share is ambiguous even where only one of them has the role: else
 * taking a role away would silently point a tool to the other account.
 */
export interface Resolver {
  /** Rejects with `unknown_account` (naming the nearest ones) or `ambiguous_account` (naming the candidates). */
  resolve(text: string): Account;
}

type Search = (query: string) => readonly Account[];

/** More different texts than this are not remembered. */
const rememberedTexts = 2_000;
const shownCandidates = 5;
const shownNearest = 3;

/**
 * Creates the resolver of these very accounts; others need another.
 *
 * @param search finds those among them that a query means, to be suggested
 */
export function createResolver(accounts: readonly Account[], search: Search): Resolver {
  const exact = new Map<string, Account>();
  for (const account of accounts) {
    exact.set(account.id, account);
    exact.set(account.path, account);
  }
  let forms: Map<Account, Forms> | undefined;
  const remembered = new Map<string, Account | KeyfobError>();

  function find(text: string): Account | KeyfobError {
    const wanted = fold(text);
    forms ??= new Map(accounts.map((account) => [account, formsOf(account)]));
    const whole: Account[] = [];
    const partial: Account[] = [];
    const bare: Account[] = [];
    for (const [account, form] of forms) {
      if (form.id === wanted || form.path === wanted) whole.push(account);
      else if (hasSegments(form.path, wanted) || hasSegments(form.id, wanted))
        partial.push(account);
      else if (form.bare !== undefined && hasSegments(form.bare, wanted)) bare.push(account);
    }
    const found = [...(whole.length > 0 ? whole : partial), ...bare];
    const [first] = found;
    if (first === undefined) return unknown(text, accounts, search);
    return found.length === 1 && bare.length === 0 ? first : ambiguous(text, found);
  }

  return {
    resolve(text) {
      const known = exact.get(text) ?? remembered.get(text);
      const outcome = known ?? find(text);
      if (known === undefined) {
        if (remembered.size >= rememberedTexts) remembered.clear();
        remembered.set(text, outcome);
      }
      if (outcome instanceof KeyfobError) throw outcome;
      return outcome;
    },
  };
}

interface Forms {
  readonly id: string;
  readonly path: string;
  /** The path with the plain slug, where the slug alone was not enough. */
  readonly bare: string | undefined;
}

function formsOf(account: Account): Forms {
  const path = fold(account.path);
  const [connection, segment = '', role] = path.split('/');
  const slug = segment.replace(/~[^~]*$/, '');
  // A slug of 12 digits reads as another account's id, and means that.
  const plain = slug !== segment && !/^\d{12}$/.test(slug);
  return {
    id: fold(account.id),
    path,
    bare: plain ? `${connection}/${slug}/${role}` : undefined,
  };
}

function fold(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

/** True when `wanted` is a run of whole segments of `path`. */
function hasSegments(path: string, wanted: string): boolean {
  return wanted !== '' && `/${path}/`.includes(`/${wanted}/`);
}

function unknown(text: string, accounts: readonly Account[], search: Search): KeyfobError {
  if (accounts.length === 0) {
    return new KeyfobError('unknown_account', `No account is called ${quoted(text)}.`, {
      hint: 'No accounts are known yet. Sign in with `keyfob login`; if you are signed in, ask the provider anew with `keyfob accounts --sync`.',
    });
  }
  const nearby = suggestions(text, accounts, search);
  return new KeyfobError('unknown_account', `No account is called ${quoted(text)}.`, {
    hint:
      nearby.length === 0
        ? 'List the accounts with `keyfob accounts`.'
        : `Did you mean ${nearby.join(', ')}? List them all with \`keyfob accounts\`.`,
    details: { account: shortened(text), nearest: nearby },
  });
}

/** What a search would find goes before what is merely spelt alike: people begin names, and stop. */
function suggestions(text: string, accounts: readonly Account[], search: Search): string[] {
  const words = text.replaceAll('/', ' ');
  const found = words.trim() === '' ? [] : search(words);
  const paths = found.slice(0, shownNearest).map(({ path }) => path);
  return [...new Set([...paths, ...nearest(text, accounts, shownNearest)])].slice(0, shownNearest);
}

function ambiguous(text: string, found: readonly Account[]): KeyfobError {
  const candidates = found.slice(0, shownCandidates).map((account) => account.path);
  const more = found.length - candidates.length;
  return new KeyfobError('ambiguous_account', `${quoted(text)} could mean several accounts.`, {
    hint: `Say which one: ${candidates.join(', ')}${more > 0 ? `, or one of ${more} more` : ''}.`,
    details: { account: shortened(text), candidates, matches: found.length },
  });
}

function quoted(text: string): string {
  return `"${shortened(text)}"`;
}

/** What a caller wrote goes into messages and logs: no control characters, no novels. */
function shortened(text: string): string {
  const clean = text.replace(/\p{C}/gu, '?');
  return clean.length > 120 ? `${clean.slice(0, 120)}…` : clean;
}
