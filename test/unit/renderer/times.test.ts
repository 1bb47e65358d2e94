import { expect, test } from 'vitest';
import { countdown, shareLeft, timeLeft } from '../../../renderer/times.ts';

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

test('what is left of a span goes from all of it to nothing, and no further', () => {
  const [from, until] = ['2026-01-01T10:00:00Z', '2026-01-01T10:10:00Z'];
  const at = (time: string) => shareLeft(from, until, Date.parse(`2026-01-01T${time}Z`));
  expect(at('10:00:00')).toBe(1);
  expect(at('10:05:00')).toBe(0.5);
  expect(at('10:10:00')).toBe(0);
  expect(at('09:00:00')).toBe(1);
  expect(at('11:00:00')).toBe(0);
  expect(shareLeft(from, from, Date.parse(from))).toBe(0);
});
