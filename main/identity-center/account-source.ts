import { KeyfobError } from '../../shared/errors.ts';
import type { IdentityCenterSettings } from '../../shared/model.ts';
import type { AccountSource } from '../accounts/source.ts';
import type { Ports } from '../ports.ts';
import type { ServerClock, Upstream } from '../upstream.ts';
import { listAccounts } from './account-listing.ts';
import { createLimiter } from './limiter.ts';
import { createPortalClient } from './portal-client.ts';

export interface IdentityCenterAccountsDeps {
  readonly settings: IdentityCenterSettings;
  readonly ports: Ports;
  readonly upstream: Upstream;
  readonly serverClock: ServerClock;
}

/**
 * The accounts and role credentials of an Identity Center instance. Keep one per connection: it
 * remembers how many requests a second the portal bears.
 */
export function createIdentityCenterAccounts(deps: IdentityCenterAccountsDeps): AccountSource {
  const { settings, ports, upstream, serverClock } = deps;
  const { clock, env, log, random } = ports;
  const portal = createPortalClient({ region: settings.region, env, upstream, serverClock });
  const limiter = createLimiter({ clock, log });

  return {
    now: () => serverClock.now(),
    list: (options) => listAccounts({ ...options, portal, limiter, clock, random }),
    async roleCredentials({ accountId, roleName }, accessToken, signal) {
      // A tool is waiting: it goes past a sync under way, which then makes room.
      limiter.yieldTurn();
      const call = { accessToken, signal };
      const granted = await portal.getRoleCredentials(call, { accountId, roleName });
      const { expiration, ...keys } = granted;
      const obtainedAt = serverClock.now();
      if (expiration <= obtainedAt) throw alreadyExpired(expiration);
      return { ...keys, accountId, expiresAt: expiration, obtainedAt };
    },
  };
}

function alreadyExpired(expiration: number): KeyfobError {
  return new KeyfobError('response_invalid', 'The portal gave credentials that have expired.', {
    hint: "Check this machine's clock. If it is right, report this.",
    details: { operation: 'GetRoleCredentials', expiration },
  });
}
