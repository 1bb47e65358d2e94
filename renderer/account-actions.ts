import type { StoreApi } from 'zustand';
import { accountNumber } from '../shared/account.ts';
import type { Shell } from '../shared/commands/accounts.ts';
import type { Account, ConfirmPolicy } from '../shared/model.ts';
import { credentialProcessLine, tokenCommand } from '../shared/snippets.ts';
import { type KeyfobView, useKeyfobStore } from './store.ts';
import { text } from './text.ts';

/** What a person can do with an account, wherever it is shown. */
export interface AccountActions {
  use(account: Account): void;
  openConsole(account: Account): void;
  /** Puts credentials on the clipboard, from the helper: they never come here. */
  copyEnvironment(account: Account, shell?: Shell): void;
  /** Likewise, the token. */
  copyToken(account: Account): void;
  copyPath(account: Account): void;
  copyAccountId(account: Account): void;
  copyCredentialProcess(account: Account): void;
  copyTokenCommand(account: Account): void;
  setFavourite(account: Account, favourite: boolean): void;
  setPolicy(account: Account, policy: ConfirmPolicy): void;
  showTools(account: Account): void;
  askToRemove(account: Account): void;
}

/** The shell of most people on this system. */
const usualShell: Shell =
  typeof navigator !== 'undefined' && /windows/i.test(navigator.userAgent) ? 'powershell' : 'sh';

/** Makes what can be done with an account, from menus, keys and the palette alike. */
export function accountActions(store: StoreApi<KeyfobView>): AccountActions {
  const now = () => store.getState();
  const about = ({ connection }: Account) => ({ connection });
  return {
    use: (account) => void now().useAccount(account.id),
    async openConsole(account) {
      now().say(text.accounts.opening(account.path));
      await now().run('account.openConsole', { account: account.id }, about(account));
    },
    async copyEnvironment(account, shell = usualShell) {
      const input = { account: account.id, shell };
      const done = await now().run('account.copyEnvironment', input, about(account));
      if (done !== undefined) {
        now().say(text.common.copied(text.accounts.environmentFor(account.path)));
      }
    },
    async copyToken(account) {
      const done = await now().run('account.copyToken', { account: account.id }, about(account));
      if (done !== undefined) now().say(text.common.copied(text.accounts.tokenOf(account.path)));
    },
    copyPath: (account) => void now().copy(account.path, account.path),
    copyAccountId(account) {
      const number = accountNumber(account);
      if (number !== undefined) void now().copy(number, number);
    },
    copyCredentialProcess: (account) =>
      void now().copy(
        credentialProcessLine(account, now().state?.helper.command),
        text.accounts.credentialProcess,
      ),
    copyTokenCommand: (account) =>
      void now().copy(
        tokenCommand({ account, command: now().state?.helper.command }),
        text.accounts.tokenCommand,
      ),
    setFavourite: (account, favourite) =>
      void now().run('accounts.favourite', { account: account.id, favourite }, about(account)),
    setPolicy: (account, policy) =>
      void now().run('account.confirm', { account: account.id, policy }, about(account)),
    askToRemove: (account) => now().askToRemoveAccount(account.id),
    showTools: (account) => now().go({ name: 'tools', account: account.id }),
  };
}

const known = new WeakMap<StoreApi<KeyfobView>, AccountActions>();

export function useAccountActions(): AccountActions {
  const store = useKeyfobStore();
  let actions = known.get(store);
  if (actions === undefined) {
    actions = accountActions(store);
    known.set(store, actions);
  }
  return actions;
}
