import type { WebContents } from 'electron';

/** The events by which a page, or a frame in it, would leave for another. */
const departures = [
  'will-navigate',
  'will-frame-navigate',
  'will-redirect',
  'will-attach-webview',
] as const;

/** Keeps web contents where the shell has put them: they go nowhere, and open nothing. */
export function guardNavigation(contents: WebContents): void {
  for (const departure of departures) {
    // One listener fits all four; their overloads differ in what comes after the event.
    contents.on(departure as 'will-navigate', (event) => event.preventDefault());
  }
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}
