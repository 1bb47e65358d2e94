import { expect, test } from 'vitest';
import { exitCodeFor } from '../../../../main/cli/exit-codes.ts';
import { errorCodes } from '../../../../shared/errors.ts';

test('every error code has its exit code', () => {
  const table = Object.fromEntries(errorCodes.map((code) => [code, exitCodeFor(code)]));
  const special = Object.entries(table).filter(([, exitCode]) => exitCode !== 1);
  expect(Object.fromEntries(special)).toEqual({
    invalid_input: 2,
    invalid_start_url: 2,
    invalid_region: 2,
    unknown_command: 2,
    sign_in_required: 3,
    no_helper: 4,
    helper_version: 4,
    helper_stopping: 4,
    refused: 5,
    sign_in_denied: 5,
    sign_in_cancelled: 5,
  });
});
