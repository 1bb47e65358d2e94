import { isKeyfobError } from '../../shared/errors.ts';
import type { OidcSettings } from '../../shared/oidc-settings.ts';
import type { StoredClient, StoredSession } from '../connections/provider.ts';
import type { Ports } from '../ports.ts';
import type { ServerClock, Upstream } from '../upstream.ts';
import type { OidcContext } from './context.ts';

/** The way of one connection to its provider: metadata, keys, clock, and the client that we are. */
export interface Way {
  /** As they are now. */
  settings(): OidcSettings;
  configure(settings: OidcSettings): void;
  readonly serverClock: ServerClock;
  /**
   * What requests in an existing session work with. Rejects with `invalid_client` where Keyfob
   * is no client yet, and with the codes of `Metadata.read`.
   */
  context(stored: StoredSession | null, signal: AbortSignal): Promise<OidcContext>;
  /**
   * Runs a sign-in's first request as a client that the provider knows: one is registered where
   * none was given, and anew where the provider turns out to know the stored one no more.
   */
  asClient<T>(
    stored: StoredSession | null,
    begin: (context: OidcContext, client: StoredClient) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T>;
  /**
   * A browser goes out with this client. The provider's page tells a person, and not us, that it
   * knows it no more; hence it counts as such until `trust`.
   */
  doubt(client: StoredClient): void;
  trust(client: StoredClient): void;
}

/** Finds the way; nothing is asked before it is gone. */
export function createWay(deps: {
  readonly settings: OidcSettings;
  readonly ports: Pick<Ports, 'clock' | 'random'>;
  readonly upstream: Upstream;
  readonly serverClock: ServerClock;
}): Way {
  const { ports, upstream, serverClock } = deps;
  const { clock, random } = ports;
  let { settings } = deps;
  const place = settings;
  let known: ReturnType<typeof load> | undefined;
  const doubtful = new Set<string>();

  async function load() {
    const protocol = await import('./protocol.ts');
    return {
      ...protocol,
      metadata: protocol.createMetadata({ place, upstream, clock }),
      keys: protocol.createKeySource({ upstream, clock }),
    };
  }

  /** The same metadata and keys each time, which remember what they have read. */
  function protocol(): ReturnType<typeof load> {
    known ??= load();
    return known;
  }

  async function contextWith(
    client: StoredClient | undefined,
    signal: AbortSignal,
  ): Promise<OidcContext> {
    const { metadata, keys, clientFrom } = await protocol();
    const server = await metadata.read(signal);
    return {
      server,
      client: clientFrom(settings, client),
      upstream,
      clock,
      serverClock,
      random,
      keys,
    };
  }

  /** The stored client, with a registration that serves these settings. */
  async function registered(
    client: StoredClient,
    forgotten: boolean,
    signal: AbortSignal,
  ): Promise<StoredClient> {
    if (settings.clientId !== undefined) return client;
    const { metadata, isUsable, obtainRegistration, registrationMetadata } = await protocol();
    const server = await metadata.read(signal);
    const wanted = registrationMetadata(settings, client, server);
    const known = client.registration;
    const lost = forgotten || (known !== undefined && doubtful.has(known.clientId));
    const present = lost ? undefined : known;
    if (present !== undefined && isUsable(present, wanted, serverClock.now())) return client;
    const registration = await obtainRegistration(
      { server, upstream },
      settings,
      client,
      { wanted, present },
      signal,
    );
    return { ...client, registration };
  }

  return {
    settings: () => settings,
    configure(changed) {
      settings = changed;
    },
    serverClock,
    context: (stored, signal) => contextWith(stored?.client, signal),

    async asClient(stored, begin, signal) {
      const before = stored?.client ?? {};
      const client = await registered(before, false, signal);
      try {
        return await begin(await contextWith(client, signal), client);
      } catch (error) {
        const mayBeGone = client.registration !== undefined && client === before;
        if (!mayBeGone || settings.clientId !== undefined) throw error;
        if (!isKeyfobError(error, 'invalid_client', 'unauthorized')) throw error;
        const anew = await registered(before, true, signal);
        return await begin(await contextWith(anew, signal), anew);
      }
    },

    doubt({ registration }) {
      if (registration !== undefined) doubtful.add(registration.clientId);
    },
    trust({ registration }) {
      if (registration !== undefined) doubtful.delete(registration.clientId);
    },
  };
}
