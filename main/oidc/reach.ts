import { KeyfobError } from '../../shared/errors.ts';
import type { OidcSettings } from '../../shared/model.ts';
import type { AccountSource } from '../accounts/source.ts';
import type { Provider } from '../connections/provider.ts';
import type { Ports } from '../ports.ts';

/** The way to one connection's OpenID provider. */
export interface Reach {
  readonly provider: Provider;
  readonly source: AccountSource;
}

/** Finds the way to each connection's provider, the same one each time. */
export function createReach(ports: Ports): (settings: OidcSettings) => Reach {
  const known = new Map<string, Reach & { readonly settings: OidcSettings }>();

  return (settings) => {
    const present = known.get(settings.name);
    if (present !== undefined && isSamePlace(present.settings, settings)) return present;
    const source = noListing(() => ports.clock.now());
    const reach = { settings, provider: unreachable(settings, ports), source };
    known.set(settings.name, reach);
    return reach;
  };
}

function unreachable({ name }: OidcSettings, ports: Ports): Provider {
  const refuse = async () => {
    throw new KeyfobError('sign_in_failed', `${name} can't be signed in to yet.`);
  };
  return {
    now: () => ports.clock.now(),
    beginBrowser: refuse,
    beginDevice: refuse,
    refresh: refuse,
    revoke: refuse,
  };
}

/** An OpenID provider tells of no accounts: what one can act as there is configured here. */
function noListing(now: () => number): AccountSource {
  return {
    now,
    list: async () => undefined,
    async roleCredentials() {
      throw new KeyfobError('invalid_input', 'An OpenID provider has no AWS roles of its own.', {
        hint: 'Add one with `keyfob account add`, or ask for a token.',
      });
    },
  };
}

/** How one signs in there makes no other place of it. */
function isSamePlace(one: OidcSettings, other: OidcSettings): boolean {
  const place = ({ flow: _flow, browser: _browser, ...rest }: OidcSettings) => JSON.stringify(rest);
  return place(one) === place(other);
}
