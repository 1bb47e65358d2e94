import { asKeyfobError, KeyfobError } from '../../shared/errors.ts';
import type { Account, CatalogueView } from '../../shared/model.ts';
import type { Ports } from '../ports.ts';
import type { StateStore } from '../state.ts';
import { type Catalogue, createCatalogue } from './catalogue.ts';
import { nameAccounts } from './paths.ts';
import type { AccessTokens, AccountSource } from './source.ts';

/** The catalogues of all connections, and the syncs under way. */
export interface Catalogues {
  load(connections: readonly string[]): Promise<void>;
  /** One sync per connection: whoever asks meanwhile joins it. */
  sync(connection: string): Promise<void>;
  /** Ends a sync under way; what it got is kept. */
  stop(connection: string): void;
  /** Those of one connection, by AWS account and role. */
  of(connection: string): readonly Account[];
  /**
   * An account by its id alone, while its connection has never been listed completely: so tools
   * work from the moment of the sign-in, however long the first listing takes.
   */
  unlisted(id: string): Account | undefined;
  forget(connection: string): Promise<void>;
  close(): Promise<void>;
}

export interface CataloguesDeps {
  readonly ports: Ports;
  readonly state: StateStore;
  readonly tokens: AccessTokens;
  readonly sourceFor: (connection: string) => AccountSource;
  readonly onChange: () => void;
  readonly onProblem: (error: unknown) => void;
}

interface Entry {
  readonly catalogue: Catalogue;
  readonly loaded: Promise<void>;
  sync?: { readonly done: Promise<void>; readonly ended: AbortController };
}

/** Creates the catalogues of all connections; none is read before `load`. */
export function createCatalogues(deps: CataloguesDeps): Catalogues {
  const { ports, state, tokens, sourceFor, onChange, onProblem } = deps;
  const { clock, files, log } = ports;
  const entries = new Map<string, Entry>();
  let closed = false;

  function show(connection: string, more: Partial<CatalogueView> = {}): void {
    const catalogue = entries.get(connection)?.catalogue;
    const syncedAt = catalogue?.syncedAt();
    state.update('connections', (views) =>
      views.map((view) => {
        if (view.settings.name !== connection) return view;
        const { error, ...kept } = view.catalogue;
        return {
          ...view,
          catalogue: {
            ...kept,
            accounts: catalogue?.accounts().length ?? 0,
            ...(syncedAt === undefined ? {} : { syncedAt: new Date(syncedAt).toISOString() }),
            ...more,
          },
        };
      }),
    );
  }

  function entryFor(connection: string): Entry {
    const known = entries.get(connection);
    if (known !== undefined) return known;
    const catalogue = createCatalogue({
      connection,
      files,
      clock,
      log,
      onDamaged: onProblem,
      onChange() {
        if (entries.get(connection)?.catalogue !== catalogue) return;
        onChange();
        show(connection);
      },
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    const entry: Entry = { catalogue, loaded: promise };
    entries.set(connection, entry);
    catalogue.load().catch(onProblem).then(resolve);
    return entry;
  }

  async function syncNow(connection: string, entry: Entry, signal: AbortSignal): Promise<void> {
    await entry.loaded;
    show(connection, { syncing: true });
    const startedAt = clock.now();
    try {
      signal.throwIfAborted();
      await entry.catalogue.sync(sourceFor(connection), tokens, signal);
      show(connection, { syncing: false });
      const accounts = entry.catalogue.accounts().length;
      log('info', 'catalogue.synced', { connection, accounts, ms: clock.now() - startedAt });
    } catch (error) {
      const failure = asKeyfobError(error);
      const { code, message, hint } = failure;
      // One that we ended ourselves is not a failure to show.
      const view = { code, message, ...(hint === undefined ? {} : { hint }) };
      show(connection, { syncing: false, ...(signal.aborted ? {} : { error: view }) });
      log('info', 'catalogue.not_synced', { connection, code });
      throw failure;
    }
  }

  function stopEntry(entry: Entry | undefined, error: KeyfobError): void {
    entry?.sync?.ended.abort(error);
  }

  async function sync(connection: string): Promise<void> {
    if (closed) throw stopping();
    const entry = entryFor(connection);
    if (entry.sync?.ended.signal.aborted) {
      // That one is not to be joined: it ends because of an earlier sign-out.
      await entry.sync.done.catch(() => undefined);
      return await sync(connection);
    }
    if (entry.sync === undefined) {
      const ended = new AbortController();
      const done = syncNow(connection, entry, ended.signal).finally(() => {
        delete entry.sync;
      });
      entry.sync = { done, ended };
    }
    await entry.sync.done;
  }

  /** Also one that was just added: it has no entry before its first sync. */
  function isPortal(connection: string): boolean {
    return state
      .get('connections')
      .some(({ settings: { kind, name } }) => kind === 'identity-center' && name === connection);
  }

  return {
    async load(connections) {
      await Promise.all(connections.map((connection) => entryFor(connection).loaded));
    },

    sync,

    stop: (connection) => stopEntry(entries.get(connection), signedOut(connection)),

    of: (connection) => entries.get(connection)?.catalogue.accounts() ?? [],

    unlisted(id) {
      const [connection = '', accountId = '', roleName = '', ...rest] = id.split('/');
      const entry = entries.get(connection);
      if (entry === undefined && !isPortal(connection)) return;
      if (entry?.catalogue.syncedAt() !== undefined) return;
      if (!/^\d{12}$/.test(accountId) || !/^[\w+=,.@-]{1,64}$/.test(roleName)) return;
      if (rest.length > 0) return;
      return nameAccounts(connection, [{ accountId, accountName: '', roleName }])[0];
    },

    async forget(connection) {
      const entry = entries.get(connection);
      stopEntry(entry, signedOut(connection));
      await entry?.sync?.done.catch(() => undefined);
      await entryFor(connection).loaded;
      await entryFor(connection).catalogue.remove();
      entries.delete(connection);
    },

    async close() {
      closed = true;
      const running = [...entries.values()];
      for (const entry of running) stopEntry(entry, stopping());
      await Promise.allSettled(running.map((entry) => entry.sync?.done));
    },
  };
}

function signedOut(connection: string): KeyfobError {
  return new KeyfobError('sign_in_required', `Signed out of ${connection} meanwhile.`, {
    hint: `Sign in again with \`keyfob login ${connection}\`.`,
    details: { connection },
  });
}

function stopping(): KeyfobError {
  return new KeyfobError('helper_stopping', 'Keyfob is stopping.', {
    hint: 'Try again: the next command starts it anew.',
  });
}
