import { useEffect, useRef } from 'react';
import { useKeyfob } from './store.ts';

/** What had the focus last in the accounts. */
let left: Element | undefined;

/** Gives the focus back to where it was in the accounts, else to the search or the view's title. */
export function focusWhereItWas(): void {
  if (left instanceof HTMLElement && left.isConnected && left.checkVisibility()) left.focus();
  else document.querySelector<HTMLElement>('[data-view-title], [data-search]')?.focus();
}

/**
 * Keeps the focus where a person expects it when the view changes: at the new view's title, unless
 * the view has taken it itself; and back in the accounts, where it was before.
 */
export function useFocusReturn(): void {
  const name = useKeyfob((view) => view.view.name);
  const previous = useRef(name);
  useEffect(() => {
    // Focus events tell where it was; by the time the view has changed, it has gone.
    function remember({ target }: FocusEvent) {
      if (target instanceof Element && target.closest('[data-home]') !== null) left = target;
    }
    document.addEventListener('focusin', remember);
    return () => document.removeEventListener('focusin', remember);
  }, []);
  useEffect(() => {
    if (previous.current === name) return;
    previous.current = name;
    if (name === 'accounts') {
      focusWhereItWas();
      return;
    }
    const view = document.querySelector('[data-region="view"]');
    if (view === null || view.contains(document.activeElement)) return;
    view.querySelector<HTMLElement>('[data-view-title]')?.focus();
  }, [name]);
}
