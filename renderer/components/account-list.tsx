import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import { assignSlots } from '../line-slots.ts';
import type { ListItem } from '../list-items.ts';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import type { ListFocus } from '../use-list-focus.ts';
import styles from './account-list.module.css';
import { AccountMenu } from './account-menu.tsx';
import { AccountRow } from './account-row.tsx';
import { ConnectionHeading } from './connection-heading.tsx';
import { ListNote } from './list-note.tsx';
import { MenuAt } from './menu.tsx';

const words = text.accounts;
const heights = { account: 44, connection: 40, section: 30, note: 26 };

/** The lines in view, of however many there are. */
export function AccountList(props: {
  readonly items: readonly ListItem[];
  readonly focus: ListFocus;
  readonly withConnection: boolean;
}) {
  const { items, focus } = props;
  const { cursor } = focus;
  const scroller = useRef<HTMLDivElement>(null);
  const active = useKeyfob((view) => view.state?.active);
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    // Kept as long as the lines are: a new function has every line measured anew.
    estimateSize: useCallback((index) => heights[items[index]?.kind ?? 'account'], [items]),
    // Only notes are measured, so only they need a name to keep their measure by; thousands of
    // names would be looked up at every keystroke.
    getItemKey: useCallback((index) => noteKey(items[index]) ?? index, [items]),
    overscan: 4,
    paddingEnd: 8,
    // The line with the focus stays drawn when it scrolls out of view, else the focus would be lost.
    rangeExtractor: (range) => {
      const drawn = defaultRangeExtractor(range);
      if (cursor >= 0 && cursor < items.length && !drawn.includes(cursor)) drawn.push(cursor);
      return drawn.sort((a, b) => a - b);
    },
  });
  useLayoutEffect(() => {
    if (!focus.wanted.current) return;
    focus.wanted.current = false;
    virtualizer.scrollToIndex(cursor, { align: 'auto' });
    const line = scroller.current?.querySelector(`[data-index="${cursor}"] [data-row]`);
    if (line instanceof HTMLElement) line.focus({ preventScroll: true });
  });

  // The best that is found stands on top, wherever the list was before.
  const query = useKeyfob((view) => view.query);
  const only = useKeyfob((view) => view.only);
  const asked = useRef({ query, only });
  useLayoutEffect(() => {
    // Not when the list is merely shown again.
    if (asked.current.query === query && asked.current.only === only) return;
    asked.current = { query, only };
    // Asked of the virtualizer, which knows it: the element would lay the page out to tell.
    if (virtualizer.scrollOffset) scroller.current?.scrollTo(0, 0);
  });

  const menu = useRowMenu(items);
  const lines = virtualizer.getVirtualItems();
  const slotOf = useSlots(
    lines.flatMap(({ index }) => (items[index]?.kind === 'account' ? [items[index].key] : [])),
    items[cursor]?.key,
  );
  return (
    <div ref={scroller} className={styles.scroller} data-region="list">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the buttons within are what is operated; their events are heard here. */}
      <div
        onClick={(event) => {
          const index = lineOf(event.target);
          const item = items[index];
          if (item?.kind !== 'account') return;
          if (dotsOf(event.target) !== undefined) menu.open(event.target, index);
          else focus.choose(index);
        }}
        onContextMenu={(event) => {
          const index = lineOf(event.target);
          if (items[index]?.kind !== 'account') return;
          event.preventDefault();
          menu.open(event.target, index);
        }}
        onKeyDown={focus.onKeyDown}
        onFocus={(event) => focus.noteFocus(lineOf(event.target))}
      >
        <ul
          className={styles.lines}
          aria-label={words.list}
          style={{ height: virtualizer.getTotalSize() }}
        >
          {lines.map(({ index, start }) => {
            const item = items[index];
            if (item === undefined) return null;
            return (
              <li
                key={slotOf.get(item.key) ?? item.key}
                className={styles.place}
                style={{ transform: `translateY(${start}px)` }}
                data-index={index}
                ref={item.kind === 'note' ? virtualizer.measureElement : undefined}
              >
                {item.kind === 'account' ? (
                  <AccountRow
                    account={item.account}
                    active={item.account.id === active}
                    reachable={index === focus.reachable}
                    withConnection={props.withConnection && !item.key.startsWith('all:')}
                    menuOpen={menu.key === item.key}
                  />
                ) : item.kind === 'connection' ? (
                  <ConnectionHeading connection={item.connection} />
                ) : item.kind === 'note' ? (
                  <ListNote connection={item.connection} note={item.note} />
                ) : (
                  <h2 className={styles.section}>{words[item.section]}</h2>
                )}
              </li>
            );
          })}
        </ul>
      </div>
      {menu.shown}
    </div>
  );
}

/** The elements of the accounts in view: see `assignSlots`. */
function useSlots(
  keys: readonly string[],
  cursorKey: string | undefined,
): ReadonlyMap<string, number> {
  const slots = useRef<ReadonlyMap<string, number>>(new Map());
  const held = useRef<string>(undefined);
  slots.current = assignSlots(slots.current, keys, held.current);
  held.current = cursorKey;
  return slots.current;
}

function noteKey(item: ListItem | undefined): string | undefined {
  return item?.kind === 'note' ? item.key : undefined;
}

function lineOf(target: EventTarget): number {
  const line = target instanceof Element ? target.closest('[data-index]') : null;
  return line === null ? -1 : Number(line.getAttribute('data-index'));
}

function dotsOf(target: EventTarget): Element | undefined {
  return (target instanceof Element && target.closest('[data-dots]')) || undefined;
}

/** One menu for all lines: a menu of its own for each would be drawn at every keystroke. */
function useRowMenu(items: readonly ListItem[]) {
  const [open, setOpen] = useState<{ key: string; anchor: Element }>();
  const returnTo = useRef<HTMLElement>(null);
  const item = open === undefined ? undefined : items.find(({ key }) => key === open.key);
  const account = item?.kind === 'account' ? item.account : undefined;
  return {
    key: open?.key,
    open(target: EventTarget, index: number) {
      const line = target instanceof Element ? target.closest('[data-index]') : null;
      const anchor = line?.querySelector('[data-dots]');
      const key = items[index]?.key;
      if (anchor === null || anchor === undefined || key === undefined) return;
      returnTo.current = line?.querySelector<HTMLElement>('[data-row]') ?? null;
      setOpen({ key, anchor });
    },
    shown: account !== undefined && (
      <MenuAt
        anchor={open?.anchor}
        label={words.moreFor(account.path)}
        returnTo={returnTo}
        onClose={() => setOpen(undefined)}
      >
        <AccountMenu account={account} use={true} />
      </MenuAt>
    ),
  };
}
