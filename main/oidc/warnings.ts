import type { OidcSettings } from '../../shared/oidc-settings.ts';
import type { StoredSession } from '../connections/provider.ts';

/** What a person should know about how this connection signs in, in sentences. */
export function warningsFor(
  settings: OidcSettings,
  stored: StoredSession | null,
  ownFlow: 'form' | 'unattended' | undefined,
): string[] {
  const { tokens } = stored ?? {};
  const warnings: string[] = [];
  if (settings.grant === 'password') {
    warnings.push(
      'This connection signs in by password: Keyfob sees it, and no second factor protects it. Choose another grant if the provider has one.',
    );
  }
  if (tokens !== undefined && ownFlow !== 'unattended' && tokens.refreshToken === undefined) {
    const offline = settings.scopes.includes('offline_access');
    warnings.push(
      offline
        ? 'The provider gave no refresh token, so this session ends with its access token. Have it allow refresh tokens for this client.'
        : 'The provider gave no refresh token, so this session ends with its access token. The scope offline_access often brings one.',
    );
  }
  if (tokens?.tokenType === 'DPoP') {
    warnings.push(
      'Its tokens are bound to a key that only Keyfob has (DPoP): most tools can not use them.',
    );
  }
  return warnings;
}
