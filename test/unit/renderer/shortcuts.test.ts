import { expect, test } from 'vitest';
import { keysFor, shortcutOf } from '../../../renderer/shortcuts.ts';

const none = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
const ctrl = { ...none, ctrlKey: true };
const meta = { ...none, metaKey: true };

test.each([
  [{ ...ctrl, key: 'k' }, 'search'],
  [{ ...ctrl, key: 'n' }, 'connect'],
  [{ ...ctrl, key: ',' }, 'settings'],
  [{ ...ctrl, shiftKey: true, key: 'P' }, 'palette'],
  [{ ...none, key: 'F6' }, 'nextRegion'],
  [{ ...none, shiftKey: true, key: 'F6' }, 'previousRegion'],
  [{ ...none, key: 'Escape' }, 'back'],
  [{ ...none, key: 'k' }, undefined],
  [{ ...ctrl, altKey: true, key: 'k' }, undefined],
  [{ ...meta, key: 'k' }, undefined],
  [{ ...ctrl, key: 'toString' }, undefined],
])('%o is %s', (press, shortcut) => {
  expect(shortcutOf(press, false)).toBe(shortcut);
});

test('on a Mac the command key is ⌘, and Ctrl is left to the system', () => {
  expect(shortcutOf({ ...meta, key: 'k' }, true)).toBe('search');
  expect(shortcutOf({ ...ctrl, key: 'k' }, true)).toBeUndefined();
  expect([keysFor('K', true), keysFor('K', false)]).toEqual(['⌘K', 'Ctrl+K']);
});
