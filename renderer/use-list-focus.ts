import { type KeyboardEvent, type RefObject, useRef } from 'react';
import { useAccountActions } from './account-actions.ts';
import type { ListItem } from './list-items.ts';
import { lineForKey, lineForTyping } from './list-keys.ts';
import { isCommandKey, onMac } from './shortcuts.ts';
import { useKeyfob, useKeyfobStore } from './store.ts';
import { useCursor } from './use-cursor.ts';

/** Typing pauses longer than this start a new word. */
const typingPauseMs = 700;
/** About how many lines a page holds. */
const page = 8;

/** Where the focus of the list is, and what its keys do. */
export interface ListFocus {
  /** Index of the line that had the focus last; -1 for none. */
  readonly cursor: number;
  /** Index of the line that Tab leads to. */
  readonly reachable: number;
  /** True until the line at the cursor has been given the focus. */
  readonly wanted: RefObject<boolean>;
  choose(index: number): void;
  noteFocus(index: number): void;
  onKeyDown(event: KeyboardEvent): void;
  onSearchKeyDown(event: KeyboardEvent): void;
}

export function useListFocus(items: readonly ListItem[]): ListFocus {
  const store = useKeyfobStore();
  const actions = useAccountActions();
  const active = useKeyfob((view) => view.state?.active);
  const { cursor, moveTo, wanted } = useCursor(items);
  const typing = useRef({ typed: '', at: 0 });

  function accountAt(index: number) {
    const item = items[index];
    return item?.kind === 'account' ? item.account : undefined;
  }
  function choose(index: number) {
    const account = accountAt(index);
    if (account === undefined) return;
    moveTo(index, false);
    actions.use(account);
  }
  function move(index: number) {
    if (index >= 0) moveTo(index, true);
    else document.querySelector<HTMLElement>('[data-search]')?.focus();
  }
  function typeAhead(event: KeyboardEvent): number | undefined {
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return undefined;
    const { typed, at } = typing.current;
    const more = event.timeStamp - at < typingPauseMs ? typed + event.key : event.key;
    if (more === ' ') return undefined;
    typing.current = { typed: more, at: event.timeStamp };
    return lineForTyping(items, cursor, more);
  }

  const firstAccount = items.findIndex(({ kind }) => kind === 'account');
  const activeLine =
    active === null
      ? -1
      : items.findIndex((item) => item.kind === 'account' && item.account.id === active);
  return {
    cursor,
    reachable: cursor >= 0 ? cursor : activeLine >= 0 ? activeLine : firstAccount,
    wanted,
    choose,
    noteFocus(index) {
      if (accountAt(index) !== undefined) moveTo(index, false);
    },
    onKeyDown(event) {
      const { target } = event;
      if (!(target instanceof Element) || target.closest('[data-row]') === null) return;
      const account = accountAt(cursor);
      if (isCommandKey(event, onMac) && event.key.toLowerCase() === 'c' && account !== undefined) {
        if (String(window.getSelection()) !== '') return;
        event.preventDefault();
        actions.copyPath(account);
        return;
      }
      const line = lineForKey(items, cursor, event.key, page) ?? typeAhead(event);
      if (line === undefined) return;
      event.preventDefault();
      move(line);
    },
    onSearchKeyDown(event) {
      if (event.key === 'ArrowDown' && firstAccount >= 0) {
        event.preventDefault();
        move(firstAccount);
      } else if (event.key === 'Enter' && store.getState().query.trim() !== '') {
        choose(firstAccount);
      }
    },
  };
}
