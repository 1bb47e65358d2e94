import { z } from 'zod';
import {
  type Account,
  accountsNeededBy,
  type ConfiguredAccount,
  connectionsUsedBy,
} from '../../shared/account.ts';
import { accountSchema } from '../../shared/account-schema.ts';
import { isKeyfobError, KeyfobError } from '../../shared/errors.ts';
import { createJsonDocument } from '../json-document.ts';
import type { Files } from '../ports.ts';
import { createTurns } from '../turns.ts';
import { needsOf } from './chain.ts';

/** The accounts that a person has put together, kept in `configured-accounts.json`. No secrets in it. */
export interface ConfiguredAccounts {
  /** Rejects with `file_unreadable`; then nothing is written until a later read succeeds. */
  load(): Promise<void>;
  /** Those of one connection, by name. */
  of(connection: string): readonly ConfiguredAccount[];
  /** Written before it shows. Rejects with `account_exists`, and with the Files port's codes. */
  add(account: ConfiguredAccount): Promise<void>;
  /**
   * Rejects with `account_in_use` where others need it (naming them), `unknown_account`, and with
   * the Files port's codes; then nothing has changed.
   */
  remove(id: string): Promise<void>;
  /** Throws `account_in_use` where accounts of other connections need this one or its accounts. */
  checkForget(connection: string): void;
  /** Removes those of a connection. */
  forget(connection: string): Promise<void>;
  close(): Promise<void>;
}

export interface ConfiguredOptions {
  readonly files: Files;
  readonly onChange: () => void;
  readonly onProblem: (error: unknown) => void;
}

const fileSchema = z.object({
  version: z.literal(1),
  accounts: z.array(accountSchema.refine(({ kind }) => kind !== 'aws-role')),
});

/** Binds the configured accounts to their file; none is known before `load`. */
export function createConfigured({
  files,
  onChange,
  onProblem,
}: ConfiguredOptions): ConfiguredAccounts {
  const document = createJsonDocument({
    files,
    name: 'configured-accounts.json',
    schema: fileSchema,
    empty: { version: 1, accounts: [] },
    onDamaged: onProblem,
  });
  const turns = createTurns();
  let loaded = false;
  let all: readonly ConfiguredAccount[] = [];
  /** Without those that a hand-written file has made circles of. */
  let usable: readonly ConfiguredAccount[] = [];

  function hold(accounts: readonly ConfiguredAccount[]): void {
    all = [...accounts].sort((a, b) => (a.id < b.id ? -1 : 1));
    usable = all.filter((account) => !isCircular(account, all));
    onChange();
  }

  async function read(): Promise<void> {
    const { accounts } = await document.read();
    loaded = true;
    hold(accounts.filter(isConfigured));
    for (const { path, id } of all) {
      if (usable.some((account) => account.id === id)) continue;
      onProblem(
        new KeyfobError('account_cycle', `${path} needs itself, and was left out.`, {
          hint: 'Mend configured-accounts.json, and restart the helper: end it with `keyfob daemon --stop`.',
          details: { account: id },
        }),
      );
    }
  }

  function change(
    to: (accounts: readonly ConfiguredAccount[]) => readonly ConfiguredAccount[],
  ): Promise<void> {
    return turns.run(async () => {
      if (!loaded) await read();
      const next = to(all);
      if (next === all) return;
      await document.write({ version: 1, accounts: [...next] });
      hold(next);
    });
  }

  return {
    load: () => turns.run(read),
    of: (connection) => usable.filter((account) => account.connection === connection),
    add: (account) =>
      change((accounts) => {
        if (accounts.some(({ id }) => id === account.id)) throw exists(account);
        return [...accounts, account];
      }),
    remove: (id) =>
      change((accounts) => {
        if (!accounts.some((account) => account.id === id)) throw notConfigured(id);
        const users = accounts.filter((account) => accountsNeededBy(account).includes(id));
        if (users.length > 0) throw inUse(id, users);
        return accounts.filter((account) => account.id !== id);
      }),
    checkForget(connection) {
      const needs = (account: ConfiguredAccount) =>
        connectionsUsedBy(account).includes(connection) ||
        accountsNeededBy(account).some((id) => id.startsWith(`${connection}/`));
      const users = all.filter((account) => account.connection !== connection && needs(account));
      if (users.length > 0) throw inUse(connection, users);
    },
    forget: (connection) =>
      change((accounts) => {
        const kept = accounts.filter((account) => account.connection !== connection);
        return kept.length === accounts.length ? accounts : kept;
      }),
    async close() {
      await turns.done();
    },
  };
}

function isConfigured(account: Account): account is ConfiguredAccount {
  return account.kind !== 'aws-role';
}

/** Accounts that are not configured are never part of a circle. */
function isCircular(account: ConfiguredAccount, all: readonly ConfiguredAccount[]): boolean {
  try {
    needsOf(account, (id) => all.find((each) => each.id === id) ?? leaf(id));
    return false;
  } catch (error) {
    return isKeyfobError(error, 'account_cycle');
  }
}

function leaf(id: string): Account {
  const [connection = '', accountId = '', roleName = ''] = id.split('/');
  return { kind: 'aws-role', id, path: id, connection, accountId, accountName: '', roleName };
}

function exists({ path }: ConfiguredAccount): KeyfobError {
  return new KeyfobError('account_exists', `There is an account ${path} already.`, {
    hint: `Choose another name, or remove the present one first with \`keyfob account remove ${path}\`.`,
    details: { account: path },
  });
}

function notConfigured(id: string): KeyfobError {
  return new KeyfobError('unknown_account', `${id} was not added by hand.`, {
    hint: 'Only accounts made with `keyfob account add` can be removed; the others come from the provider.',
    details: { account: id },
  });
}

function inUse(what: string, users: readonly ConfiguredAccount[]): KeyfobError {
  const names = users.map(({ path }) => path);
  const shown = names.slice(0, 5).join(', ');
  const more = names.length > 5 ? `, and ${names.length - 5} more` : '';
  return new KeyfobError('account_in_use', `${what} is needed by ${shown}${more}.`, {
    hint: 'Remove those first with `keyfob account remove`.',
    details: { neededBy: names },
  });
}
