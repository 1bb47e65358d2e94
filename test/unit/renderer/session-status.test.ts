import { expect, test } from 'vitest';
import { endsSoon, sessionStatus } from '../../../renderer/session-status.ts';
import type { SessionView } from '../../../shared/model.ts';

const now = Date.parse('2026-11-21T10:00:00Z');
const ends = (expiresAt: string, renewable = false): SessionView => ({
  state: 'signed_in',
  renewable,
  expiresAt,
});

test('only one that ends soon, and does not renew itself, calls for a new sign-in', () => {
  expect(endsSoon(ends('2026-11-21T10:04:30Z'), now)).toBe(true);
  expect(endsSoon(ends('2026-11-21T10:04:30Z', true), now)).toBe(false);
  expect(endsSoon(ends('2026-11-21T18:40:00Z'), now)).toBe(false);
  expect(endsSoon({ state: 'signed_out', renewable: false }, now)).toBe(false);
});

test.each<[string, SessionView, string, RegExp]>([
  ['with time enough', ends('2026-11-21T18:40:00Z'), 'dot', /^signed in until .*40/],
  ['near its end', ends('2026-11-21T10:04:30Z'), 'ring', /^expires in 4 min$/],
  ['that renews itself', ends('2026-11-21T10:04:30Z', true), 'dot', /^signed in$/],
  ['expired', { state: 'expired', renewable: true }, 'ring', /^expired/],
  ['signed out', { state: 'signed_out', renewable: false }, 'diamond', /^signed out$/],
  ['not read yet', { state: 'unknown', renewable: false }, 'ring', /^reading the keychain$/],
  [
    'not readable',
    { state: 'unknown', renewable: false, error: { code: 'keychain_locked', message: 'Locked.' } },
    'ring',
    /^keychain not readable$/,
  ],
])('a session %s has its own shape and words', (_, session, shape, words) => {
  const status = sessionStatus(session, now);
  expect(status.shape).toBe(shape);
  expect(status.words).toMatch(words);
});
