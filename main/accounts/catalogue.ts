import { z } from 'zod';
import { asKeyfobError, type KeyfobError } from '../../shared/errors.ts';
import type { Account } from '../../shared/model.ts';
import { createJsonDocument } from '../json-document.ts';
import type { Clock, Files, Log } from '../ports.ts';
import { nameAccounts } from './paths.ts';
import type { AccessTokens, AccountSource, ListedAccount } from './source.ts';

const catalogueSchema = z.object({
  version: z.literal(1),
  /** Epoch milliseconds, the provider's time, of the last listing that was complete. */
  syncedAt: z.number().optional(),
  accounts: z.array(
    z.object({
      accountId: z.string(),
      accountName: z.string(),
      emailAddress: z.string().optional(),
      roles: z.array(z.string()),
    }),
  ),
});
type Stored = z.infer<typeof catalogueSchema>;
type StoredAccount = Stored['accounts'][number];

/** All that one connection can act as, kept in `accounts/<connection>.json`. No secrets in it. */
export interface Catalogue {
  /** Rejects with `file_unreadable`; the catalogue is empty then, and can be synced all the same. */
  load(): Promise<void>;
  accounts(): readonly Account[];
  /** Epoch milliseconds of the last complete listing. */
  syncedAt(): number | undefined;
  /**
   * Lists everything anew. Every role is asked for each time: nothing tells which of them changed.
   * What was known stays until its AWS account has been listed again, and what disappeared goes
   * only after a complete listing, so that one that breaks off loses nothing and keeps what it got.
   * Rejects with what broke it off: `sign_in_required`, upstream's codes, the signal's reason, the
   * Files port's codes.
   */
  sync(source: AccountSource, tokens: AccessTokens, signal: AbortSignal): Promise<void>;
  /** Deletes the file and empties the catalogue. */
  remove(): Promise<void>;
}

export interface CatalogueOptions {
  readonly connection: string;
  readonly files: Files;
  readonly clock: Clock;
  readonly log: Log;
  /** The accounts have changed; during a sync, at most twice a second. */
  readonly onChange: () => void;
  readonly onDamaged: (error: KeyfobError) => void;
}

const showEveryMs = 500;
const saveEveryMs = 10_000;

/** Creates a connection's catalogue, empty until it is loaded or synced. */
export function createCatalogue(options: CatalogueOptions): Catalogue {
  const { connection, files, clock, log, onChange, onDamaged } = options;
  const document = createJsonDocument<Stored>({
    files,
    name: `accounts/${connection}.json`,
    schema: catalogueSchema,
    empty: { version: 1, accounts: [] },
    onDamaged,
  });
  let known = new Map<string, StoredAccount>();
  let syncedAt: number | undefined;
  let named: readonly Account[] | undefined = [];

  function changed(): void {
    named = undefined;
    onChange();
  }

  function save(): Promise<void> {
    const accounts = [...known.values()].sort((a, b) => (a.accountId < b.accountId ? -1 : 1));
    return document.write({
      version: 1,
      ...(syncedAt === undefined ? {} : { syncedAt }),
      accounts,
    });
  }

  return {
    async load() {
      const stored = await document.read();
      known = new Map(stored.accounts.map((account) => [account.accountId, account]));
      syncedAt = stored.syncedAt;
      changed();
    },

    accounts() {
      named ??= nameAccounts(connection, [...known.values()].flatMap(listedOf));
      return named;
    },

    syncedAt: () => syncedAt,

    async sync(source, tokens, signal) {
      const seen = new Set<string>();
      const show = every(clock, showEveryMs, changed);
      const saveSome = every(clock, saveEveryMs, () => {
        save().catch((error: unknown) => {
          log('warn', 'catalogue.not_saved', { connection, code: asKeyfobError(error).code });
        });
      });
      try {
        await source.list({
          accessToken: () => tokens.accessToken(connection, signal),
          renew: (refused) => tokens.renewAfterRefusal(connection, refused, signal),
          onAccount(accountId, roles) {
            // An abort means that nothing may be added any more: the file may be going away.
            if (signal.aborted) return;
            seen.add(accountId);
            const stored = storedOf(roles);
            if (stored === undefined) known.delete(accountId);
            else known.set(accountId, stored);
            show.soon();
            saveSome.soon();
          },
          signal,
        });
        signal.throwIfAborted();
        for (const accountId of [...known.keys()]) {
          if (!seen.has(accountId)) known.delete(accountId);
        }
        syncedAt = source.now();
      } catch (error) {
        // The reason of the failure matters more than a file that can't be written as well.
        await save().catch(() => undefined);
        throw error;
      } finally {
        show.stop();
        saveSome.stop();
        changed();
      }
      await save();
    },

    async remove() {
      known = new Map();
      syncedAt = undefined;
      changed();
      await document.remove();
    },
  };
}

function listedOf(account: StoredAccount): ListedAccount[] {
  const { roles, ...rest } = account;
  return roles.map((roleName) => ({
    accountId: rest.accountId,
    accountName: rest.accountName,
    ...(rest.emailAddress === undefined ? {} : { emailAddress: rest.emailAddress }),
    roleName,
  }));
}

function storedOf(roles: readonly ListedAccount[]): StoredAccount | undefined {
  const [first] = roles;
  if (first === undefined) return undefined;
  const { accountId, accountName, emailAddress } = first;
  return {
    accountId,
    accountName,
    ...(emailAddress === undefined ? {} : { emailAddress }),
    roles: [...new Set(roles.map(({ roleName }) => roleName))].sort(),
  };
}

/** Runs `task` after `delayMs`, however often it is asked for meanwhile. */
function every(clock: Clock, delayMs: number, task: () => void) {
  let cancel: (() => void) | undefined;
  return {
    soon() {
      cancel ??= clock.after(delayMs, () => {
        cancel = undefined;
        task();
      });
    },
    stop() {
      cancel?.();
      cancel = undefined;
    },
  };
}
