import { z } from 'zod';
import { settingsSchema, stateSchema } from '../model.ts';
import { checkSchema } from './checks.ts';
import { type CommandSpec, everyone, none, onlySocket, onlyWindow } from './spec.ts';

/** What of the settings is to be changed; what is left out stays. */
const settingsChangesSchema = z.strictObject({
  ...settingsSchema.partial().shape,
  notifications: settingsSchema.shape.notifications.partial().optional(),
});
export type SettingsChanges = z.infer<typeof settingsChangesSchema>;

/** The commands about the helper itself, its settings and the person at the desk. */
export const helperCommands = {
  /** The whole visible state. */
  state: { input: none, output: stateSchema, callers: everyone },
  /** What a person is asked at present. */
  questions: {
    input: none,
    output: stateSchema.pick({ confirmations: true, prompts: true }),
    callers: onlySocket,
  },
  /** What is wrong with this machine's set-up, and how to mend it. */
  doctor: { input: none, output: z.object({ checks: z.array(checkSchema) }), callers: everyone },
  /** Ends the helper after its answer. */
  shutdown: { input: none, output: none, callers: onlySocket },
  /**
   * Answers an open question. Fails with `not_found` once it is over, and with `refused` where a
   * program says yes to what it has asked itself, as far as the system tells.
   */
  'confirmation.answer': {
    input: z.strictObject({ id: z.string().min(1).max(64), allow: z.boolean() }),
    output: none,
    callers: everyone,
  },
  'settings.change': {
    input: z.strictObject({ changes: settingsChangesSchema }),
    output: settingsSchema,
    callers: everyone,
  },
  /** Puts a text that is no secret on the clipboard. */
  'clipboard.copy': {
    input: z.strictObject({ text: z.string().min(1).max(4096) }),
    output: none,
    callers: onlyWindow,
  },
} as const satisfies Record<string, CommandSpec>;
