import { useSyncExternalStore } from 'react';

/** From this width on, in CSS pixels, connections, accounts and details stand side by side. */
const wide = '(min-width: 640px)';

/** Whether the window is an ordinary one rather than a popover. */
export function useWide(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const query = matchMedia(wide);
      query.addEventListener('change', listener);
      return () => query.removeEventListener('change', listener);
    },
    () => matchMedia(wide).matches,
  );
}
