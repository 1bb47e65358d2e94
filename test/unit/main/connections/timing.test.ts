import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Tokens } from '../../../../main/connections/provider.ts';
import { backoffMs, handOutMarginMs, renewalLeadMs } from '../../../../main/connections/timing.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

const lasting = (lifetime: number): Tokens => ({
  accessToken: 'a',
  obtainedAt: 0,
  expiresAt: lifetime,
  flow: 'browser',
});

test.each([
  ['eight hours: a fifth', 8 * hour, 96 * minute],
  ['an hour: 15 minutes', hour, 15 * minute],
  ['30 minutes: half', 30 * minute, 15 * minute],
  ['20 minutes: half', 20 * minute, 10 * minute],
  ['two seconds: half', 2 * second, second],
])('renewal of a token that lasts %s', (_name, lifetime, lead) => {
  expect(renewalLeadMs(lasting(lifetime), 0)).toBe(lead);
});

test('jitter makes renewal earlier, never later, and never before half of the lifetime', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 100 * hour }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (lifetime, fraction) => {
        const tokens = lasting(lifetime);
        const lead = renewalLeadMs(tokens, fraction);
        expect(lead).toBeLessThanOrEqual(lifetime / 2);
        expect(lead).toBeGreaterThanOrEqual(renewalLeadMs(tokens, 0));
        expect(handOutMarginMs(tokens)).toBeLessThanOrEqual(lead);
      },
    ),
  );
});

test('backoff begins at a second, doubles, and stops at five minutes', () => {
  const waits = [1, 2, 3, 9, 10, 100].map((failures) => backoffMs(failures, 0));
  expect(waits).toEqual([second, 2 * second, 4 * second, 256 * second, 5 * minute, 5 * minute]);
  expect(backoffMs(1, 0.999)).toBeGreaterThan(0.8 * second - 1);
});
