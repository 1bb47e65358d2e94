import { expect, test } from 'vitest';
import { pollForTokens } from '../../../../main/connections/device.ts';
import type { DeviceSignIn, StoredSession } from '../../../../main/connections/provider.ts';
import { type ErrorCode, KeyfobError } from '../../../../shared/errors.ts';
import { codeOf } from '../../../support/connections.ts';
import { createFakePorts } from '../../../support/fake-ports.ts';

const granted: StoredSession = { version: 1, registrations: {} };

/** Polls against a script; tells at which second each poll came. */
async function poll(
  answers: readonly (ErrorCode | 'granted' | 'never')[],
  options: { intervalMs?: number; seconds?: number } = {},
) {
  const { clock, log } = createFakePorts();
  const start = clock.now();
  const at: number[] = [];
  const controller = new AbortController();
  const device: DeviceSignIn = {
    userCode: 'A',
    verificationUri: 'https://login.test/device',
    lifetimeMs: 600_000,
    intervalMs: options.intervalMs ?? 5_000,
    session: granted,
    async poll(signal) {
      const answer = answers[at.length] ?? 'authorization_pending';
      at.push((clock.now() - start) / 1_000);
      if (answer === 'granted') return granted;
      if (answer === 'never') {
        return await new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        });
      }
      throw new KeyfobError(answer, answer);
    },
  };
  let outcome: unknown;
  const polling = pollForTokens(device, { clock, log }, controller.signal);
  const done = polling.then(
    (session) => {
      outcome = session;
    },
    (error: unknown) => {
      outcome = error;
    },
  );
  await clock.advance((options.seconds ?? 100) * 1_000);
  return { at, outcome: () => outcome, controller, done, clock };
}

test('waits one interval before the first poll, and one between polls', async () => {
  const { at, outcome } = await poll(['authorization_pending', 'authorization_pending', 'granted']);
  expect(at).toEqual([5, 10, 15]);
  expect(outcome()).toBe(granted);
});

test('a provider that names no interval is asked every five seconds', async () => {
  const { at } = await poll(['authorization_pending', 'granted'], { intervalMs: 0 });
  expect(at).toEqual([5, 10]);
});

test('each slow_down adds five seconds for good', async () => {
  const { at } = await poll(
    ['slow_down', 'authorization_pending', 'slow_down', 'authorization_pending', 'granted'],
    { intervalMs: 1_000 },
  );
  expect(at).toEqual([1, 7, 13, 24, 35]);
});

test('failures on the way double the wait; an answer ends that', async () => {
  const { at } = await poll(
    ['network_error', 'timeout', 'server_error', 'authorization_pending', 'granted'],
    { intervalMs: 2_000 },
  );
  expect(at).toEqual([2, 6, 14, 30, 32]);
});

test('an outage never makes the polls rarer than once a minute', async () => {
  const { at } = await poll(Array(20).fill('network_error'), { seconds: 600 });
  expect(at.length).toBeGreaterThanOrEqual(10);
});

test('captive portals and proxies that answer nonsense do not end it', async () => {
  const { outcome } = await poll(
    ['response_not_json', 'response_redirected', 'tls_error', 'too_many_requests', 'granted'],
    { seconds: 200 },
  );
  expect(outcome()).toBe(granted);
});

test.each(['access_denied', 'expired_token', 'invalid_grant', 'invalid_client'] as const)(
  '%s ends it',
  async (code) => {
    const { at, outcome } = await poll(['authorization_pending', code]);
    expect(at).toHaveLength(2);
    expect(outcome()).toMatchObject({ code });
  },
);

test('cancelling aborts the poll in flight', async () => {
  const { controller, outcome, done } = await poll(['never']);
  expect(outcome()).toBeUndefined();
  controller.abort(new KeyfobError('sign_in_cancelled', 'Cancelled.'));
  await done;
  expect(outcome()).toMatchObject({ code: 'sign_in_cancelled' });
});

test('cancelling between polls leaves no timer behind', async () => {
  const { controller, clock, done, at } = await poll([], { seconds: 7 });
  controller.abort(new KeyfobError('sign_in_cancelled', 'Cancelled.'));
  await done;
  expect(clock.waiting).toBe(0);
  expect(at).toEqual([5]);
  expect(await codeOf(done)).toBeUndefined();
});
