import { createContext, useContext } from 'react';
import { createStore, type StoreApi, useStore } from 'zustand';
import type { KeyfobBridge, WindowCommandName } from '../shared/bridge.ts';
import type { CommandInput, CommandOutput, CommandResult } from '../shared/commands.ts';
import type { Flow, State } from '../shared/model.ts';
import type { Failure } from './failures.ts';
import { followState } from './follow-state.ts';
import { home, type View } from './navigation.ts';
import { createSwitch } from './switch-account.ts';
import { text } from './text.ts';

/** What the window shows, and what a person can do in it. */
export interface KeyfobView {
  /** The helper's state; undefined until the first snapshot. */
  readonly state: State | undefined;
  readonly view: View;
  readonly query: string;
  /** The one connection whose accounts are listed; undefined: all. */
  readonly only: string | undefined;
  /** The account that the list's focus is at, by id. */
  readonly selected: string | undefined;
  /** The connection that is about to be forgotten, if the person says yes. */
  readonly removing: string | undefined;
  /** The account that is about to be removed, likewise. */
  readonly removingAccount: string | undefined;
  /** The palette of commands is open. */
  readonly palette: boolean;
  /** Why the last thing asked for did not happen, until it is dismissed or something succeeds. */
  readonly failure: Failure | undefined;
  /** What was just done, said for a moment. */
  readonly said: { readonly id: number; readonly words: string } | undefined;

  go(view: View): void;
  back(): void;
  search(query: string): void;
  showOnly(connection: string | undefined): void;
  select(account: string): void;
  askToRemove(connection: string | undefined): void;
  askToRemoveAccount(account: string | undefined): void;
  showPalette(open: boolean): void;
  dismissFailure(): void;
  say(words: string): void;

  /** Runs a command and leaves its failure to the caller, who shows it in place. */
  call<N extends WindowCommandName>(name: N, input: CommandInput<N>): Promise<CommandResult<N>>;
  /** Runs a command and shows its failure on top of the view. Undefined when it failed. */
  run<N extends WindowCommandName>(
    name: N,
    input: CommandInput<N>,
    about?: { readonly connection?: string; readonly retry?: boolean },
  ): Promise<CommandOutput<N> | undefined>;

  useAccount(account: string): Promise<void>;
  /** Starts a sign-in and shows it. */
  signIn(connection: string, flow?: Flow): Promise<void>;
  cancelSignIn(connection: string): Promise<void>;
  signOut(connection: string): Promise<void>;
  /** Puts a text on the clipboard and says so, in the words of `what`. */
  copy(content: string, what: string): Promise<void>;
}

/** Creates the window's store on the bridge, and keeps it up to date from then on. */
export function createKeyfobStore(bridge: KeyfobBridge): StoreApi<KeyfobView> {
  const store = createStore<KeyfobView>((set, get) => ({
    state: undefined,
    view: home,
    query: '',
    only: undefined,
    selected: undefined,
    removing: undefined,
    removingAccount: undefined,
    palette: false,
    failure: undefined,
    said: undefined,

    go: (view) => set({ view }),
    back: () => set({ view: home }),
    search: (query) => set({ query }),
    showOnly: (only) => set({ only, query: '', view: home }),
    select: (selected) => set({ selected }),
    askToRemove: (removing) => set({ removing }),
    askToRemoveAccount: (removingAccount) => set({ removingAccount }),
    showPalette: (palette) => set({ palette }),
    dismissFailure: () => set({ failure: undefined }),
    say: (words) => set({ said: { id: (get().said?.id ?? 0) + 1, words } }),

    call(name, input) {
      // The method of this very name; TypeScript can't follow the lookup.
      const method = bridge[name] as (given: typeof input) => Promise<CommandResult<typeof name>>;
      return method(input);
    },
    async run(name, input, about = {}) {
      const result = await get().call(name, input);
      if (result.ok) {
        set({ failure: undefined });
        return result.value;
      }
      const retry = about.retry === false ? undefined : () => void get().run(name, input, about);
      set({ failure: { error: result.error, connection: about.connection, retry } });
      return undefined;
    },

    async useAccount(account) {
      await accountSwitch.use(account);
    },
    async signIn(connection, flow) {
      const view: View = { name: 'signIn', connection, starting: true };
      set({ view, failure: undefined });
      const input = flow === undefined ? { connection } : { connection, flow };
      const started = await get().call('signIn.start', input);
      if (get().view !== view) return;
      const known = started.ok ? { startedAt: started.value.startedAt } : { error: started.error };
      set({ view: { name: 'signIn', connection, ...known } });
    },
    async cancelSignIn(connection) {
      await get().run('signIn.cancel', { connection }, { connection });
    },
    async signOut(connection) {
      await get().run('signOut', { connection }, { connection });
    },
    async copy(content, what) {
      const done = await get().run('clipboard.copy', { text: content });
      if (done !== undefined) get().say(text.common.copied(what));
    },
  }));

  const accountSwitch = createSwitch(store);
  followState(bridge, store, accountSwitch);
  return store;
}

export const KeyfobStoreContext = createContext<StoreApi<KeyfobView> | undefined>(undefined);

/** The store of the surrounding window, for what reads it in an event rather than while drawing. */
export function useKeyfobStore(): StoreApi<KeyfobView> {
  const store = useContext(KeyfobStoreContext);
  if (store === undefined) throw new Error('useKeyfob is used outside of KeyfobStoreContext');
  return store;
}

/** Reads the store of the surrounding window. */
export function useKeyfob<T>(select: (view: KeyfobView) => T): T {
  return useStore(useKeyfobStore(), select);
}
