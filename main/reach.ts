import type { ConnectionSettings } from '../shared/model.ts';
import type { AccountSource } from './accounts/source.ts';
import type { Provider } from './connections/provider.ts';
import { createReach as createIdentityCenterReach } from './identity-center/reach.ts';
import { createReach as createOidcReach } from './oidc/reach.ts';
import type { Ports } from './ports.ts';

/** The way to one connection's provider, whatever its kind. */
export interface Reach {
  readonly provider: Provider;
  readonly source: AccountSource;
}

/** Finds the way to each connection's provider, the same one each time. */
export function createReach(ports: Ports): (settings: ConnectionSettings) => Reach {
  const identityCenter = createIdentityCenterReach(ports);
  const oidc = createOidcReach(ports);
  return (settings) =>
    settings.kind === 'identity-center' ? identityCenter(settings) : oidc(settings);
}
