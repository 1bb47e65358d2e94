import type { StoreApi } from 'zustand';
import type { KeyfobBridge, StateEvent } from '../shared/bridge.ts';
import type { KeyfobView } from './store.ts';
import type { AccountSwitch } from './switch-account.ts';

/** Keeps the window's store up to date with the helper, from now on. */
export function followState(
  bridge: KeyfobBridge,
  store: StoreApi<KeyfobView>,
  accountSwitch: AccountSwitch,
): void {
  let stop: () => void = () => undefined;

  function hear(event: StateEvent): void {
    if (event.kind === 'failed') {
      store.setState({ failure: { error: event.error, retry: start } });
      return;
    }
    if (event.kind === 'snapshot') {
      store.setState({ state: event.state, failure: undefined });
      accountSwitch.heard(event.state.active);
      return;
    }
    if (event.slice === 'active') {
      accountSwitch.heard(event.value);
      return;
    }
    const { state, only } = store.getState();
    if (state === undefined) return;
    const next = { ...state, [event.slice]: event.value };
    // A list of a connection that is no more would stay empty.
    const gone =
      only !== undefined && next.connections.every(({ settings }) => settings.name !== only);
    store.setState({ state: next, ...(gone ? { only: undefined } : {}) });
  }
  function start(): void {
    stop();
    stop = bridge.onState(hear);
  }
  start();
}
