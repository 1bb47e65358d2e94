import { formatCount } from '../numbers.ts';

/** The accounts view: what is active, the search, the list, the details. */
export const accountsText = {
  active: 'Active account',
  left: 'left',
  none: 'No active account',
  noneHint: 'Pick one below. Tools that name no account get it.',
  search: 'Search accounts',
  searchCount: (count: number) => `Search ${formatCount(count)} accounts`,
  noMatch: (query: string) => `No account matches “${query}”.`,
  noMatchHint: 'Names, account ids and e-mail addresses are searched, every word of what you type.',
  clearSearch: 'Clear the search',
  syncing: 'Fetching the list of accounts…',
};
