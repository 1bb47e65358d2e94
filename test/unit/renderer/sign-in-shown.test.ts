import { expect, test } from 'vitest';
import type { SignInView } from '../../../renderer/navigation.ts';
import { signInShown } from '../../../renderer/sign-in-shown.ts';
import type { SignIn } from '../../../shared/model.ts';

const view: SignInView = { name: 'signIn', connection: 'acme' };
const error = { code: 'sign_in_denied', message: 'Denied.' } as const;

function signIn(changes: Partial<SignIn> = {}): SignIn {
  return {
    connection: 'acme',
    flow: 'device',
    state: 'pending',
    startedAt: '2026-01-01T10:00:00.000Z',
    expiresAt: '2026-01-01T10:10:00.000Z',
    ...changes,
  };
}

test('a pending sign-in is shown, also while its start has not been answered', () => {
  const pending = signIn();
  expect(signInShown(view, pending)).toEqual({ kind: 'pending', signIn: pending });
  expect(signInShown({ ...view, starting: true }, pending).kind).toBe('pending');
});

test.each([
  [signIn({ state: 'signed_in' }), 'signedIn'],
  [signIn({ state: 'cancelled' }), 'cancelled'],
  [signIn({ state: 'failed', error }), 'failed'],
])('its end is shown in its place', (ended, kind) => {
  expect(signInShown(view, ended).kind).toBe(kind);
  expect(signInShown({ ...view, startedAt: ended.startedAt }, ended).kind).toBe(kind);
});

test.each(['signed_in', 'failed', 'cancelled'] as const)(
  'an earlier one that %s is not taken for the one just asked for',
  (state) => {
    const earlier = signIn({ state });
    expect(signInShown({ ...view, starting: true }, earlier)).toEqual({ kind: 'starting' });
    const since = '2026-01-01T11:00:00.000Z';
    expect(signInShown({ ...view, startedAt: since }, earlier)).toEqual({ kind: 'starting' });
  },
);

test('nothing is known yet: it is starting', () => {
  expect(signInShown(view, undefined)).toEqual({ kind: 'starting' });
});

test('one that could not be started says why, unless somebody cancelled it', () => {
  const offline = { code: 'network_error', message: 'Offline.' } as const;
  expect(signInShown({ ...view, error: offline }, signIn({ state: 'failed', error }))).toEqual({
    kind: 'failed',
    error: offline,
  });
  const cancelled = { code: 'sign_in_cancelled', message: 'Cancelled.' } as const;
  expect(signInShown({ ...view, error: cancelled }, undefined)).toEqual({ kind: 'cancelled' });
});
