import { describe, expect, test } from 'vitest';
import { listItems } from '../../../renderer/list-items.ts';
import { lineForKey, lineForTyping } from '../../../renderer/list-keys.ts';
import { account, connection } from './samples.ts';

/** 0 heading, 1 prod, 2 Präsentation, 3 pilot, 4 heading, 5 sandbox */
const items = listItems(
  {
    connections: [connection('acme'), connection('labs')],
    accounts: [
      account('acme', 'prod', 'Admin'),
      account('acme', 'Präsentation', 'Admin'),
      account('acme', 'pilot', 'Admin'),
      account('labs', 'sandbox', 'Admin'),
    ],
    favourites: [],
  },
  '',
  [],
);

describe('keys lead from account to account, past headings', () => {
  test.each([
    ['ArrowDown', -1, 1],
    ['ArrowDown', 3, 5],
    ['ArrowDown', 5, 5],
    ['ArrowUp', 5, 3],
    ['ArrowUp', 1, -1],
    ['Home', 5, 1],
    ['End', 1, 5],
    ['PageDown', 1, 3],
    ['PageDown', 3, 5],
    ['PageUp', 5, 3],
    ['PageUp', 2, 1],
  ])('%s from %i to %i', (key, from, to) => {
    expect(lineForKey(items, from, key, 2)).toBe(to);
  });

  test('other keys are none of the list’s', () => {
    expect(lineForKey(items, 1, 'Enter', 2)).toBeUndefined();
    expect(lineForKey(items, 1, 'x', 2)).toBeUndefined();
  });

  test('an empty list leads nowhere', () => {
    expect(lineForKey([], -1, 'ArrowDown', 2)).toBe(-1);
    expect(lineForKey([], -1, 'End', 2)).toBe(-1);
  });
});

describe('typing leads to the next account of that name', () => {
  test('whatever the case and accents', () => {
    expect(lineForTyping(items, 1, 'PRAS')).toBe(2);
    expect(lineForTyping(items, -1, 's')).toBe(5);
  });

  test('and stays while the word still fits', () => {
    expect(lineForTyping(items, 3, 'pi')).toBe(3);
  });

  test('the same letter again goes on to the next, and around the end', () => {
    expect(lineForTyping(items, 1, 'p')).toBe(2);
    expect(lineForTyping(items, 2, 'pp')).toBe(3);
    expect(lineForTyping(items, 3, 'ppp')).toBe(1);
  });

  test('or nowhere', () => {
    expect(lineForTyping(items, 1, 'zz')).toBeUndefined();
    expect(lineForTyping([], -1, 'p')).toBeUndefined();
  });
});
