import { expect, test } from 'vitest';
import { endingFor } from '../../../../main/cli/failure.ts';
import { errorText, printable } from '../../../../main/cli/printable.ts';
import { KeyfobError } from '../../../../shared/errors.ts';

test('an error is one line, its hint indented below', () => {
  expect(errorText({ message: 'It broke.', hint: 'Mend it.\nThen try again.' })).toBe(
    'keyfob: It broke.\n  Mend it.\n  Then try again.\n',
  );
  expect(errorText({ message: 'It broke.' })).toBe('keyfob: It broke.\n');
});

test('what comes from outside cannot move the cursor, start a line or turn the text around', () => {
  expect(printable('a\u001b[2Jb\nc\rd\u0007\u009b1A\u202eevil\u2069')).toBe(
    'a\ufffd[2Jb\ufffdc\ufffdd\ufffd\ufffd1A\ufffdevil\ufffd',
  );
  expect(printable('Ünïcode 日本 👍')).toBe('Ünïcode 日本 👍');
});

test('an unexpected error says nothing of its text, but for who asks for it', () => {
  const secret = new Error('token abc123');
  expect(endingFor(secret, {})).toEqual({
    text: expect.not.stringContaining('abc123'),
    exitCode: 1,
  });
  expect(endingFor(secret, { KEYFOB_DEBUG: '1' }).text).toContain('abc123');
});

test('an error of the helper is passed on with its exit code', () => {
  const error = new KeyfobError('sign_in_required', 'acme is signed out.', {
    hint: 'Run `keyfob login acme`.',
  });
  expect(endingFor(error, {})).toEqual({
    text: 'keyfob: acme is signed out.\n  Run `keyfob login acme`.\n',
    exitCode: 3,
  });
});
