import { expect, test } from 'vitest';
import { assignSlots } from '../../../renderer/line-slots.ts';

const before = new Map([
  ['a', 0],
  ['b', 1],
  ['c', 2],
]);
const assigned = (keys: readonly string[], held?: string) => [...assignSlots(before, keys, held)];

test('a line that was drawn keeps its element, and new lines are written into those set free', () => {
  expect(assigned(['x', 'b', 'y'])).toEqual([
    ['x', 0],
    ['b', 1],
    ['y', 2],
  ]);
});

test('an element is made only when none is free', () => {
  expect(assigned(['a', 'b', 'c', 'x', 'y']).slice(3)).toEqual([
    ['x', 3],
    ['y', 4],
  ]);
});

test('the element of the line with the focus is never given to another account', () => {
  expect(assigned(['x', 'y', 'z'], 'a')).toEqual([
    ['x', 1],
    ['y', 2],
    ['z', 3],
  ]);
});

test('the line with the focus keeps its element while it is drawn', () => {
  expect(assigned(['x', 'a'], 'a')).toEqual([
    ['x', 1],
    ['a', 0],
  ]);
});
