import { useEffect } from 'react';
import { moveToRegion } from './regions.ts';
import { onMac, type Shortcut, shortcutOf } from './shortcuts.ts';
import { type KeyfobView, useKeyfobStore } from './store.ts';
import { views } from './views/registry.ts';

/** The keys that work wherever the focus is. */
export function useShortcuts(): void {
  const store = useKeyfobStore();
  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      const shortcut = shortcutOf(event, onMac);
      // An open menu or dialog has its own Esc, and nothing behind it is to move.
      if (shortcut === undefined || somethingInFront()) return;
      if (!act(shortcut, store.getState())) return;
      event.preventDefault();
      event.stopPropagation();
    }
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, [store]);
}

function somethingInFront(): boolean {
  const popups = ['menu', 'dialog', 'alertdialog', 'listbox'];
  return document.querySelector(popups.map((role) => `[role=${role}][data-open]`).join()) !== null;
}

function act(shortcut: Shortcut, view: KeyfobView): boolean {
  switch (shortcut) {
    case 'search':
      view.back();
      requestAnimationFrame(() =>
        document.querySelector<HTMLInputElement>('[data-search]')?.select(),
      );
      return true;
    case 'palette':
      view.showPalette(true);
      return true;
    case 'connect':
    case 'settings':
      if (views[shortcut] === undefined) return false;
      view.go({ name: shortcut });
      return true;
    case 'nextRegion':
      return moveToRegion(1);
    case 'previousRegion':
      return moveToRegion(-1);
    case 'back':
      if (view.view.name !== 'accounts') view.back();
      else if (view.query !== '') view.search('');
      // The shell turns closing into hiding.
      else window.close();
      return true;
  }
}
