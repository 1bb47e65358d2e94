import { expect, test } from 'vitest';
import { readBenchOptions } from '../../../bench/options.ts';

const known = ['command', 'token', 'exec'];

test('without arguments all rows are taken, in their order', () => {
  expect(readBenchOptions([], known)).toEqual({ quick: false, groups: known });
  expect(readBenchOptions(['--quick'], known)).toEqual({ quick: true, groups: known });
});

test('rows are chosen by name, and taken in their own order', () => {
  expect(readBenchOptions(['--only', 'exec,command'], known).groups).toEqual(['command', 'exec']);
  expect(readBenchOptions(['--only=exec', '--only', 'token'], known).groups).toEqual([
    'token',
    'exec',
  ]);
});

test('a row that there is not, and an unknown option, are no run of nothing', () => {
  expect(() => readBenchOptions(['--only', 'tokne'], known)).toThrow(
    'There are no rows tokne. There are command, token, exec.',
  );
  expect(() => readBenchOptions(['--fast'], known)).toThrow(/--fast/);
});
