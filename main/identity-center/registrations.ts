import type { IdentityCenterSettings } from '../../shared/model.ts';
import type { ClientRegistration } from '../connections/provider.ts';
import type { RegisterClientRequest } from './oidc-requests.ts';

/** What AWS accounts need, and what makes a session renewable. */
const defaultScopes = ['sso:account:access'];
/** As the AWS CLI: a registration with less left would lapse during its session. */
const leastLeftMs = 15 * 60_000;

/** The scopes that a connection asks for. */
export function scopesOf({ scopes }: IdentityCenterSettings): readonly string[] {
  return scopes.length === 0 ? defaultScopes : scopes;
}

/** What a registration is good for: another region, start URL or application needs another one. */
export function audienceOf(settings: IdentityCenterSettings): string {
  const { region, startUrl, entitledApplicationArn = '' } = settings;
  return `${region} ${startUrl} ${entitledApplicationArn}`.trimEnd();
}

/**
 * RegisterClient as AWS CLI v2 sends it, for each flow. The name is shown to the person who
 * approves the sign-in.
 *
 * @param redirectUri of the browser flow; its port is left out, so that any will do
 */
export function registrationRequest(
  settings: IdentityCenterSettings,
  redirectUri?: string,
): RegisterClientRequest {
  const { name, entitledApplicationArn } = settings;
  const common = {
    clientName: `keyfob-${name}`,
    clientType: 'public',
    scopes: scopesOf(settings),
    ...(entitledApplicationArn === undefined ? {} : { entitledApplicationArn }),
  } as const;
  if (redirectUri === undefined) return common;
  return {
    ...common,
    grantTypes: ['authorization_code', 'refresh_token'],
    redirectUris: [withoutPort(redirectUri)],
    issuerUrl: settings.startUrl,
  };
}

/** Whether a stored registration serves another sign-in. */
export function isReusable(
  registration: ClientRegistration,
  settings: IdentityCenterSettings,
  now: number,
): boolean {
  return (
    registration.expiresAt - now >= leastLeftMs &&
    registration.audience === audienceOf(settings) &&
    sameMembers(registration.scopes, scopesOf(settings))
  );
}

function sameMembers(some: readonly string[], others: readonly string[]): boolean {
  const set = new Set(some);
  const other = new Set(others);
  return set.size === other.size && [...set].every((member) => other.has(member));
}

function withoutPort(uri: string): string {
  const url = new URL(uri);
  url.port = '';
  return url.href;
}
