import { createContext, useContext } from 'react';
import { createStore, type StoreApi, useStore } from 'zustand';
import type { KeyfobBridge } from '../shared/bridge.ts';
import type { ErrorInfo } from '../shared/errors.ts';
import type { Flow, State } from '../shared/model.ts';

/** What the window shows, and what a person can do in it. */
export interface KeyfobView {
  /** The helper's state; undefined until the first snapshot. */
  readonly state: State | undefined;
  /** Why the last command failed, until it is dismissed or another succeeds. */
  readonly failure: ErrorInfo | undefined;
  readonly query: string;
  search(query: string): void;
  useAccount(account: string): Promise<void>;
  signIn(connection: string, flow?: Flow): Promise<void>;
  cancelSignIn(connection: string): Promise<void>;
  signOut(connection: string): Promise<void>;
  dismissFailure(): void;
}

/** Creates the window's store on the bridge, and keeps it up to date from then on. */
export function createKeyfobStore(bridge: KeyfobBridge): StoreApi<KeyfobView> {
  const store = createStore<KeyfobView>((set, get) => {
    async function report(result: Promise<{ ok: true } | { ok: false; error: ErrorInfo }>) {
      const done = await result;
      set({ failure: done.ok ? undefined : done.error });
      return done.ok;
    }

    function showActive(active: string | null): void {
      const { state } = get();
      if (state !== undefined) set({ state: { ...state, active } });
    }

    return {
      state: undefined,
      failure: undefined,
      query: '',
      search: (query) => set({ query }),
      async useAccount(account) {
        const before = get().state?.active ?? null;
        // The switch shows at once; the helper's word follows, or takes it back.
        showActive(account);
        const done = await report(bridge['accounts.use']({ account }));
        if (!done && get().state?.active === account) showActive(before);
      },
      async signIn(connection, flow) {
        const input = flow === undefined ? { connection } : { connection, flow };
        await report(bridge['signIn.start'](input));
      },
      async cancelSignIn(connection) {
        await report(bridge['signIn.cancel']({ connection }));
      },
      async signOut(connection) {
        await report(bridge.signOut({ connection }));
      },
      dismissFailure: () => set({ failure: undefined }),
    };
  });

  bridge.onState((event) => {
    if (event.kind === 'snapshot') store.setState({ state: event.state });
    else if (event.kind === 'failed') store.setState({ failure: event.error });
    else {
      const { state } = store.getState();
      if (state !== undefined) store.setState({ state: { ...state, [event.slice]: event.value } });
    }
  });
  return store;
}

export const KeyfobStoreContext = createContext<StoreApi<KeyfobView> | undefined>(undefined);

/** Reads the store of the surrounding window. */
export function useKeyfob<T>(select: (view: KeyfobView) => T): T {
  const store = useContext(KeyfobStoreContext);
  if (store === undefined) throw new Error('useKeyfob is used outside of KeyfobStoreContext');
  return useStore(store, select);
}
