import { KeyfobError } from '../../shared/errors.ts';
import type { Grant } from '../../shared/model.ts';
import type { Ports } from '../ports.ts';
import type { StateStore } from '../state.ts';
import { createTurns } from '../turns.ts';
import { failUnless, grantToken, newGrant, type Wish } from './creation.ts';
import { type GrantsContent, grantsFile } from './grants-file.ts';
import { createHolds } from './holds.ts';
import { findByHash, hashToken, isToken } from './token.ts';

/** Who may use the endpoint on 127.0.0.1. */
export interface Grants {
  /** Rejects with `file_unreadable`: not knowing who was revoked, nobody may be let in. */
  load(): Promise<void>;
  /**
   * Makes a grant; it is in its file before this resolves, unless it is ephemeral. Rejects with
   * `invalid_input` where there are too many, and with the Files port's codes.
   */
  create(wish: Wish): Promise<{ readonly grant: Grant; readonly token: string }>;
  /**
   * Resolves when an ephemeral grant has ended, and ends it when the last one who waits here has
   * gone. Rejects with `not_found`, and with the signal's reason.
   */
  hold(id: string, signal: AbortSignal): Promise<void>;
  /**
   * Ends a grant at once. Rejects with `not_found`; with the Files port's codes if it would come
   * back at the next start, which is true until the file can be written: that is tried on and on.
   */
  revoke(id: string): Promise<Grant>;
  /** The grant that `token` belongs to, if it still holds. Takes the same time for any token. */
  find(token: string): Grant | undefined;
  /** The same grant as it is now, if it still holds. */
  again(grant: Grant): Grant | undefined;
  /** Notes that it was used; the state follows within a second, the file within minutes. */
  used(grant: Grant): void;
  /** Whether a grant outlives the helper: somebody relies on the endpoint's address. */
  lasting(): boolean;
  /** On removal of a connection: its accounts may come to mean something else. */
  forget(connection: string): Promise<void>;
  /** The same on removal of one account. */
  forgetAccount(account: string): Promise<void>;
  /** Ends the ephemeral grants, and waits for what has to be written. */
  close(): Promise<void>;
}

interface Entry {
  view: Grant;
  readonly hash: Buffer;
  readonly expiresAt: number;
}

const showAfterMs = 1_000;
const writeUseAfterMs = 300_000;
/** What could not be written is tried again after this. */
const writeAgainAfterMs = 5_000;

/** Creates the grants; nobody is let in before `load`. */
export function createGrants(ports: Ports, state: StateStore): Grants {
  const { clock, random, log } = ports;
  const document = grantsFile(ports, state);
  const entries = new Map<string, Entry>();
  const turns = createTurns();
  let loading: Promise<void> | undefined;
  let cancelShow: (() => void) | undefined;
  let cancelWrite: (() => void) | undefined;
  let cancelExpiry: (() => void) | undefined;

  function show(): void {
    cancelShow?.();
    cancelShow = undefined;
    state.set(
      'grants',
      [...entries.values()].map(({ view }) => view),
    );
  }

  /** Ends those that have lapsed, and comes back when the next one does. */
  function attend(): void {
    cancelExpiry?.();
    const now = clock.now();
    for (const [id, { expiresAt }] of entries) if (expiresAt <= now) end(id);
    const next = Math.min(...[...entries.values()].map(({ expiresAt }) => expiresAt));
    cancelExpiry = Number.isFinite(next) ? clock.after(next - now, attend) : undefined;
    show();
  }

  function end(id: string): Entry | undefined {
    const entry = entries.get(id);
    entries.delete(id);
    holds.ended(id);
    return entry;
  }

  const holds = createHolds(clock, (id) => {
    if (end(id) !== undefined) attend();
  });

  function holding(entry: Entry | undefined): Grant | undefined {
    return entry !== undefined && clock.now() < entry.expiresAt ? entry.view : undefined;
  }

  function put(view: Grant, hash: Buffer): void {
    entries.set(view.id, { view, hash, expiresAt: Date.parse(view.expiresAt) });
  }

  function content(more: readonly Entry[] = []): GrantsContent {
    const kept = [...entries.values(), ...more].filter(({ view }) => !view.ephemeral);
    return {
      version: 1,
      grants: kept.map(({ view: { ephemeral: _, ...view }, hash }) => ({
        ...view,
        tokenHash: hash.toString('hex'),
      })),
    };
  }

  function load(): Promise<void> {
    loading ??= document
      .read()
      .then(({ grants }) => {
        for (const { tokenHash, ...view } of grants) {
          put({ ...view, ephemeral: false }, Buffer.from(tokenHash, 'hex'));
        }
        attend();
      })
      .catch((error: unknown) => {
        loading = undefined;
        throw error;
      });
    return loading;
  }

  function write(): Promise<void> {
    cancelWrite?.();
    cancelWrite = undefined;
    return document.write(content());
  }

  /** For what ends a grant: it must not come back with the next helper. */
  async function writeAtLast(): Promise<void> {
    try {
      await write();
    } catch (error) {
      cancelWrite?.();
      cancelWrite = clock.after(writeAgainAfterMs, () => {
        turns.run(writeAtLast).catch(() => log('warn', 'grants.end_not_written'));
      });
      throw error;
    }
  }

  /** Takes accounts out of every grant that names them, also of one that is just being made. */
  function withdraw(of: (account: string) => boolean): Promise<void> {
    return turns.run(async () => {
      await load();
      let changed = false;
      for (const [id, entry] of entries) {
        const accounts = entry.view.accounts.filter((account) => !of(account));
        if (accounts.length === entry.view.accounts.length) continue;
        changed = true;
        // None would mean all.
        if (accounts.length === 0) end(id);
        else entry.view = { ...entry.view, accounts };
      }
      if (!changed) return;
      attend();
      await writeAtLast();
    });
  }

  return {
    load,
    create: (wish) =>
      turns.run(async () => {
        await load();
        const token = grantToken(wish, random);
        const hash = hashToken(token);
        const present = findByHash(entries.values(), hash);
        failUnless(present?.view.ephemeral ?? true, entries.size);
        const view = newGrant(wish, { clock, random });
        const entry = { view, hash, expiresAt: Date.parse(view.expiresAt) };
        if (!wish.ephemeral) await document.write(content([entry]));
        if (present !== undefined) end(present.view.id);
        entries.set(view.id, entry);
        if (wish.ephemeral) holds.expect(view.id);
        attend();
        return { grant: view, token };
      }),
    async hold(id, signal) {
      if (entries.get(id)?.view.ephemeral !== true) throw noSuchGrant(id);
      await holds.hold(id, signal);
    },
    async revoke(id) {
      await load();
      const entry = end(id);
      if (entry === undefined) throw noSuchGrant(id);
      attend();
      if (!entry.view.ephemeral) await turns.run(writeAtLast);
      return entry.view;
    },
    find: (token) =>
      isToken(token) ? holding(findByHash(entries.values(), hashToken(token))) : undefined,
    again: ({ id }) => holding(entries.get(id)),
    used({ id }) {
      const entry = entries.get(id);
      if (entry === undefined) return;
      // A tool asks often; what is shown is made when it is shown.
      if (cancelShow !== undefined && entry.view.lastUsedAt !== undefined) return;
      entry.view = { ...entry.view, lastUsedAt: new Date(clock.now()).toISOString() };
      cancelShow ??= clock.after(showAfterMs, show);
      if (entry.view.ephemeral) return;
      cancelWrite ??= clock.after(writeUseAfterMs, () => {
        turns.run(write).catch(() => log('warn', 'grants.use_not_written'));
      });
    },
    lasting: () => [...entries.values()].some(({ view }) => !view.ephemeral),
    forget: (connection) => withdraw((account) => account.startsWith(`${connection}/`)),
    forgetAccount: (id) => withdraw((account) => account === id),
    async close() {
      cancelExpiry?.();
      holds.close();
      for (const [id, { view }] of entries) if (view.ephemeral) entries.delete(id);
      if (cancelShow !== undefined) show();
      if (cancelWrite !== undefined) await turns.run(write);
      await turns.done();
    },
  };
}

function noSuchGrant(id: string): KeyfobError {
  return new KeyfobError('not_found', `There is no grant ${id.slice(0, 64)}.`, {
    hint: 'See which there are with `keyfob grant list`.',
  });
}
