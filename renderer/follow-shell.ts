import type { StoreApi } from 'zustand';
import type { KeyfobView } from './store.ts';

/**
 * Goes where the shell has opened the window: it says so by the address's fragment, `#settings` or
 * `#sign-in=acme`, now or later. Taken away again, so that the same place can be asked for twice.
 */
export function followShell(store: StoreApi<KeyfobView>): void {
  function follow() {
    const { hash } = window.location;
    if (hash === '') return;
    const connection = new URLSearchParams(hash.slice(1)).get('sign-in');
    if (hash === '#settings') store.getState().go({ name: 'settings' });
    else if (connection !== null) store.getState().go({ name: 'signIn', connection });
    window.history.replaceState(null, '', window.location.pathname);
  }
  window.addEventListener('hashchange', follow);
  follow();
}
