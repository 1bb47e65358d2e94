import { z } from 'zod';
import { activityEntrySchema, connectionNameSchema } from '../model.ts';
import { type CommandSpec, everyone } from './spec.ts';

/** The most entries that one answer holds. */
export const maxActivityEntries = 10_000;

/** The commands about the record of who asked for what. */
export const activityCommands = {
  /** The last entries of the record that fit, oldest first; it goes back further than the state. */
  'activity.list': {
    input: z.strictObject({
      /** Those asked for again at that time or later. */
      since: z.iso.datetime({ offset: true }).optional(),
      /** A part of the account's path, upper or lower case. */
      account: z.string().min(1).max(512).optional(),
      connection: connectionNameSchema.optional(),
      /** A part of the client's name, upper or lower case. */
      client: z.string().min(1).max(128).optional(),
      limit: z.int().min(1).max(maxActivityEntries).default(200),
    }),
    output: z.object({
      entries: z.array(activityEntrySchema),
      /** Lines of the record that could not be read. */
      damaged: z.int().min(0),
    }),
    callers: everyone,
  },
} as const satisfies Record<string, CommandSpec>;
