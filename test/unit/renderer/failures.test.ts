import { expect, test } from 'vitest';
import { remedyFor } from '../../../renderer/failures.ts';
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
