import { z } from 'zod';
import type { SettingsChanges } from '../../shared/commands/helper.ts';
import { type Settings as Chosen, settingsSchema } from '../../shared/model.ts';
import { createJsonDocument } from '../json-document.ts';
import type { Ports } from '../ports.ts';
import { defaultSettings, noteProblem, type StateStore } from '../state.ts';
import { createTurns } from '../turns.ts';

/** What the person has chosen for all of Keyfob, kept in `settings.json` and shown in the state. */
export interface Settings {
  /** Never fails: what can't be read becomes a problem, and the defaults hold. */
  load(): Promise<void>;
  /**
   * Written before it shows. Rejects with the Files port's codes; then nothing has changed, and a
   * file that could not be read is not replaced.
   */
  change(changes: SettingsChanges): Promise<Chosen>;
  /** Waits for the write under way. */
  close(): Promise<void>;
}

// A setting that a newer Keyfob has added, or that is not there yet, is no damage.
const fileSchema = z.object({
  version: z.literal(1),
  ...z.object(settingsSchema.shape).partial().shape,
  notifications: z.object(settingsSchema.shape.notifications.shape).partial().optional(),
});

/** Creates the settings; the defaults hold until `load`. */
export function createSettings(ports: Ports, state: StateStore): Settings {
  const document = createJsonDocument({
    files: ports.files,
    name: 'settings.json',
    schema: fileSchema,
    empty: { version: 1 },
    onDamaged: (error) => noteProblem(state, ports.clock, error),
  });
  let loading: Promise<void> | undefined;
  const turns = createTurns();

  function read(): Promise<void> {
    loading ??= document
      .read()
      .then(({ version: _, ...kept }) => state.set('settings', merge(defaultSettings, kept)))
      .catch((error: unknown) => {
        loading = undefined;
        throw error;
      });
    return loading;
  }

  async function changeNow(wanted: SettingsChanges): Promise<Chosen> {
    await read();
    const next = merge(state.get('settings'), wanted);
    await document.write({ version: 1, ...next });
    state.set('settings', next);
    return next;
  }

  return {
    load: () => read().catch((error: unknown) => noteProblem(state, ports.clock, error)),
    change: (wanted) => turns.run(() => changeNow(wanted)),
    async close() {
      await turns.done();
    },
  };
}

function merge(present: Chosen, { notifications, ...changes }: SettingsChanges): Chosen {
  return {
    ...present,
    ...defined(changes),
    notifications: { ...present.notifications, ...defined(notifications ?? {}) },
  };
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without the members that are undefined, which would hide those they are laid over. */
function defined<T extends object>(members: T): Defined<T> {
  const kept = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as Defined<T>;
}
