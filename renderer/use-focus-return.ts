import { useEffect, useRef } from 'react';
import { useKeyfob } from './store.ts';

/**
 * Keeps the focus where a person expects it when the view changes: at the new view's title, unless
 * the view has taken it itself; and back in the accounts, where it was before.
 */
export function useFocusReturn(): void {
  const name = useKeyfob((view) => view.view.name);
  const previous = useRef(name);
  const left = useRef<Element | null>(null);
  useEffect(() => {
    // Focus events tell where it was; by the time the view has changed, it has gone.
    function remember(event: FocusEvent) {
      const { target } = event;
      if (target instanceof Element && target.closest('[data-home]') !== null)
        left.current = target;
    }
    document.addEventListener('focusin', remember);
    return () => document.removeEventListener('focusin', remember);
  }, []);
  useEffect(() => {
    if (previous.current === name) return;
    previous.current = name;
    if (name === 'accounts') {
      if (left.current instanceof HTMLElement && left.current.isConnected) left.current.focus();
      else document.querySelector<HTMLElement>('[data-search]')?.focus();
      return;
    }
    const view = document.querySelector('[data-region="view"]');
    if (view === null || view.contains(document.activeElement)) return;
    view.querySelector<HTMLElement>('[data-view-title]')?.focus();
  }, [name]);
}
