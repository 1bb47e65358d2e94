import type { ConnectionView } from '../../shared/model.ts';
import type { Clock, Wake } from '../ports.ts';
import type { StateStore } from '../state.ts';

/**
 * Brings the lists of accounts up to date by themselves. A session renews itself for weeks, in
 * which accounts come and go; and a list may be missing although nobody will sign in anew: its
 * first sync failed, the helper was killed meanwhile, its file was damaged.
 */
export interface Upkeep {
  /** To be called once the lists have been read. */
  start(): void;
  close(): void;
}

export interface UpkeepOptions {
  readonly state: StateStore;
  readonly clock: Clock;
  readonly wake: Wake;
  /** Joins a sync under way. Never rejects: the connection's view tells how it went. */
  readonly sync: (connection: string) => Promise<void>;
}

/** A list of this age is fetched anew. */
const staleMs = 12 * 60 * 60_000;
/** How long a provider is left alone whose list is missing or could not be fetched anew. */
const retryMs = 15 * 60_000;

/** Creates the upkeep of all connections; nothing happens before `start`. */
export function createUpkeep({ state, clock, wake, sync }: UpkeepOptions): Upkeep {
  /** When each list was last asked for, by this machine's clock. */
  const asked = new Map<string, number>();
  const stops: (() => void)[] = [];
  let cancelTimer: (() => void) | undefined;

  function isDue({ settings, session, catalogue }: ConnectionView): boolean {
    if (session.state !== 'signed_in' || catalogue.syncing) return false;
    const { syncedAt, error } = catalogue;
    const last = asked.get(settings.name) ?? Number.NEGATIVE_INFINITY;
    if (syncedAt === undefined || error !== undefined) return clock.now() - last >= retryMs;
    return clock.now() - Math.max(last, Date.parse(syncedAt)) >= staleMs;
  }

  function look(): void {
    for (const view of state.get('connections')) {
      if (!isDue(view)) continue;
      asked.set(view.settings.name, clock.now());
      void sync(view.settings.name);
    }
  }

  function lookAgain(): void {
    look();
    cancelTimer = clock.after(retryMs, lookAgain);
  }

  return {
    start() {
      stops.push(
        wake.subscribe(look),
        state.subscribe((slice) => {
          if (slice === 'connections') look();
        }),
      );
      lookAgain();
    },
    close() {
      cancelTimer?.();
      for (const stop of stops.splice(0)) stop();
    },
  };
}
