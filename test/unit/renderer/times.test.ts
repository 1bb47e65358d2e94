import { expect, test } from 'vitest';
import { countdown, timeLeft } from '../../../renderer/times.ts';

const now = Date.parse('2026-11-21T10:00:00Z');

test.each([
  ['2026-11-21T09:59:00Z', '0 sec'],
  ['2026-11-21T10:00:40Z', '40 sec'],
  ['2026-11-21T10:58:59Z', '58 min'],
  ['2026-11-21T11:40:00Z', '100 min'],
  ['2026-11-21T18:40:00Z', '8 hr'],
])('until %s there are %s left', (expiresAt, left) => {
  expect(timeLeft(expiresAt, now)).toBe(left);
});

test('a countdown keeps its two digits of seconds', () => {
  expect(countdown('2026-11-21T10:09:05Z', now)).toBe('9:05');
  expect(countdown('2026-11-21T09:00:00Z', now)).toBe('0:00');
});
