import type { StoreApi } from 'zustand';
import type { KeyfobView } from './store.ts';

/**
 * Goes where the shell has opened the window: it says so by the address's fragment, `#settings`,
 * now or later. Taken away again, so that the same place can be asked for twice.
 */
export function followShell(store: StoreApi<KeyfobView>): void {
  function follow() {
    if (window.location.hash === '') return;
    if (window.location.hash === '#settings') store.getState().go({ name: 'settings' });
    window.history.replaceState(null, '', window.location.pathname);
  }
  window.addEventListener('hashchange', follow);
  follow();
}
