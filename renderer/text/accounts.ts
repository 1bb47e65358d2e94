import { formatCount } from '../numbers.ts';

/** The accounts view: what is active, the search, the list, the details. */
export const accountsText = {
  active: 'Active account',
  left: 'left',
  none: 'No active account',
  noneHint: 'Pick one from the list. Tools that name no account get it.',
  noneYet: 'Your accounts appear below once you are signed in.',
  renews: 'renews by itself',
  signedOutHint: 'Tools get nothing until you sign in.',
  openConsole: 'Open console',
  copyEnvironment: 'Copy as env',
  copyToken: 'Copy token',
  tokenOf: (path: string) => `the token of ${path}`,
  more: 'More',
  moreFor: (path: string) => `More for ${path}`,
  moreForConnection: (name: string) => `More for the connection ${name}`,

  search: 'Search accounts',
  searchCount: (count: number) =>
    count === 0
      ? 'Search accounts'
      : count === 1
        ? 'Search 1 account'
        : `Search ${formatCount(count)} accounts`,
  clearSearch: 'Clear the search',
  found: (count: number) =>
    count === 1 ? '1 account found' : `${formatCount(count)} accounts found`,
  noMatch: (query: string) => `No account matches “${query}”.`,
  noMatchHint: 'Names, roles, account ids, e-mail addresses and scopes are searched.',

  list: 'Accounts',
  favourites: 'Favourites',
  recent: 'Recent',
  favourite: 'favourite',
  asks: 'asks before use',
  use: 'Use',
  inUse: 'In use',
  signInUnderWay: 'signing in…',
  show: 'Show',

  syncing: 'Fetching the list of accounts…',
  signedOut: 'Sign in to see its accounts.',
  empty: 'No account is assigned to you here.',
  emptyHint: 'Ask whoever gives access there, then fetch the list again.',
  sync: 'Fetch the accounts again',
  test: 'Try again',

  copyPath: 'Copy path',
  copyCredentialProcess: 'Copy credential_process line',
  copyTokenCommand: 'Copy the command that prints the token',
  copyAsEnvironment: 'Copy as environment',
  copyAccountId: 'Copy account id',
  shells: { sh: 'sh, bash, zsh', fish: 'fish', powershell: 'PowerShell' },
  addFavourite: 'Add to favourites',
  removeFavourite: 'Remove from favourites',
  askBeforeUse: 'Ask before use',
  policies: {
    never: 'Never',
    first: 'The first time a program asks',
    always: 'Every time',
  },
  showTools: 'Connect a tool',
  environmentFor: (path: string) => `environment of ${path}`,
  credentialProcess: 'credential_process line',
  tokenCommand: 'the command that prints the token',
  opening: (path: string) => `Opening the console of ${path}`,

  removeAccount: 'Remove this account…',
  removeAccountTitle: (path: string) => `Remove ${path}?`,
  removeAccountHint: 'Tools no longer get it. What it was made of stays.',
  removeAccountYes: 'Remove',
  removedAccount: (path: string) => `${path} is removed`,
  addAccount: 'Add an account…',
  addAccountTo: (connection: string) => `Add an account to ${connection}…`,

  remove: 'Forget this connection…',
  removeTitle: (name: string) => `Forget ${name}?`,
  removeHint:
    'It is signed out, and its list of accounts and its favourites are deleted. Files of other tools stay as they are.',
  removeYes: 'Forget',

  connections: 'Connections',
  allAccounts: 'All accounts',
  details: 'Details',
  detailsNone: 'Choose an account, and what there is to know about it stands here.',
  detail: {
    accountId: 'Account id',
    email: 'E-mail',
    origin: 'Made of',
    connection: 'Connection',
    credentials: 'Credentials',
    ownToken: 'This token',
    credentialsNone: 'fetched when a tool asks',
    line: 'In ~/.aws/config',
    command: 'In a script',
    scopes: 'Scopes',
    audience: 'Audience',
    source: 'With the credentials of',
    roleArn: 'Role',
    mfa: 'MFA device',
    token: 'Token',
  },

  palette: 'Commands',
  paletteField: 'What do you want to do?',
  paletteNone: 'Nothing of that name.',
  paletteUse: (path: string) => `Use ${path}`,
};
