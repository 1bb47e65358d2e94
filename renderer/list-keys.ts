import { foldText } from '../shared/search.ts';
import { accountTitle } from './account-id.ts';
import type { ListItem } from './list-items.ts';

/**
 * The line that a key leads to from another, counting accounts alone: `undefined` when the key is
 * none of the list's, `-1` when it leads out over the top.
 *
 * @param from index of the line that has the focus; -1 for none
 * @param page how many lines are in view
 */
export function lineForKey(
  items: readonly ListItem[],
  from: number,
  key: string,
  page: number,
): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return seek(items, from + 1, 1) ?? from;
    case 'ArrowUp':
      return seek(items, from - 1, -1) ?? -1;
    case 'Home':
      return seek(items, 0, 1) ?? from;
    case 'End':
      return seek(items, items.length - 1, -1) ?? from;
    case 'PageDown':
      return seek(items, Math.min(items.length - 1, from + page), -1) ?? from;
    case 'PageUp':
      return seek(items, Math.max(0, from - page), 1) ?? from;
    default:
      return undefined;
  }
}

function seek(items: readonly ListItem[], from: number, step: 1 | -1): number | undefined {
  for (let index = from; index >= 0 && index < items.length; index += step) {
    if (items[index]?.kind === 'account') return index;
  }
  return undefined;
}

/**
 * The next account whose name begins with what was typed, from the line with the focus on and
 * around the end. The same letter again goes on to the next such account.
 */
export function lineForTyping(
  items: readonly ListItem[],
  from: number,
  typed: string,
): number | undefined {
  const letters = [...foldText(typed)];
  const [first] = letters;
  if (first === undefined) return undefined;
  const repeated = letters.every((letter) => letter === first);
  const wanted = repeated ? first : letters.join('');
  const start = letters.length === 1 || repeated ? from + 1 : Math.max(from, 0);
  for (let offset = 0; offset < items.length; offset += 1) {
    const index = (start + offset) % items.length;
    const item = items[index];
    if (item?.kind === 'account' && foldText(accountTitle(item.account)).startsWith(wanted)) {
      return index;
    }
  }
  return undefined;
}
