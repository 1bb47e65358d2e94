import { asKeyfobError, isKeyfobError, KeyfobError } from '../../shared/errors.ts';
import type { Clock, Log, Random, SecretStore } from '../ports.ts';
import { createTurns } from '../turns.ts';
import { settled, within } from '../waiting.ts';
import type { StoredSession } from './provider.ts';
import { damagedItem, forgotten, noAnswer } from './session-errors.ts';
import { decodeSession, encodeSession, withoutTokens } from './stored-session.ts';
import { backoffMs } from './timing.ts';

/**
 * One connection's session: in the keychain, and in memory once read.
 *
 * The rule for new tokens: nobody gets them before the keychain has them. If it can't take them,
 * they wait in memory and are written again and again (after a pause, after wake, and whenever
 * somebody asks). Until then the earlier access token serves as long as it lasts, and after that
 * callers get the keychain's own error. So a crash at any moment loses no more than an unused
 * answer, and a provider that retires the old refresh token when the new tokens are first used
 * still knows the one that is stored.
 */
export interface Vault {
  /** What the keychain holds; undefined until it has answered. */
  stored(): StoredSession | null | undefined;
  /** What still waits to be written. Only for the provider: to refresh it, to revoke it. */
  unwritten(): StoredSession | undefined;
  /** Why the keychain can't be read or written, or that its item is damaged. */
  error(): KeyfobError | undefined;
  /** True while the item is damaged: it is kept until a new sign-in replaces it. */
  damaged(): boolean;
  /**
   * Asks the keychain once, then memory. Failed reads are tried again by the next call.
   * Rejects with the SecretStore's codes; a damaged item counts as absent.
   */
  read(): Promise<StoredSession | null>;
  /**
   * Resolves when the keychain has it. Rejects with the SecretStore's codes, and with
   * `sign_in_required` when it was forgotten meanwhile. `keep` (default true): after a failure,
   * go on trying; false: give it up.
   */
  write(session: StoredSession, keep?: boolean): Promise<void>;
  /** Tries to write what waits. */
  flush(): Promise<void>;
  /** Drops the tokens at once, and from the keychain as soon as it lets us; registrations stay. */
  dropTokens(): void;
  /**
   * Drops everything at once, or all but the clients; resolves when the keychain has dropped it
   * too. Rejects with the SecretStore's codes; the deletion is tried again like a write.
   */
  forget(keep?: 'clients'): Promise<void>;
  /** Stops trying again, after one last try; waits for what is under way. */
  close(): Promise<void>;
}

export interface VaultOptions {
  readonly key: string;
  /** From `providerIdentity`. */
  readonly provider: string;
  readonly secrets: SecretStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly onChange: () => void;
}

/** How long a caller waits for a keychain; locked-down machines were seen to take half of it. */
const patienceMs = 60_000;
const closingPatienceMs = 10_000;
const late = () => noAnswer(patienceMs);

interface Waiting {
  /** Null: the item is to go. */
  readonly session: StoredSession | null;
  readonly keep: boolean;
}

/** Opens the vault of one connection; nothing is read before `read`. */
export function createVault(options: VaultOptions): Vault {
  const { key, provider, secrets, clock, random, log, onChange } = options;
  /** One change at a time, so that a deletion never overtakes a write. */
  const turns = createTurns();
  let stored: StoredSession | null | undefined;
  let waiting: Waiting | undefined;
  let readError: KeyfobError | undefined;
  let writeError: KeyfobError | undefined;
  let damage: KeyfobError | undefined;
  let reading: Promise<StoredSession | null> | undefined;
  let flushing: Promise<void> | undefined;
  let generation = 0;
  let failures = 0;
  let cancelRetry: (() => void) | undefined;
  let closed = false;

  async function readNow(): Promise<StoredSession | null> {
    const began = generation;
    const item = await readItem();
    if (began !== generation || stored !== undefined) return stored ?? null;
    damage = item instanceof KeyfobError ? item : undefined;
    stored = item instanceof KeyfobError ? null : item;
    readError = undefined;
    onChange();
    return stored;
  }

  /** A damaged item is no failure of the keychain: asking again would not mend it. */
  async function readItem(): Promise<StoredSession | KeyfobError | null> {
    let text: string | null;
    try {
      text = await secrets.get(key);
    } catch (error) {
      if (!isKeyfobError(error, 'secret_damaged')) throw error;
      return notOurs(error);
    }
    if (text === null) return null;
    const session = decodeSession(text, provider);
    if (session === 'damaged') return notOurs();
    if (session !== 'foreign') return session;
    log('warn', 'session_of_another_provider', { connection: key });
    return null;
  }

  function notOurs(cause?: KeyfobError): KeyfobError {
    log('error', 'session_damaged', { connection: key });
    return damagedItem(key, cause);
  }

  async function read(): Promise<StoredSession | null> {
    if (stored !== undefined) return stored;
    if (reading === undefined) {
      reading = readNow();
      const done = () => {
        reading = undefined;
      };
      reading.then(done, done);
    }
    try {
      return await within(clock, patienceMs, reading, late);
    } catch (error) {
      const known = asKeyfobError(error);
      if (stored === undefined && readError !== known) {
        readError = known;
        log('warn', 'session_unread', { connection: key, code: known.code });
        onChange();
      }
      throw known;
    }
  }

  async function writeOut(began: number): Promise<void> {
    while (waiting !== undefined && began === generation) {
      const job = waiting;
      try {
        await (job.session === null
          ? secrets.delete(key)
          : secrets.set(key, encodeSession(job.session, provider)));
      } catch (error) {
        if (began !== generation) return;
        // What has come after it waits on, and is tried again.
        if (!waiting.keep) waiting = undefined;
        writeFailed(asKeyfobError(error));
        throw asKeyfobError(error);
      }
      if (waiting !== job) continue;
      waiting = undefined;
      stored = job.session;
      damage = readError = writeError = undefined;
      failures = 0;
      onChange();
    }
  }

  function writeFailed(error: KeyfobError): void {
    log('error', 'session_unwritten', { connection: key, code: error.code });
    if (waiting !== undefined) {
      writeError = error;
      failures += 1;
      cancelRetry?.();
      if (!closed) {
        cancelRetry = clock.after(backoffMs(failures, random.fraction()), () => {
          flush().catch(() => undefined);
        });
      }
    }
    // Given up counts too: the renewal holds back while something waits.
    onChange();
  }

  function flush(): Promise<void> {
    if (waiting === undefined && flushing === undefined) return Promise.resolve();
    if (flushing === undefined) {
      cancelRetry?.();
      const began = generation;
      const run = turns.run(() => writeOut(began));
      const done = () => {
        if (flushing === run) flushing = undefined;
      };
      flushing = run;
      run.then(done, done);
    }
    return within(clock, patienceMs, flushing, () => {
      const error = late();
      if (waiting?.keep === true) {
        writeError = error;
        onChange();
      }
      return error;
    });
  }

  /** Nothing that began before may touch the memory any more. */
  function startAfresh(next: StoredSession | null): void {
    generation += 1;
    flushing = undefined;
    waiting = undefined;
    stored = next;
    damage = readError = writeError = undefined;
    failures = 0;
    cancelRetry?.();
  }

  return {
    stored: () => stored,
    unwritten: () => waiting?.session ?? undefined,
    error: () => readError ?? writeError ?? damage,
    damaged: () => damage !== undefined,
    read,
    async write(session, keep = true) {
      const began = generation;
      // What already waits must not be given up because something lesser came after it.
      waiting = { session, keep: keep || waiting?.keep === true };
      await flush();
      if (began !== generation) throw forgotten(key);
    },
    flush,
    dropTokens() {
      const session = withoutTokens(waiting?.session ?? stored ?? null);
      startAfresh(session);
      waiting = { session, keep: true };
      onChange();
      flush().catch(() => undefined);
    },
    async forget(keep) {
      const left = waiting?.session ?? stored ?? null;
      const session = keep === 'clients' && left !== null ? withoutTokens(left) : null;
      startAfresh(session);
      waiting = { session, keep: true };
      onChange();
      await flush();
    },
    async close() {
      closed = true;
      cancelRetry?.();
      if (waiting !== undefined) flush().catch(() => undefined);
      await settled(clock, closingPatienceMs, turns.done());
      if (waiting?.keep === true && waiting.session !== null)
        log('error', 'session_lost', { connection: key });
    },
  };
}
