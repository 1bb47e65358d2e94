const focusable =
  'button:not(:disabled):not([tabindex="-1"]), input:not(:disabled), select, textarea, a[href], [tabindex="0"]';

const lastIn = new WeakMap<Element, HTMLElement>();

/**
 * Moves the focus to the next (1) or previous (-1) of the window's regions, which are marked with
 * `data-region`; there, to where it was before. False when there is no other region.
 */
export function moveToRegion(step: 1 | -1): boolean {
  const regions = [...document.querySelectorAll('[data-region]')].filter(
    (region) => region.checkVisibility() && region.querySelector(focusable) !== null,
  );
  const { activeElement } = document;
  const here = regions.findIndex((region) => region.contains(activeElement));
  const from = regions[here];
  if (from !== undefined && activeElement instanceof HTMLElement) lastIn.set(from, activeElement);
  const next = regions[(here + step + regions.length) % regions.length];
  if (next === undefined || next === from) return false;
  const before = lastIn.get(next);
  const target = before?.isConnected ? before : next.querySelector<HTMLElement>(focusable);
  target?.focus();
  return true;
}
