import { KeyfobError } from '../shared/errors.ts';
import type { ConnectionSettings } from '../shared/model.ts';
import type { AccountSource } from './accounts/source.ts';
import type { Provider } from './connections/provider.ts';
import { createReach as createIdentityCenterReach } from './identity-center/reach.ts';
import { createReach as createOidcReach } from './oidc/reach.ts';
import type { Way } from './oidc/way.ts';
import type { Ports } from './ports.ts';

/** The way to one connection's provider, whatever its kind. */
export interface Reach {
  readonly provider: Provider;
  readonly source: AccountSource;
  /** To an OpenID provider, and to no other. */
  readonly way?: Way;
}

/** The way to a connection's OpenID provider. Throws `invalid_input` for connections of other kinds. */
export function wayOf({ way }: Reach, connection: string): Way {
  if (way !== undefined) return way;
  throw new KeyfobError('invalid_input', `${connection} is no connection to an OpenID provider.`, {
    hint: '`keyfob connection list` shows the kinds. IAM Identity Center has nothing of the sort.',
  });
}

/** Finds the way to each connection's provider, the same one each time. */
export function createReach(ports: Ports): (settings: ConnectionSettings) => Reach {
  const identityCenter = createIdentityCenterReach(ports);
  const oidc = createOidcReach(ports);
  return (settings) =>
    settings.kind === 'identity-center' ? identityCenter(settings) : oidc(settings);
}
