import { readFile } from 'node:fs/promises';
import { KeyfobError } from '../../shared/errors.ts';
import { errnoOf } from './file-errors.ts';
import type { AskPassphrase } from './secrets-file.ts';

/**
 * The passphrase of the encrypted secrets file: the content of KEYFOB_PASSPHRASE_FILE, without the
 * newline that editors add, else what `prompt` gets.
 */
export function createPassphrase(
  env: Readonly<Record<string, string | undefined>>,
  prompt: AskPassphrase = async () => null,
): AskPassphrase {
  return async (purpose) => {
    const path = env.KEYFOB_PASSPHRASE_FILE;
    if (path === undefined || path === '') return await prompt(purpose);
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      throw unusable(path, 'could not be read', error);
    }
    const passphrase = text.replace(/\r?\n$/, '');
    if (passphrase === '') throw unusable(path, 'is empty');
    return passphrase;
  };
}

function unusable(path: string, what: string, cause?: unknown): KeyfobError {
  const reason = errnoOf(cause);
  return new KeyfobError('passphrase_required', `KEYFOB_PASSPHRASE_FILE ${what}.`, {
    hint: `It names ${path}. Point it to a file that the helper can read and that holds the passphrase.`,
    details: { path, ...(reason === undefined ? {} : { reason }) },
    cause,
  });
}
