import { type AccountOf, ownTokenName } from '../../shared/account.ts';
import type { ConnectionSettings } from '../../shared/model.ts';

/**
 * The account that an OpenID connection has without being asked: its own access token, with the
 * connection's scopes. So a fresh sign-in is useful at once.
 */
export function ownTokenOf(settings: ConnectionSettings): AccountOf<'token'> | undefined {
  if (settings.kind !== 'oidc') return undefined;
  const path = `${settings.name}/${ownTokenName}`;
  return {
    kind: 'token',
    id: path,
    path,
    connection: settings.name,
    name: ownTokenName,
    ...(settings.scopes.length === 0 ? {} : { scopes: settings.scopes }),
    token: 'access',
  };
}
