import { asKeyfobError, isKeyfobError, KeyfobError } from '../../shared/errors.ts';
import type { Clock, Log, Wake } from '../ports.ts';
import { unlessAborted } from '../waiting.ts';
import { type Freshness, freshnessOf, type Lent } from './freshness.ts';

/** How to get something that a tool can be lent for a while. */
export interface Order<T extends Lent> {
  /** Everything that makes a difference to what comes out. */
  readonly key: string;
  /** The account's id, and those of all that it is made of. */
  readonly accounts: readonly string[];
  /** The connections whose sessions it takes. */
  readonly connections: readonly string[];
  /** False: it takes a person, or somebody else renews it, so it is got only when asked for. */
  readonly ahead: boolean;
  /** The time by which its expiry counts, epoch milliseconds. */
  now(): number;
  fetch(signal: AbortSignal): Promise<T>;
}

/** What tools are lent, in memory alone. It is never written anywhere. */
export interface Stock<T extends Lent> {
  /**
   * Something fresh (see `freshness.ts`), got if there is none. However many ask at once, upstream
   * hears of it once. If upstream fails, what is still valid is served.
   * Rejects with `sign_in_required`, `forbidden`, `not_found`, upstream's codes.
   *
   * @param minTtlMs how much of its life must be left at least, as far as its whole life allows
   */
  get(order: Order<T>, signal?: AbortSignal, minTtlMs?: number): Promise<T>;
  /** The fresh one at hand, if any. Synchronous and cheap. */
  cached(key: string, minTtlMs?: number): T | undefined;
  /** It was refused although it looked good: it is handed out no more. */
  refuse(key: string, value: T): void;
  /** Forgets what took a connection's session; who waits for it gets `sign_in_required`. */
  drop(connection: string): void;
  /**
   * Somebody has signed in anew, perhaps somebody else: nothing of the earlier session is handed
   * out to whoever asks from now on. Who waits already still gets what they asked for.
   */
  outdate(connection: string): void;
  /** The account was changed or removed: forgets what it took part in. */
  forget(account: string): void;
  close(): void;
}

export interface StockOptions {
  readonly clock: Clock;
  readonly wake: Wake;
  readonly log: Log;
  /** The expiry (epoch milliseconds) of what is at hand has changed; undefined: it is gone. */
  readonly onChange: (key: string, expiresAt: number | undefined) => void;
}

interface Held<T> extends Freshness {
  readonly value: T;
}

interface Entry<T extends Lent> {
  readonly order: Order<T>;
  readonly ended: AbortController;
  /** Of this machine's clock. */
  usedAt: number;
  held?: Held<T>;
  flight?: Promise<T>;
  /** What the last try failed with, handed out until `retryAt` (this machine's clock). */
  failure?: { readonly error: KeyfobError; readonly count: number; readonly retryAt: number };
  cancelTimer?: () => void;
}

/** What was used within this time is kept in stock. */
const usedWithinMs = 60 * 60_000;
/** After a failure upstream is left alone for a second, then two, then four, then five. */
const firstRestMs = 1_000;
const longestRestMs = 5_000;
/** Who has something valid in hand waits no longer than this for something fresh. */
const patienceMs = 5_000;

/** How long a failure is remembered where nothing is held: nobody asks any more, or asks afresh. */
const failureKeptMs = 60_000;
/** How long nobody is asked again who has not answered, while something valid is at hand. */
const personRestMs = 5 * 60_000;

/** Creates an empty stock. */
export function createStock<T extends Lent>(options: StockOptions): Stock<T> {
  const { clock, wake, log, onChange } = options;
  const entries = new Map<string, Entry<T>>();

  function entryFor(order: Order<T>): Entry<T> {
    const known = entries.get(order.key);
    if (known !== undefined) return known;
    const entry: Entry<T> = { order, ended: new AbortController(), usedAt: clock.now() };
    entries.set(order.key, entry);
    return entry;
  }

  function of(wanted: (order: Order<T>) => boolean): Entry<T>[] {
    return [...entries.values()].filter(({ order }) => wanted(order));
  }

  function detach(entry: Entry<T>): void {
    entries.delete(entry.order.key);
    entry.cancelTimer?.();
    if (entry.held !== undefined) onChange(entry.order.key, undefined);
  }

  function end(entry: Entry<T>, why: KeyfobError): void {
    detach(entry);
    entry.ended.abort(why);
  }

  function keep(entry: Entry<T>, value: T): void {
    // Of a session that has been replaced meanwhile: good for who waits, not to be kept.
    if (entries.get(entry.order.key) !== entry) return;
    entry.held = { value, ...freshnessOf(value) };
    delete entry.failure;
    onChange(entry.order.key, value.expiresAt);
    schedule(entry, entry.held.renewAt);
  }

  function schedule(entry: Entry<T>, at: number): void {
    entry.cancelTimer?.();
    entry.cancelTimer = clock.after(Math.max(0, at - entry.order.now()), () => attend(entry));
  }

  /** Renews what is in use, retries what failed, forgets what has expired or come to nothing. */
  function attend(entry: Entry<T>): void {
    if (entries.get(entry.order.key) !== entry) return;
    const { held } = entry;
    if (held === undefined) {
      if (entry.flight === undefined) detach(entry);
      return;
    }
    const now = entry.order.now();
    if (now >= held.expiresAt) {
      delete entry.held;
      onChange(entry.order.key, undefined);
      if (entry.failure === undefined) attend(entry);
      else forgetLater(entry);
      return;
    }
    if (now >= held.renewAt && inUse(entry) && !resting(entry)) {
      renew(entry).catch(() => undefined);
    }
    // Soon again while there is something to retry, else when they end.
    const retry = inUse(entry) && now < held.freshUntil;
    schedule(entry, now < held.renewAt ? held.renewAt : retry ? now + 30_000 : held.expiresAt);
  }

  /** What can be asked for has no end, so that failures must have one. */
  function forgetLater(entry: Entry<T>): void {
    entry.cancelTimer?.();
    entry.cancelTimer = clock.after(failureKeptMs, () => attend(entry));
  }

  /** Whether it is renewed without being asked for. */
  function inUse({ order, usedAt }: Entry<T>): boolean {
    return order.ahead && clock.now() - usedAt < usedWithinMs;
  }

  function resting(entry: Entry<T>): boolean {
    return entry.failure !== undefined && clock.now() < entry.failure.retryAt;
  }

  function renew(entry: Entry<T>): Promise<T> {
    entry.flight ??= fly(entry).finally(() => {
      delete entry.flight;
    });
    return entry.flight;
  }

  async function fly(entry: Entry<T>): Promise<T> {
    const { signal } = entry.ended;
    try {
      const value = await unlessAborted(entry.order.fetch(signal), signal);
      keep(entry, value);
      return value;
    } catch (error) {
      signal.throwIfAborted();
      const failure = asKeyfobError(error);
      log('info', 'credentials.failed', { account: entry.order.accounts[0], code: failure.code });
      const count = (entry.failure?.count ?? 0) + 1;
      entry.failure = {
        error: failure,
        count,
        retryAt: clock.now() + restMs(entry, failure, count),
      };
      if (entry.held === undefined && entries.get(entry.order.key) === entry) forgetLater(entry);
      throw failure;
    }
  }

  function restMs(entry: Entry<T>, failure: KeyfobError, count: number): number {
    // A sign-in must help at once, and telling that one is needed costs upstream nothing.
    if (isKeyfobError(failure, 'sign_in_required')) return 0;
    if (isKeyfobError(failure, 'mfa_required')) {
      return stillValid(entry) === undefined ? 0 : personRestMs;
    }
    return Math.min(firstRestMs * 2 ** (count - 1), longestRestMs);
  }

  function stillValid(entry: Entry<T>): T | undefined {
    const { held } = entry;
    return held !== undefined && entry.order.now() < held.expiresAt ? held.value : undefined;
  }

  async function getStale(entry: Entry<T>): Promise<T> {
    const rested = resting(entry) ? entry.failure?.error : undefined;
    const flight = rested === undefined ? renew(entry) : Promise.reject(rested);
    const patience = Promise.withResolvers<T>();
    let cancel: (() => void) | undefined;
    if (stillValid(entry) !== undefined) {
      cancel = clock.after(patienceMs, () => {
        const valid = stillValid(entry);
        if (valid !== undefined) patience.resolve(valid);
      });
    }
    try {
      return await Promise.race([flight, patience.promise]);
    } catch (error) {
      const valid = entry.ended.signal.aborted ? undefined : stillValid(entry);
      // These say that the account itself is gone: what is left of it is not to be used.
      if (valid === undefined || isKeyfobError(error, 'forbidden', 'not_found')) throw error;
      return valid;
    } finally {
      cancel?.();
    }
  }

  function cached(key: string, minTtlMs = 0): T | undefined {
    const entry = entries.get(key);
    const held = entry?.held;
    if (entry === undefined || held === undefined) return undefined;
    const now = entry.order.now();
    if (now >= held.freshUntil || held.expiresAt - now < leastLeft(held, minTtlMs)) {
      return undefined;
    }
    entry.usedAt = clock.now();
    if (now >= held.renewAt && inUse(entry) && entry.flight === undefined && !resting(entry)) {
      renew(entry).catch(() => undefined);
    }
    return held.value;
  }

  const stopListening = wake.subscribe(() => {
    for (const entry of entries.values()) {
      delete entry.failure;
      attend(entry);
    }
  });

  const signedOut = (connection: string) =>
    new KeyfobError('sign_in_required', `Signed out of ${connection} meanwhile.`, {
      hint: `Sign in again with \`keyfob login ${connection}\`.`,
      details: { connection },
    });

  return {
    cached,
    async get(order, signal, minTtlMs) {
      signal?.throwIfAborted();
      const ready = cached(order.key, minTtlMs);
      if (ready !== undefined) return ready;
      const entry = entryFor(order);
      entry.usedAt = clock.now();
      const wanted = getStale(entry);
      return await (signal === undefined ? wanted : unlessAborted(wanted, signal));
    },
    refuse(key, value) {
      const entry = entries.get(key);
      if (entry?.held?.value === value) detach(entry);
    },
    drop(connection) {
      const entries = of(({ connections }) => connections.includes(connection));
      for (const entry of entries) end(entry, signedOut(connection));
    },
    outdate(connection) {
      of(({ connections }) => connections.includes(connection)).forEach(detach);
    },
    forget(account) {
      of(({ accounts }) => accounts.includes(account)).forEach(detach);
    },
    close() {
      stopListening();
      const stopping = new KeyfobError('helper_stopping', 'Keyfob is stopping.', {
        hint: 'Try again: the next command starts it anew.',
      });
      for (const entry of [...entries.values()]) end(entry, stopping);
    },
  };
}

/** How much must be left of what is at hand; what its whole life does not give is not asked for. */
function leastLeft({ value, expiresAt }: Held<Lent>, minTtlMs: number): number {
  const lifetime = expiresAt - value.obtainedAt;
  return minTtlMs < 0.9 * lifetime ? minTtlMs : lifetime / 2;
}
