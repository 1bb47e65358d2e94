import type { OidcSettings } from '../../shared/oidc-settings.ts';
import type { SignInFlow, StoredSession } from '../connections/provider.ts';

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
    const ends = 'The provider gave no refresh token, so this session ends with its access token.';
    warnings.push(`${ends} ${wayToRefreshTokens(settings, tokens.flow)}`);
  }
  if (tokens?.tokenType === 'DPoP') {
    warnings.push(
      'Its tokens are bound to a key that only Keyfob has (DPoP): most tools can not use them.',
    );
  }
  return warnings;
}

function wayToRefreshTokens(settings: OidcSettings, flow: SignInFlow | undefined): string {
  const { name, prompt = '', scopes } = settings;
  if (!scopes.includes('offline_access')) return 'The scope offline_access often brings one.';
  const allow = 'ave it allow refresh tokens for this client.';
  // OpenID Connect Core section 11: without it a provider is to ignore the scope.
  if (flow !== 'browser' || prompt.split(' ').includes('consent')) return `H${allow}`;
  return `Many give one only where you agree anew: run \`keyfob connection update ${name} --prompt consent\`, then sign in again. If that does not help, h${allow}`;
}
