import type { StoreApi } from 'zustand';
import { isAwsAccount } from '../shared/account.ts';
import { foldText } from '../shared/search.ts';
import { accountActions } from './account-actions.ts';
import { searchOf } from './list-items.ts';
import type { View } from './navigation.ts';
import type { KeyfobView } from './store.ts';
import { text } from './text.ts';

/** Something that the palette can do. */
export interface PaletteCommand {
  readonly key: string;
  readonly words: string;
  run(): void;
}

/** More accounts than this are better found in the list. */
const accountsShown = 8;
const words = text.accounts;

/**
 * What can be done now: for the active account, for each connection, and which views there are.
 *
 * @param shown the names of the views that there are
 */
export function paletteCommands(
  store: StoreApi<KeyfobView>,
  shown: readonly string[],
): readonly PaletteCommand[] {
  const { state, go, signIn, signOut, run, askToRemove } = store.getState();
  if (state === undefined) return [];
  const commands: PaletteCommand[] = [];
  const add = (label: string, act: () => void) =>
    commands.push({ key: label, words: label, run: act });

  const actions = accountActions(store);
  const active = state.accounts.find(({ id }) => id === state.active);
  if (active !== undefined) {
    const favourite = state.favourites.includes(active.id);
    if (isAwsAccount(active)) {
      add(words.openConsole, () => actions.openConsole(active));
      for (const shell of ['sh', 'fish', 'powershell'] as const) {
        add(`${words.copyAsEnvironment}: ${words.shells[shell]}`, () =>
          actions.copyEnvironment(active, shell),
        );
      }
      add(words.copyAccountId, () => actions.copyAccountId(active));
      add(words.copyCredentialProcess, () => actions.copyCredentialProcess(active));
    } else add(words.copyToken, () => actions.copyToken(active));
    add(words.copyPath, () => actions.copyPath(active));
    add(favourite ? words.removeFavourite : words.addFavourite, () =>
      actions.setFavourite(active, !favourite),
    );
  }
  for (const { settings, session } of state.connections) {
    const { name } = settings;
    if (session.state === 'signed_out') add(text.common.signInTo(name), () => void signIn(name));
    else {
      add(text.common.signOutOf(name), () => void signOut(name));
      if (settings.kind === 'identity-center') {
        add(
          `${words.sync}: ${name}`,
          () => void run('accounts.sync', { connection: name }, { connection: name }),
        );
      }
    }
    add(words.addAccountTo(name), () => go({ name: 'addAccount', connection: name }));
    add(words.removeTitle(name).replace('?', '…'), () => askToRemove(name));
  }
  const places: readonly (readonly [View, string])[] = [
    [{ name: 'accounts' }, text.common.accounts],
    [{ name: 'connect' }, text.common.connect],
    [{ name: 'tools' }, text.common.tools],
    [{ name: 'profiles' }, text.profiles.title],
    [{ name: 'activity' }, text.common.activity],
    [{ name: 'settings' }, text.common.settings],
  ];
  for (const [view, label] of places) if (shown.includes(view.name)) add(label, () => go(view));
  return commands;
}

/** The commands that contain every word of the query, then the accounts that it finds. */
export function findCommands(
  store: StoreApi<KeyfobView>,
  commands: readonly PaletteCommand[],
  query: string,
): readonly PaletteCommand[] {
  const wanted = foldText(query).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return commands;
  const found = commands.filter((command) => {
    const label = foldText(command.words);
    return wanted.every((word) => label.includes(word));
  });
  const { state, useAccount } = store.getState();
  if (state === undefined) return found;
  const accounts = searchOf(state.accounts)
    .find(query, state)
    .slice(0, accountsShown)
    .map((account) => ({
      key: account.id,
      words: words.paletteUse(account.path),
      run: () => void useAccount(account.id),
    }));
  return [...found, ...accounts];
}
