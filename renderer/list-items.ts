import type { Account, ConnectionView, State } from '../shared/model.ts';
import { type AccountSearch, createAccountSearch } from '../shared/search.ts';

/** One line of the list of accounts. Keys are unique and stay while the line means the same. */
export type ListItem =
  | { readonly kind: 'section'; readonly key: string; readonly section: 'favourites' | 'recent' }
  | { readonly kind: 'connection'; readonly key: string; readonly connection: ConnectionView }
  | { readonly kind: 'account'; readonly key: string; readonly account: Account }
  | {
      readonly kind: 'note';
      readonly key: string;
      readonly connection: ConnectionView;
      readonly note: ListNote;
    };

/** Why a connection shows no accounts, or not the newest. */
export type ListNote = 'sessionError' | 'syncError' | 'syncing' | 'empty' | 'signedOut';

/** Up to this many accounts, all are in view anyway, and the recent ones need no place of their own. */
const fewAccounts = 12;
const recentShown = 5;

export type ListState = Pick<State, 'connections' | 'accounts' | 'favourites'>;

/**
 * The lines to show. Without a query: favourites, recent accounts, then each connection with the
 * rest of its accounts in the catalogue's order. With one: what it finds, the best first.
 *
 * @param recent account ids, latest first. The caller decides when they change: a list that
 * reorders itself under the pointer is none to click in.
 * @param only the name of the one connection to show
 */
export function listItems(
  state: ListState,
  query: string,
  recent: readonly string[],
  only?: string,
): readonly ListItem[] {
  const wanted = (account: Account) => only === undefined || account.connection === only;
  if (query.trim() !== '') {
    const ranking = { favourites: state.favourites, recent };
    const found = searchOf(state.accounts).find(query, ranking);
    return (only === undefined ? found : found.filter(wanted)).map(row('found'));
  }
  const favourites = new Set(state.favourites);
  const items: ListItem[] = [];
  const starred = state.accounts.filter((account) => favourites.has(account.id) && wanted(account));
  if (starred.length > 0) {
    items.push({ kind: 'section', key: 'favourites', section: 'favourites' });
    items.push(...starred.map(row('favourite')));
  }
  items.push(...recentItems(state, recent, favourites, only));

  const rest = new Map<string, Account[]>();
  for (const account of state.accounts) {
    if (favourites.has(account.id)) continue;
    const others = rest.get(account.connection);
    if (others === undefined) rest.set(account.connection, [account]);
    else others.push(account);
  }
  for (const connection of state.connections) {
    const { name } = connection.settings;
    if (only !== undefined && name !== only) continue;
    items.push({ kind: 'connection', key: `connection:${name}`, connection });
    const note = noteOf(connection);
    if (note !== undefined) items.push({ kind: 'note', key: `note:${name}`, connection, note });
    for (const account of rest.get(name) ?? []) items.push(row('all')(account));
  }
  return items;
}

const row =
  (place: string) =>
  (account: Account): ListItem => ({ kind: 'account', key: `${place}:${account.id}`, account });

function recentItems(
  state: ListState,
  recent: readonly string[],
  favourites: ReadonlySet<string>,
  only: string | undefined,
): ListItem[] {
  if (only !== undefined || state.accounts.length <= fewAccounts) return [];
  const wanted = recent.filter((id) => !favourites.has(id)).slice(0, recentShown);
  const byId = new Map<string, Account>();
  for (const account of state.accounts) {
    if (wanted.includes(account.id)) byId.set(account.id, account);
  }
  const found = wanted.flatMap((id) => byId.get(id) ?? []);
  if (found.length === 0) return [];
  return [{ kind: 'section', key: 'recent', section: 'recent' }, ...found.map(row('recent'))];
}

/** What stands below a connection's heading, the most pressing first. */
export function noteOf({ settings, session, catalogue }: ConnectionView): ListNote | undefined {
  if (session.error !== undefined && session.state !== 'signed_out') return 'sessionError';
  // An OpenID connection has what a person gave it, signed in or not; there is nothing to fetch.
  if (settings.kind === 'oidc') return undefined;
  if (session.state !== 'signed_out' && catalogue.error !== undefined) return 'syncError';
  if (catalogue.accounts > 0) return undefined;
  if (catalogue.syncing) return 'syncing';
  if (session.state === 'signed_out') return 'signedOut';
  return catalogue.syncedAt === undefined ? undefined : 'empty';
}

const searches = new WeakMap<readonly Account[], AccountSearch>();

/** The search over a list of accounts, built once for each list. */
export function searchOf(accounts: readonly Account[]): AccountSearch {
  let search = searches.get(accounts);
  if (search === undefined) {
    search = createAccountSearch(accounts);
    searches.set(accounts, search);
  }
  return search;
}
