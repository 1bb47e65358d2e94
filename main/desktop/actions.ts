import type { CommandClient } from '../../shared/commands.ts';
import { asKeyfobError } from '../../shared/errors.ts';
import type { NoticeActions } from './notifications.ts';
import type { TrayActions } from './tray-menu.ts';
import type { Windows } from './windows.ts';

export interface ActionsDeps {
  /** With the rights of the window: menu and notifications are in the person's hand too. */
  readonly client: CommandClient;
  readonly windows: Pick<Windows, 'open'>;
  /** Shows what went wrong. */
  readonly tell: (title: string, body: string) => void;
  readonly quit: () => void;
}

/** What the tray's menu and the notifications do. */
export function createActions(deps: ActionsDeps): TrayActions & Omit<NoticeActions, 'open'> {
  const { client, windows } = deps;

  function attempt(title: string, task: Promise<unknown>): void {
    task.catch((error: unknown) => {
      const { message, hint } = asKeyfobError(error);
      deps.tell(title, hint === undefined ? message : `${message} ${hint}`);
    });
  }

  async function signIn(connection: string): Promise<void> {
    const { flow } = await client.call('signIn.start', { connection });
    // The code must be seen while it is typed, and a form is in the window alone.
    if (flow === 'device' || flow === 'form') windows.open({ signIn: connection });
  }

  return {
    use: (account) =>
      attempt('The account was not switched', client.call('accounts.use', { account })),
    signIn: (connection) => attempt(`Not signed in to ${connection}`, signIn(connection)),
    cancelSignIn: (connection) =>
      attempt('The sign-in was not cancelled', client.call('signIn.cancel', { connection })),
    openSignInPage({ connection, flow }) {
      const what = flow === 'device' ? 'verification' : 'authorization';
      attempt('The page was not opened', client.call('link.open', { connection, what }));
    },
    showSignIn: (connection) => windows.open({ signIn: connection }),
    copyCode: (text) => attempt('The code was not copied', client.call('clipboard.copy', { text })),
    signOut: (connection) =>
      attempt(`Not signed out of ${connection}`, client.call('signOut', { connection })),
    copyEnvironment: (shell) =>
      attempt('Nothing was copied', client.call('account.copyEnvironment', { shell })),
    copyToken: (account) =>
      attempt('Nothing was copied', client.call('account.copyToken', { account })),
    openConsole: () =>
      attempt('The console was not opened', client.call('account.openConsole', {})),
    answer: (id, allow) =>
      attempt('The answer came too late', client.call('confirmation.answer', { id, allow })),
    open: (view) => windows.open(view),
    quit: deps.quit,
  };
}
