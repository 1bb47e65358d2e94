import { expect, test } from 'vitest';
import { ratioOf, ratioText } from '../../../bench/measure.ts';

test('a ratio is that of the rounds, so that a load which comes and goes cancels out', () => {
  // Twice as much in each round; the machine is ten times slower from the third on.
  const one = [20, 22, 200, 220, 240];
  const other = [10, 11, 100, 110, 120];
  expect(ratioOf(one, other)).toEqual({ ratio: 2, ofMinima: 2 });
  // Load that falls on single measurements moves neither the median of the ratios nor the minima.
  expect(ratioOf([20, 900, 22, 21, 20], [10, 11, 11, 800, 10])).toEqual({ ratio: 2, ofMinima: 2 });
});

test('a ratio is shown with that of the minima', () => {
  expect(ratioText({ ratio: 1.254, ofMinima: 1.2 })).toBe('1.25 × (of the minima 1.20)');
});
