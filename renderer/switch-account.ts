import type { StoreApi } from 'zustand';
import type { KeyfobView } from './store.ts';

/**
 * The one-click switch: it shows at once, and is taken back if the helper refuses. While switches
 * are under way, what the helper says of earlier ones is remembered rather than shown, so that
 * quick clicks never jump back and forth.
 */
export interface AccountSwitch {
  use(account: string): Promise<void>;
  /** What the helper says is active. */
  heard(active: string | null): void;
}

/** Creates the switch of the active account; it shows the choice before the helper has made it. */
export function createSwitch(store: StoreApi<KeyfobView>): AccountSwitch {
  let confirmed: string | null = null;
  let underWay = 0;
  let heardMeanwhile = false;

  function show(active: string | null): void {
    const { state } = store.getState();
    if (state !== undefined && state.active !== active) {
      store.setState({ state: { ...state, active } });
    }
  }

  return {
    async use(account) {
      const { run, state } = store.getState();
      const connection = state?.accounts.find(({ id }) => id === account)?.connection;
      underWay += 1;
      show(account);
      const about = connection === undefined ? {} : { connection };
      const done = await run('accounts.use', { account }, { ...about, retry: false });
      underWay -= 1;
      if (done !== undefined && !heardMeanwhile) confirmed = account;
      if (underWay > 0) return;
      heardMeanwhile = false;
      show(confirmed);
    },
    heard(active) {
      confirmed = active;
      if (underWay > 0) heardMeanwhile = true;
      else show(active);
    },
  };
}
