import type { MenuItemConstructorOptions } from 'electron';
import { isTokenAccount } from '../../shared/account.ts';
import type { Shell } from '../../shared/commands/accounts.ts';
import type {
  Account,
  Confirmation,
  ConnectionView,
  Prompt,
  SignIn,
  State,
} from '../../shared/model.ts';
import type { WindowView } from './origin.ts';
import { activeWords, printable, sessionWords } from './session-words.ts';

/** What the menu can do. Each shows its own failure. */
export interface TrayActions {
  use(account: string): void;
  signIn(connection: string): void;
  cancelSignIn(connection: string): void;
  openSignInPage(signIn: SignIn): void;
  /** Shows the window at a sign-in, which asks something there. */
  showSignIn(connection: string): void;
  copyCode(userCode: string): void;
  signOut(connection: string): void;
  copyEnvironment(shell: Shell): void;
  copyToken(account: string): void;
  openConsole(): void;
  answer(confirmation: string, allow: boolean): void;
  open(view: WindowView): void;
  quit(): void;
}

type Item = MenuItemConstructorOptions;

const separator: Item = { type: 'separator' };
const shells: readonly (readonly [Shell, string])[] = [
  ['sh', 'sh, bash, zsh'],
  ['fish', 'fish'],
  ['powershell', 'PowerShell'],
];
const maxRecent = 5;
const maxLabel = 80;

/** The tray's menu, complete by itself: on Linux an icon may have nothing else. */
export function trayMenu(state: State, now: number, actions: TrayActions): Item[] {
  return joined([
    [
      ...state.confirmations.map((question) => confirmationItem(question, actions)),
      ...state.prompts.map((prompt) => promptItem(prompt, actions)),
    ],
    [{ label: label(activeWords(state, now)), enabled: false }],
    accountItems(state, actions),
    state.connections.map((connection) => connectionItem(state, connection, now, actions)),
    activeItems(state, actions),
    [
      { label: 'Open Keyfob', click: () => actions.open('accounts') },
      { label: 'Settings', click: () => actions.open('settings') },
    ],
    [{ label: 'Quit Keyfob', click: () => actions.quit() }],
  ]);
}

function confirmationItem({ id, client, path }: Confirmation, actions: TrayActions): Item {
  return {
    // The same program may ask again in the same words; on Linux a menu is set anew only if it differs.
    id: `question ${id}`,
    label: label(`${client} asks for ${path}`),
    submenu: [
      { label: 'Allow', click: () => actions.answer(id, true) },
      { label: 'Refuse', click: () => actions.answer(id, false) },
    ],
  };
}

/** A menu has no field to type into: the window has. */
function promptItem({ id, path }: Prompt, actions: TrayActions): Item {
  return {
    id: `prompt ${id}`,
    label: label(`Enter the MFA code for ${path}…`),
    click: () => actions.open('accounts'),
  };
}

/** What there is to take from the active account: a token is no environment, and has no console. */
function activeItems(state: State, actions: TrayActions): Item[] {
  const active = state.accounts.find(({ id }) => id === state.active);
  if (active !== undefined && isTokenAccount(active)) {
    return [{ label: 'Copy token', click: () => actions.copyToken(active.id) }];
  }
  const enabled = active !== undefined;
  return [
    {
      label: 'Copy as environment',
      enabled,
      submenu: shells.map(([shell, name]) => ({
        label: name,
        click: () => actions.copyEnvironment(shell),
      })),
    },
    { label: 'Open the AWS console', enabled, click: () => actions.openConsole() },
  ];
}

/** The active account, wherever it comes from, the favourites and the latest five. */
function accountItems(state: State, actions: TrayActions): Item[] {
  const shown = new Set([...state.favourites, ...state.recent.slice(0, maxRecent)]);
  // Electron checks the first of a group of radio items in which none is checked.
  if (state.active !== null) shown.add(state.active);
  const byId = new Map<string, Account>();
  for (const account of state.accounts) if (shown.has(account.id)) byId.set(account.id, account);
  const hasActive = state.active !== null && byId.has(state.active);
  return [...shown].flatMap((id): Item[] => {
    const account = byId.get(id);
    if (account === undefined) return [];
    const item = { label: label(account.path), click: () => actions.use(id) };
    return [hasActive ? { ...item, type: 'radio', checked: id === state.active } : item];
  });
}

function connectionItem(
  state: State,
  connection: ConnectionView,
  now: number,
  actions: TrayActions,
): Item {
  const { name } = connection.settings;
  const signIn = state.signIns.find((one) => one.connection === name && one.state === 'pending');
  if (signIn !== undefined) return signInItem(signIn, actions);
  const words = `${name}: ${sessionWords(connection, now)}`;
  const signedIn = ['signed_in', 'expired'].includes(connection.session.state);
  return {
    label: label(words),
    submenu: [
      // One that does not renew itself can be taken up again before it ends.
      ...(connection.session.state === 'signed_in' && connection.session.renewable
        ? []
        : [{ label: 'Sign in', click: () => actions.signIn(name) }]),
      ...(signedIn ? [{ label: 'Sign out', click: () => actions.signOut(name) }] : []),
    ],
  };
}

function signInItem(signIn: SignIn, actions: TrayActions): Item {
  const { connection } = signIn;
  return {
    label: label(`${connection}: ${awaitedOf(signIn)}`),
    submenu: [
      ...stepsOf(signIn, actions),
      { label: 'Cancel the sign-in', click: () => actions.cancelSignIn(connection) },
    ],
  };
}

function awaitedOf({ flow, userCode, asks }: SignIn): string {
  if (userCode !== undefined) return `enter ${userCode}`;
  if (flow === 'browser') return 'waiting for the browser';
  return asks === undefined ? 'signing in' : 'waiting for your answer';
}

/** What a person can do for a sign-in now. */
function stepsOf(signIn: SignIn, actions: TrayActions): Item[] {
  const { connection, flow, userCode, asks } = signIn;
  if (flow === 'form' || flow === 'unattended') {
    if (asks === undefined) return [];
    return [{ label: 'Answer in the window…', click: () => actions.showSignIn(connection) }];
  }
  return [
    { label: 'Open the page', click: () => actions.openSignInPage(signIn) },
    ...(userCode === undefined
      ? []
      : [{ label: 'Copy the code', click: () => actions.copyCode(userCode) }]),
  ];
}

function joined(groups: readonly Item[][]): Item[] {
  return groups
    .filter((group) => group.length > 0)
    .flatMap((group, index) => (index === 0 ? group : [separator, ...group]));
}

/** A name shown as it is: a lone ampersand would underline the letter after it. */
function label(text: string): string {
  const plain = printable(text);
  const short = plain.length > maxLabel ? `${plain.slice(0, maxLabel - 1)}…` : plain;
  return short.replaceAll('&', '&&');
}
