import { useEffect, useMemo, useState } from 'react';
import { type ListItem, listItems, searchOf } from './list-items.ts';
import { useKeyfob, useKeyfobStore } from './store.ts';

/** The lines of the list, for what the helper says and what is being searched. */
export function useListItems(wide: boolean): readonly ListItem[] {
  const connections = useKeyfob((view) => view.state?.connections);
  const accounts = useKeyfob((view) => view.state?.accounts);
  const favourites = useKeyfob((view) => view.state?.favourites);
  const query = useKeyfob((view) => view.query);
  const chosen = useKeyfob((view) => view.only);
  const recent = useRecent();
  useEffect(() => {
    if (accounts === undefined) return;
    // The first keystroke should not pay for what can be got ready before it.
    const idle = requestIdleCallback(() => searchOf(accounts));
    return () => cancelIdleCallback(idle);
  }, [accounts]);
  const only = wide ? chosen : undefined;
  const state = useMemo(
    () =>
      connections === undefined || accounts === undefined || favourites === undefined
        ? undefined
        : { connections, accounts, favourites },
    [connections, accounts, favourites],
  );
  // Kept while one searches: clearing the field should not pay for thousands of lines.
  const all = useMemo(
    () => (state === undefined ? [] : listItems(state, '', recent, only)),
    [state, recent, only],
  );
  return useMemo(
    () =>
      state === undefined || query.trim() === '' ? all : listItems(state, query, recent, only),
    [state, query, recent, only, all],
  );
}

/**
 * The recent accounts as they were when the window was opened: what is clicked now goes there when
 * nobody looks, so that the list never moves under the pointer.
 */
function useRecent(): readonly string[] {
  const store = useKeyfobStore();
  const [recent, setRecent] = useState<readonly string[]>(
    () => store.getState().state?.recent ?? [],
  );
  useEffect(() => {
    function refresh() {
      if (document.hidden) setRecent(store.getState().state?.recent ?? []);
    }
    document.addEventListener('visibilitychange', refresh);
    return () => document.removeEventListener('visibilitychange', refresh);
  }, [store]);
  return recent;
}
