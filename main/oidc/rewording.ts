import { isKeyfobError, KeyfobError } from '../../shared/errors.ts';

/**
 * Runs a grant and says of `invalid_grant` what it means there: its name fits a dozen cases, most
 * of which are not this one. All else is passed on.
 */
export async function withInvalidGrant<T>(
  meaning: { readonly message: string; readonly hint: string },
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!isKeyfobError(error, 'invalid_grant')) throw error;
    const { hint, message } = meaning;
    throw new KeyfobError('invalid_grant', message, { hint, details: error.details });
  }
}
