import { type RefObject, useRef, useState } from 'react';
import type { ListItem } from './list-items.ts';
import { useKeyfobStore } from './store.ts';

/**
 * The line that has the focus, or had it last. It is kept by its key, so that it stays with its
 * account when lines come and go above it.
 */
export function useCursor(items: readonly ListItem[]): {
  readonly cursor: number;
  readonly wanted: RefObject<boolean>;
  moveTo(index: number, withFocus: boolean): void;
} {
  const store = useKeyfobStore();
  const [key, setKey] = useState<string>();
  const wanted = useRef(false);
  return {
    cursor: key === undefined ? -1 : items.findIndex((item) => item.key === key),
    wanted,
    moveTo(index, withFocus) {
      const item = items[index];
      if (item?.kind !== 'account') return;
      if (withFocus) wanted.current = true;
      setKey(item.key);
      store.getState().select(item.account.id);
    },
  };
}
