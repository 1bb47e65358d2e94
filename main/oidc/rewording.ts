import { isKeyfobError, KeyfobError } from '../../shared/errors.ts';
import type { OidcSettings } from '../../shared/oidc-settings.ts';

/**
 * Runs a refresh for other scopes than the sign-in's own, and says of `invalid_scope` what nearly
 * always is the reason: a refresh can't grant more than the sign-in did (RFC 6749 section 6).
 */
export async function withWishedScopes<T>(
  settings: Pick<OidcSettings, 'name' | 'scopes'>,
  wished: readonly string[] | undefined,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!isKeyfobError(error, 'invalid_scope')) throw error;
    const { name, scopes } = settings;
    const all = [...new Set([...scopes, ...(wished ?? [])])];
    const options = all.map((scope) => `--scope ${scope}`).join(' ');
    throw new KeyfobError('invalid_scope', error.message, {
      hint: `The sign-in must have asked for them: \`keyfob connection update ${name} ${options}\`, then \`keyfob login ${name}\`. Else have them allowed for the client at the provider.`,
      details: error.details,
    });
  }
}

/** Runs a registration, and says what else there is where the provider lets nobody just register. */
export async function withRefusedRegistration<T>(
  byInitialToken: boolean,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!isKeyfobError(error, ...registrationRefused)) throw error;
    const { code, details } = error;
    const how = byInitialToken ? ' with this initial access token' : ' just so';
    throw new KeyfobError(code, `The provider does not let Keyfob register itself${how}.`, {
      hint: 'Have a client registered there and add the connection again with --client-id, or with an initial access token: --initial-access-token-stdin.',
      details,
    });
  }
}

const registrationRefused = [
  'unauthorized',
  'forbidden',
  'access_denied',
  'invalid_token',
  'insufficient_scope',
] as const;

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
