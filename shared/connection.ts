import type { ConnectionSettings, OidcSettings } from './model.ts';

/** What can be told from a connection's settings alone. No schema: the window's page has no use for one. */

/** Where one signs in: the start URL, or the issuer. */
export function addressOf(settings: ConnectionSettings): string {
  return settings.kind === 'identity-center' ? settings.startUrl : settings.issuer;
}

/** The region of an Identity Center; other providers have none. */
export function regionOf(settings: ConnectionSettings): string | undefined {
  return settings.kind === 'identity-center' ? settings.region : undefined;
}

/** How a sign-in is done that sends nobody to the provider's page; undefined where one does. */
export function ownFlowOf(
  settings: Pick<OidcSettings, 'grant' | 'ownAssertion'>,
): 'form' | 'unattended' | undefined {
  const { grant, ownAssertion } = settings;
  if (grant === 'interactive') return undefined;
  const nobody =
    grant === 'client_credentials' || (grant === 'jwt-bearer' && ownAssertion === true);
  return nobody ? 'unattended' : 'form';
}
