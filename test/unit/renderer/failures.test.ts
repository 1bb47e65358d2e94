import { expect, test } from 'vitest';
import { hintHere, remedyFor } from '../../../renderer/failures.ts';
import type { ErrorCode } from '../../../shared/errors.ts';

const failed = (code: ErrorCode) => ({ error: { code, message: 'No.' } });
const retry = () => undefined;

test.each<[ErrorCode, string]>([
  ['sign_in_required', 'signIn'],
  ['sign_in_denied', 'signIn'],
  ['unauthorized', 'signIn'],
  ['network_error', 'tryAgain'],
  ['keychain_locked', 'tryAgain'],
  ['unknown_connection', 'connect'],
  ['unknown_account', 'sync'],
  ['browser_failed', 'settings'],
])('%s offers to %s', (code, remedy) => {
  expect(remedyFor({ ...failed(code), connection: 'acme', retry })).toBe(remedy);
});

test('no button is offered that could not do anything', () => {
  expect(remedyFor(failed('sign_in_required'))).toBeUndefined();
  expect(remedyFor(failed('network_error'))).toBeUndefined();
  expect(remedyFor({ ...failed('internal'), connection: 'acme', retry })).toBeUndefined();
});

test('what to do is said for a window, not for a command line', () => {
  const typed = { code: 'sign_in_required', message: 'No.', hint: 'Run `keyfob login acme`.' };
  expect(hintHere(typed)).toBe('Sign in to go on.');
  const plain = { code: 'sign_in_required', message: 'No.', hint: 'Ask your administrator.' };
  expect(hintHere(plain)).toBe('Ask your administrator.');
  const unknown = { code: 'invalid_scope', message: 'No.', hint: 'See `keyfob connection show`.' };
  expect(hintHere(unknown)).toBe(unknown.hint);
  expect(hintHere({ code: 'internal', message: 'No.' })).toBeUndefined();
});
