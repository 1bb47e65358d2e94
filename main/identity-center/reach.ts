import type { IdentityCenterSettings } from '../../shared/model.ts';
import type { AccountSource } from '../accounts/source.ts';
import type { Provider } from '../connections/provider.ts';
import type { Ports } from '../ports.ts';
import { createServerClock, createUpstream } from '../upstream.ts';
import { createIdentityCenterAccounts } from './account-source.ts';
import { createIdentityCenterProvider } from './provider.ts';

/** The way to one connection's Identity Center. */
export interface Reach {
  readonly provider: Provider;
  readonly source: AccountSource;
}

/**
 * Finds the way to each connection's Identity Center, the same one each time: its sign-in and its
 * accounts share one clock and what they learn of the place.
 */
export function createReach(ports: Ports): (settings: IdentityCenterSettings) => Reach {
  const known = new Map<string, Reach & { readonly settings: IdentityCenterSettings }>();

  return (settings) => {
    const present = known.get(settings.name);
    if (present !== undefined && isSamePlace(present.settings, settings)) return present;
    const serverClock = createServerClock(ports.clock);
    const { fetch, clock, random, log } = ports;
    const upstream = createUpstream({ fetch, clock, random, log, serverClock });
    const deps = { settings, ports, upstream, serverClock };
    const reach = {
      settings,
      provider: createIdentityCenterProvider(deps),
      source: createIdentityCenterAccounts(deps),
    };
    known.set(settings.name, reach);
    return reach;
  };
}

/** How one signs in there makes no other place of it. */
function isSamePlace(one: IdentityCenterSettings, other: IdentityCenterSettings): boolean {
  const place = ({ startUrl, region, scopes }: IdentityCenterSettings) =>
    JSON.stringify([startUrl, region, scopes]);
  return place(one) === place(other);
}
