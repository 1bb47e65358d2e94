import type { Clock, SecretStore } from '../ports.ts';
import { keychainError, keychainLocked, keychainSilent } from './keychain-errors.ts';
import { createSplitItems, type KeychainItems } from './keychain-items.ts';

/** The OS keychain as a store of secrets. */
export interface Keychain extends SecretStore {
  readonly kind: 'os';
  /**
   * Whether the keychain still owes an answer. While it does, `process.exit` would wait for it:
   * its call sits in a thread that Node joins.
   */
  readonly busy: boolean;
}

/** The part of keytar that is used. */
export interface Keytar {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  deletePassword(service: string, account: string): Promise<boolean>;
}

export interface KeychainOptions {
  readonly clock: Clock;
  /** `process.platform`, for the words of hints. */
  readonly platform: string;
  /** Keeps the items of another KEYFOB_HOME apart; part of every item's name. */
  readonly home?: string;
  /** Asked where the keychain says it has nothing: libsecret says so of locked items too. */
  readonly isLocked: () => Promise<boolean>;
  /** Called once, on first use. */
  readonly loadKeytar?: () => Promise<Keytar>;
  /** How long a caller waits. Locked-down machines have been seen to take 29 s for a read. */
  readonly deadlineMs?: number;
}

const keychainService = 'Keyfob';

/**
 * Creates the store over keytar.
 *
 * Calls go one by one, so that a keychain that hangs holds one of Node's four pool threads and not
 * all of them. A caller whose deadline passes gets `keychain_locked`; the call itself goes on, and
 * a value that arrives late is given to the next who asks for it.
 */
export function createKeychain(options: KeychainOptions): Keychain {
  const { clock, platform, home, isLocked, deadlineMs = 45_000 } = options;
  const loadKeytar = options.loadKeytar ?? importKeytar;
  let keytar: Promise<Keytar> | undefined;
  let tail: Promise<unknown> = Promise.resolve();
  let running = 0;
  /** Reads under way, and those that came too late for all who waited. */
  const reads = new Map<string, Promise<string | null>>();

  const split = createSplitItems(itemsOf(load));

  function load(): Promise<Keytar> {
    keytar ??= loadKeytar();
    keytar.catch(() => {
      keytar = undefined;
    });
    return keytar;
  }

  function queued<T>(task: () => Promise<T>): Promise<T> {
    running++;
    const result = tail.then(task).catch((error: unknown) => {
      throw keychainError(error, platform);
    });
    tail = result
      .catch(() => undefined)
      .then(() => {
        running--;
      });
    return result;
  }

  function withinDeadline<T>(result: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const stop = clock.after(deadlineMs, () => reject(keychainSilent(platform, deadlineMs)));
      result.then(resolve, reject).finally(stop);
    });
  }

  async function refuseIfLocked(): Promise<void> {
    if (await isLocked()) throw keychainLocked(platform);
  }

  function startRead(key: string): Promise<string | null> {
    const read = queued(async () => {
      const value = await split.get(accountOf(key));
      if (value === null) await refuseIfLocked();
      return value;
    });
    reads.set(key, read);
    return read;
  }

  function forgetRead(key: string, read: Promise<string | null>): void {
    if (reads.get(key) === read) reads.delete(key);
  }

  async function get(key: string): Promise<string | null> {
    const read = reads.get(key) ?? startRead(key);
    // Settled in time: the next call reads anew. Too late: it stays, for the next call to find.
    read.catch(() => forgetRead(key, read));
    const value = await withinDeadline(read);
    forgetRead(key, read);
    return value;
  }

  function accountOf(key: string): string {
    const name = encodeURIComponent(key);
    return home === undefined ? name : `${name} (${home})`;
  }

  return {
    kind: 'os',
    get busy() {
      return running > 0;
    },
    get,
    async set(key, value) {
      reads.delete(key);
      await withinDeadline(queued(() => split.set(accountOf(key), value)));
    },
    async delete(key) {
      reads.delete(key);
      await withinDeadline(
        queued(async () => {
          if (!(await split.delete(accountOf(key)))) await refuseIfLocked();
        }),
      );
    },
  };
}

function itemsOf(load: () => Promise<Keytar>): KeychainItems {
  return {
    get: async (account) => await (await load()).getPassword(keychainService, account),
    set: async (account, secret) =>
      await (await load()).setPassword(keychainService, account, secret),
    delete: async (account) => await (await load()).deletePassword(keychainService, account),
  };
}

async function importKeytar(): Promise<Keytar> {
  const module = await import('keytar');
  // CommonJS: named exports are there only where the loader could guess them.
  return 'default' in module ? (module.default as Keytar) : module;
}
