import { z } from 'zod';
import type { KeyfobError } from '../../shared/errors.ts';
import { createJsonDocument } from '../json-document.ts';
import type { Clock, Files, Log } from '../ports.ts';

const choicesSchema = z.object({
  version: z.literal(1),
  active: z.string().nullable(),
  favourites: z.array(z.string()),
  recent: z.array(z.string()),
});

/** What the person chose, all of it account ids. */
export type Chosen = Omit<z.infer<typeof choicesSchema>, 'version'>;

/** The active account, the favourites and the recently used accounts, kept in `choices.json`. */
export interface Choices {
  /** Rejects with `file_unreadable`; then nothing is written until a later read succeeds. */
  load(): Promise<void>;
  readonly chosen: Chosen;
  /** Written before it shows. Rejects with the Files port's codes, and then nothing has changed. */
  change(to: (chosen: Chosen) => Partial<Chosen>): Promise<void>;
  /** Leaves no choice that names one of these. Rejects as `change`. */
  forget(gone: (id: string) => boolean): Promise<void>;
  /** Notes that an account was used. Cheap: the list follows a second later, the file within a minute. */
  used(id: string): void;
  /** Writes what is not written yet. */
  close(): Promise<void>;
}

export interface ChoicesOptions {
  readonly files: Files;
  readonly clock: Clock;
  readonly log: Log;
  readonly onChange: (chosen: Chosen) => void;
  readonly onDamaged: (error: KeyfobError) => void;
}

export const maxRecent = 20;
const showAfterMs = 1_000;
const writeAfterMs = 60_000;
const none: Chosen = { active: null, favourites: [], recent: [] };

/** Creates the choices: none before `load`. */
export function createChoices(options: ChoicesOptions): Choices {
  const { files, clock, log, onChange, onDamaged } = options;
  const document = createJsonDocument({
    files,
    name: 'choices.json',
    schema: choicesSchema,
    empty: { version: 1, ...none },
    onDamaged,
  });
  let chosen = none;
  let loaded = false;
  let changes: Promise<unknown> = Promise.resolve();
  /** Used since the list was last brought up to date, in order of last use. */
  const uses = new Set<string>();
  let latest: string | undefined;
  let cancelShow: (() => void) | undefined;
  let cancelWrite: (() => void) | undefined;

  function show(next: Chosen): void {
    chosen = next;
    latest = next.recent[0];
    onChange(chosen);
  }

  function showUses(): void {
    cancelShow?.();
    cancelShow = undefined;
    if (uses.size === 0) return;
    const recent = [...new Set([...[...uses].reverse(), ...chosen.recent])].slice(0, maxRecent);
    uses.clear();
    if (same(recent, chosen.recent)) return;
    show({ ...chosen, recent });
    cancelWrite ??= clock.after(writeAfterMs, () => {
      cancelWrite = undefined;
      void change(() => ({})).catch((error: unknown) => {
        log('warn', 'choices.not_written', { code: codeOf(error) });
      });
    });
  }

  function change(to: (now: Chosen) => Partial<Chosen>): Promise<void> {
    const apply = async () => {
      if (!loaded) await load();
      const changed = to(chosen);
      await document.write({ version: 1, ...chosen, ...changed });
      // Merged again: accounts may have been used while the file was being written.
      show({ ...chosen, ...changed });
    };
    const applied = changes.then(apply);
    changes = applied.catch(() => undefined);
    return applied;
  }

  async function load(): Promise<void> {
    const { active, favourites, recent } = await document.read();
    loaded = true;
    show({
      active,
      favourites,
      recent: [...new Set([...chosen.recent, ...recent])].slice(0, maxRecent),
    });
  }

  return {
    load,
    get chosen() {
      return chosen;
    },
    change,
    forget: (gone) =>
      change(({ active, favourites, recent }) => ({
        active: active !== null && gone(active) ? null : active,
        favourites: favourites.filter((id) => !gone(id)),
        recent: recent.filter((id) => !gone(id)),
      })),
    used(id) {
      if (id === latest && uses.size === 0) return;
      uses.delete(id);
      uses.add(id);
      cancelShow ??= clock.after(showAfterMs, showUses);
    },
    async close() {
      showUses();
      const unwritten = cancelWrite !== undefined;
      cancelWrite?.();
      cancelWrite = undefined;
      if (unwritten) await change(() => ({}));
      await changes;
    },
  };
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'internal';
}
