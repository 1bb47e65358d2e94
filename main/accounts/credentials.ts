import type { AccountOf } from '../../shared/account.ts';
import { asKeyfobError, isKeyfobError, KeyfobError } from '../../shared/errors.ts';
import type { Clock, Log, Wake } from '../ports.ts';
import { unlessAborted } from '../upstream/deadline.ts';
import { type Freshness, freshnessOf } from './freshness.ts';
import { fetchRoleCredentials } from './role-credentials.ts';
import type { AccessTokens, AccountSource, AwsCredentials } from './source.ts';

/** The role credentials in memory. They are never written anywhere. */
export interface CredentialsCache {
  /**
   * Credentials that are fresh (see `freshness.ts`), asked for if there are none. However many ask
   * at once, upstream hears of it once. If upstream fails, those that are still valid are served.
   * Rejects with `sign_in_required`, `forbidden`, `not_found`, upstream's codes.
   */
  get(account: AccountOf<'aws-role'>, signal?: AbortSignal): Promise<AwsCredentials>;
  /** The fresh ones at hand, if any. Synchronous and cheap. */
  cached(account: AccountOf<'aws-role'>): AwsCredentials | undefined;
  /** Forgets those of a connection; who waits for one gets `sign_in_required`. */
  drop(connection: string): void;
  /**
   * Somebody has signed in anew, perhaps somebody else: nothing of the earlier session is handed
   * out to whoever asks from now on. Who waits already still gets what they asked for.
   */
  outdate(connection: string): void;
  close(): void;
}

export interface CredentialsOptions {
  readonly clock: Clock;
  readonly wake: Wake;
  readonly log: Log;
  readonly tokens: AccessTokens;
  readonly sourceFor: (connection: string) => AccountSource;
  /** `expiresAt` of an account's credentials (epoch milliseconds) has changed; undefined: they are gone. */
  readonly onChange: (id: string, expiresAt: number | undefined) => void;
}

interface Held extends Freshness {
  readonly credentials: AwsCredentials;
}

interface Entry {
  readonly account: AccountOf<'aws-role'>;
  readonly source: AccountSource;
  readonly ended: AbortController;
  /** Of this machine's clock. */
  usedAt: number;
  held?: Held;
  flight?: Promise<AwsCredentials>;
  /** What the last try failed with, handed out until `retryAt` (this machine's clock). */
  failure?: { readonly error: KeyfobError; readonly count: number; readonly retryAt: number };
  cancelTimer?: () => void;
}

/** Accounts used within this time are kept in stock. */
const usedWithinMs = 60 * 60_000;
/** After a failure upstream is left alone for a second, then two, then four, then five. */
const firstRestMs = 1_000;
const longestRestMs = 5_000;
/** Who has something valid in hand waits no longer than this for something fresh. */
const patienceMs = 5_000;

export function createCredentialsCache(options: CredentialsOptions): CredentialsCache {
  const { clock, wake, log, tokens, sourceFor, onChange } = options;
  const entries = new Map<string, Entry>();

  function entryFor(account: AccountOf<'aws-role'>): Entry {
    const known = entries.get(account.id);
    if (known !== undefined) return known;
    const entry: Entry = {
      account,
      source: sourceFor(account.connection),
      ended: new AbortController(),
      usedAt: clock.now(),
    };
    entries.set(account.id, entry);
    return entry;
  }

  function of(connection: string): Entry[] {
    return [...entries.values()].filter(({ account }) => account.connection === connection);
  }

  function detach(entry: Entry): void {
    entries.delete(entry.account.id);
    entry.cancelTimer?.();
    if (entry.held !== undefined) onChange(entry.account.id, undefined);
  }

  function end(entry: Entry): void {
    detach(entry);
    entry.ended.abort(
      new KeyfobError('sign_in_required', `Signed out of ${entry.account.connection} meanwhile.`, {
        hint: `Sign in again with \`keyfob login ${entry.account.connection}\`.`,
        details: { connection: entry.account.connection },
      }),
    );
  }

  function keep(entry: Entry, credentials: AwsCredentials): void {
    // Of a session that has been replaced meanwhile: good for who waits, not to be kept.
    if (entries.get(entry.account.id) !== entry) return;
    entry.held = { credentials, ...freshnessOf(credentials) };
    delete entry.failure;
    onChange(entry.account.id, credentials.expiresAt);
    schedule(entry, entry.held.renewAt);
  }

  function schedule(entry: Entry, at: number): void {
    entry.cancelTimer?.();
    entry.cancelTimer = clock.after(Math.max(0, at - entry.source.now()), () => attend(entry));
  }

  /** Renews what is in use, retries what failed, forgets what has expired. */
  function attend(entry: Entry): void {
    const { held } = entry;
    if (held === undefined || entries.get(entry.account.id) !== entry) return;
    const now = entry.source.now();
    if (now >= held.expiresAt) {
      delete entry.held;
      onChange(entry.account.id, undefined);
      if (entry.flight === undefined && entry.failure === undefined) end(entry);
      return;
    }
    if (now >= held.renewAt && clock.now() - entry.usedAt < usedWithinMs && !resting(entry)) {
      renew(entry).catch(() => undefined);
    }
    // Soon again while there is something to retry, else when they end.
    const retry = clock.now() - entry.usedAt < usedWithinMs && now < held.freshUntil;
    schedule(entry, now < held.renewAt ? held.renewAt : retry ? now + 30_000 : held.expiresAt);
  }

  function resting(entry: Entry): boolean {
    return entry.failure !== undefined && clock.now() < entry.failure.retryAt;
  }

  function renew(entry: Entry): Promise<AwsCredentials> {
    entry.flight ??= fly(entry).finally(() => {
      delete entry.flight;
    });
    return entry.flight;
  }

  async function fly(entry: Entry): Promise<AwsCredentials> {
    const { signal } = entry.ended;
    try {
      const asked = fetchRoleCredentials(entry.account, entry.source, tokens, signal);
      const credentials = await unlessAborted(asked, signal);
      keep(entry, credentials);
      return credentials;
    } catch (error) {
      signal.throwIfAborted();
      const failure = asKeyfobError(error);
      log('info', 'credentials.failed', { account: entry.account.id, code: failure.code });
      const count = (entry.failure?.count ?? 0) + 1;
      // A sign-in must help at once, and telling that one is needed costs upstream nothing.
      const rest = isKeyfobError(failure, 'sign_in_required')
        ? 0
        : Math.min(firstRestMs * 2 ** (count - 1), longestRestMs);
      entry.failure = { error: failure, count, retryAt: clock.now() + rest };
      throw failure;
    }
  }

  function stillValid(entry: Entry): AwsCredentials | undefined {
    const { held } = entry;
    return held !== undefined && entry.source.now() < held.expiresAt ? held.credentials : undefined;
  }

  async function getStale(entry: Entry): Promise<AwsCredentials> {
    const rested = resting(entry) ? entry.failure?.error : undefined;
    const flight = rested === undefined ? renew(entry) : Promise.reject(rested);
    const patience = Promise.withResolvers<AwsCredentials>();
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

  function cached(account: AccountOf<'aws-role'>): AwsCredentials | undefined {
    const entry = entries.get(account.id);
    if (entry?.held === undefined) return undefined;
    const now = entry.source.now();
    if (now >= entry.held.freshUntil) return undefined;
    entry.usedAt = clock.now();
    if (now >= entry.held.renewAt && entry.flight === undefined && !resting(entry)) {
      renew(entry).catch(() => undefined);
    }
    return entry.held.credentials;
  }

  const stopListening = wake.subscribe(() => {
    for (const entry of entries.values()) {
      delete entry.failure;
      attend(entry);
    }
  });

  return {
    cached,
    async get(account, signal) {
      signal?.throwIfAborted();
      const ready = cached(account);
      if (ready !== undefined) return ready;
      const entry = entryFor(account);
      entry.usedAt = clock.now();
      const wanted = getStale(entry);
      return await (signal === undefined ? wanted : unlessAborted(wanted, signal));
    },
    drop: (connection) => of(connection).forEach(end),
    outdate: (connection) => of(connection).forEach(detach),
    close() {
      stopListening();
      for (const entry of [...entries.values()]) end(entry);
    },
  };
}
