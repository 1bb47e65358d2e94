import { type RefObject, useEffect, useRef } from 'react';

/**
 * Keeps the focus among the lines of a list when the one that had it goes: at the first button
 * that is left, else at the view's title.
 *
 * @param settled false while the lines are about to change
 */
export function useKeptFocus(list: RefObject<HTMLElement | null>, settled = true): void {
  const within = useRef(false);
  useEffect(() => {
    function note({ target }: Event) {
      within.current = target instanceof Node && list.current?.contains(target) === true;
    }
    document.addEventListener('focusin', note);
    document.addEventListener('pointerdown', note);
    return () => {
      document.removeEventListener('focusin', note);
      document.removeEventListener('pointerdown', note);
    };
  }, [list]);
  useEffect(() => {
    if (!settled || !within.current || document.activeElement !== document.body) return;
    const next = list.current?.querySelector<HTMLElement>('button:enabled');
    (next ?? document.querySelector<HTMLElement>('[data-view-title]'))?.focus();
  });
}
