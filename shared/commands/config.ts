import { z } from 'zod';
import { awsConfigSettingsSchema } from '../aws-config-settings.ts';
import { type CommandSpec, everyone, none } from './spec.ts';

/** The commands that put accounts into `~/.aws/config` as profiles, and bring in what is there. */

const changesSchema = awsConfigSettingsSchema.partial();
export type AwsConfigChanges = z.infer<typeof changesSchema>;

const wishSchema = z.strictObject({
  /** Settings that are to hold from `config.apply` on; what is left out stays. */
  changes: changesSchema.default({}),
  /** Takes the block away, and ends the automatic sync. */
  remove: z.boolean().default(false),
});

/**
 * Why a profile is not written, or not as one would expect: its name is taken by a section outside
 * of Keyfob's block (`outside`) or in the file of credentials (`credentials`), several accounts
 * would get it (`same_name`), it or the account's name can't be written safely (`unwritable`), a
 * chosen account is gone (`unknown_account`), or a section gives its keys to all profiles (`leaks`).
 */
const profileConflictSchema = z.object({
  profile: z.string(),
  reason: z.enum(['outside', 'credentials', 'same_name', 'unwritable', 'unknown_account', 'leaks']),
  /** The paths of the accounts that go without a profile. */
  accounts: z.array(z.string()),
  /** Where in the file the other one stands. */
  line: z.number().int().optional(),
  message: z.string(),
});
export type ProfileConflict = z.infer<typeof profileConflictSchema>;

const changedProfilesSchema = z.object({
  added: z.array(z.string()),
  changed: z.array(z.string()),
  removed: z.array(z.string()),
  unchanged: z.number().int(),
});
export type ChangedProfiles = z.infer<typeof changedProfilesSchema>;

const plannedSchema = z.object({
  /** The file, symlinks followed. */
  path: z.string(),
  /** True: there is nothing to write. */
  upToDate: z.boolean(),
  changes: changedProfilesSchema,
  conflicts: z.array(profileConflictSchema),
});

const planSchema = plannedSchema.extend({
  /** As of `diff -u`, of Keyfob's block alone; values of keys that may be secret are left out. */
  diff: z.string(),
  /** Stands for the file as it was read, and for what would be written. */
  hash: z.string(),
  /** What would hold from `config.apply` on. */
  settings: awsConfigSettingsSchema,
});
export type Plan = z.infer<typeof planSchema>;

const foundAccountSchema = z.object({
  /** Free among the accounts. */
  name: z.string(),
  /** `profile dev`. */
  source: z.string(),
  /** The connection, by the name that it has or would get, and the account that signs. */
  connection: z.string(),
  signer: z.string(),
  roleArn: z.string(),
  sessionName: z.string().exactOptional(),
  externalId: z.string().exactOptional(),
  mfaSerial: z.string().exactOptional(),
  durationSeconds: z.number().int().exactOptional(),
  region: z.string().exactOptional(),
  /** Whether Keyfob has it already. */
  exists: z.boolean(),
});
export type FoundAccount = z.infer<typeof foundAccountSchema>;

const foundConnectionSchema = z.object({
  /** A name that is still free. */
  name: z.string(),
  startUrl: z.string(),
  region: z.string(),
  scopes: z.array(z.string()),
  /** `sso-session acme` or `profile dev`. */
  source: z.string(),
  /** Whether Keyfob has it already. */
  exists: z.boolean(),
});
export type FoundConnection = z.infer<typeof foundConnectionSchema>;

export const configCommands = {
  /** Says what a sync would write, and writes nothing. Fails with `aws_config_invalid`, `aws_config_block_damaged`, `file_unreadable`. */
  'config.plan': { input: wishSchema, output: planSchema, callers: everyone },
  /**
   * Writes what `config.plan` has shown for the same wish. Fails with `plan_outdated` where
   * something else would be written by now, `file_changed`, `file_write_failed`, `disk_full`, and
   * as `config.plan`; then nothing has been written.
   */
  'config.apply': {
    input: wishSchema.extend({ hash: z.string().length(64) }),
    output: plannedSchema.extend({
      /** The copy of the file as it was; null where there was none, or nothing to write. */
      backup: z.string().nullable(),
    }),
    callers: everyone,
  },
  /** The settings, after changes if any are given. The file stays as it is. */
  'config.settings': {
    input: z.strictObject({ changes: changesSchema.default({}) }),
    output: awsConfigSettingsSchema,
    callers: everyone,
  },
  /** What `~/.aws/config` and the configurations of other tools tell of; they are only read. */
  'config.discover': {
    input: none,
    output: z.object({
      connections: z.array(foundConnectionSchema),
      accounts: z.array(foundAccountSchema),
      /** What can't be brought in, and why. */
      skipped: z.array(z.object({ source: z.string(), reason: z.string() })),
    }),
    callers: everyone,
  },
} as const satisfies Record<string, CommandSpec>;
