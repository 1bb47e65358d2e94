import { commonChanges, oidcChanges } from '../../shared/connection-changes.ts';
import { KeyfobError } from '../../shared/errors.ts';
import type { OidcSettings } from '../../shared/model.ts';
import type { AccountSource } from '../accounts/source.ts';
import type { Provider } from '../connections/provider.ts';
import type { Ports } from '../ports.ts';
import { createServerClock, createUpstream } from '../upstream.ts';
import { createOidcProvider } from './provider.ts';
import { createWay, type Way } from './way.ts';

/** The way to one connection's OpenID provider. */
export interface Reach {
  readonly provider: Provider;
  readonly source: AccountSource;
  readonly way: Way;
}

/** Finds the way to each connection's provider, the same one each time. */
export function createReach(ports: Ports): (settings: OidcSettings) => Reach {
  const known = new Map<string, { settings: OidcSettings; readonly reach: Reach }>();

  return (settings) => {
    const present = known.get(settings.name);
    // The same object nearly always, and whoever has a token at hand comes here for the time.
    if (present?.settings === settings) return present.reach;
    if (present !== undefined && isSamePlace(present.settings, settings)) {
      present.settings = settings;
      return present.reach;
    }
    const serverClock = createServerClock(ports.clock);
    const { fetch, clock, random, log } = ports;
    const upstream = createUpstream({ fetch, clock, random, log, serverClock });
    const way = createWay({ settings, ports, upstream, serverClock });
    const source = noListing(() => serverClock.now());
    const reach = { way, provider: createOidcProvider(way), source };
    known.set(settings.name, { settings, reach });
    return reach;
  };
}

/** An OpenID provider tells of no accounts: what one can act as there is configured here. */
function noListing(now: () => number): AccountSource {
  return {
    now,
    // Whoever asks again wants to know whether it works: a session that can be renewed is.
    async list({ accessToken }) {
      await accessToken();
    },
    async roleCredentials() {
      throw new KeyfobError('invalid_input', 'An OpenID provider has no AWS roles of its own.', {
        hint: 'Add one with `keyfob account add`, or ask for a token.',
      });
    },
  };
}

/** What may change while a connection stays makes no other place of it. */
function isSamePlace(one: OidcSettings, other: OidcSettings): boolean {
  const place = (settings: OidcSettings) =>
    JSON.stringify(
      Object.entries(settings)
        .filter(([name]) => !Object.hasOwn(changeable, name))
        .toSorted(([one], [other]) => one.localeCompare(other)),
    );
  return place(one) === place(other);
}

const changeable = { ...commonChanges, ...oidcChanges };
