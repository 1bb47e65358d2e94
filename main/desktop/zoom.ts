import type { WebContents } from 'electron';

const least = 0.75;
const most = 2;
const step = 0.25;
const steps: Readonly<Record<string, number>> = { '+': step, '=': step, '-': -step };

/**
 * Lets Ctrl or ⌘ with plus, minus and 0, and Ctrl with the wheel, make the page larger and smaller:
 * up to 200 %, as WCAG 2.2, criterion 1.4.4, asks. There is no menu that would. The session
 * remembers it for every window.
 */
export function followZoom(contents: WebContents, onZoom: () => void): void {
  function zoomTo(factor: number): void {
    contents.setZoomFactor(Math.min(most, Math.max(least, factor)));
    onZoom();
  }

  contents.on('before-input-event', (event, { type, key, control, meta, alt }) => {
    // Just one of them: with AltGr, Windows says Ctrl and Alt.
    if (type !== 'keyDown' || alt || control === meta) return;
    const change = steps[key];
    if (key !== '0' && change === undefined) return;
    event.preventDefault();
    zoomTo(change === undefined ? 1 : contents.getZoomFactor() + change);
  });
  contents.on('zoom-changed', (_event, direction) => {
    zoomTo(contents.getZoomFactor() + (direction === 'in' ? step : -step));
  });
}
