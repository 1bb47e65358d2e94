import { z } from 'zod';
import { accountSchema } from './account-schema.ts';
import {
  applicationArnSchema,
  browserCommandSchema,
  connectionNameSchema,
  flowSchema,
} from './connection-basics.ts';
import { oidcSettingsSchema } from './oidc-settings.ts';

export { type Account, accountSchema } from './account-schema.ts';
export {
  browserCommandSchema,
  connectionNameSchema,
  type Flow,
  flowSchema,
} from './connection-basics.ts';
export type { OidcSettings } from './oidc-settings.ts';

/**
 * The state that clients see. Everything here may be shown, logged and sent to the window:
 * no schema in this file has a place for a secret. Times are ISO 8601 in UTC.
 */

/** What is configured for an IAM Identity Center instance. */
const identityCenterSettingsSchema = z.strictObject({
  kind: z.literal('identity-center'),
  name: connectionNameSchema,
  startUrl: z.string(),
  region: z.string(),
  scopes: z.array(z.string().min(1).max(256)).max(25),
  flow: flowSchema,
  entitledApplicationArn: applicationArnSchema.exactOptional(),
  /** The command that opens this connection's pages; absent: the person's general choice. */
  browser: browserCommandSchema.exactOptional(),
});

/** One configured sign-in to a provider. */
export const connectionSettingsSchema = z.discriminatedUnion('kind', [
  identityCenterSettingsSchema,
  oidcSettingsSchema,
]);
export type ConnectionSettings = z.infer<typeof connectionSettingsSchema>;
export type IdentityCenterSettings = z.infer<typeof identityCenterSettingsSchema>;

const errorInfoSchema = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
});

/**
 * How a connection's session stands. `unknown`: the keychain has not answered yet, or can't be
 * read. `expired`: the access token has lapsed but renewal is still being tried.
 */
const sessionViewSchema = z.object({
  state: z.enum(['unknown', 'signed_out', 'signed_in', 'expired']),
  /** When the present access token ends; renewal moves it. */
  expiresAt: z.string().optional(),
  /** Whether it renews itself without a new sign-in. */
  renewable: z.boolean(),
  /** What the ID token says of the person, as far as it is of interest. */
  claims: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
    .optional(),
  /** What a person should know about how this session came about, or how long it lasts. */
  warnings: z.array(z.string()).optional(),
  /** Why the last renewal or keychain read failed. */
  error: errorInfoSchema.optional(),
});
export type SessionView = z.infer<typeof sessionViewSchema>;

const catalogueViewSchema = z.object({
  accounts: z.number().int(),
  syncing: z.boolean(),
  syncedAt: z.string().optional(),
  error: errorInfoSchema.optional(),
});
export type CatalogueView = z.infer<typeof catalogueViewSchema>;

export const connectionViewSchema = z.object({
  settings: connectionSettingsSchema,
  session: sessionViewSchema,
  catalogue: catalogueViewSchema,
});
export type ConnectionView = z.infer<typeof connectionViewSchema>;

/** A sign-in under way, or how the last one ended. The device code has no place here. */
export const signInSchema = z.object({
  connection: z.string(),
  /** `form`: it asks the person here; `unattended`: it needs nobody. */
  flow: z.enum(['browser', 'device', 'form', 'unattended']),
  state: z.enum(['pending', 'signed_in', 'failed', 'cancelled']),
  startedAt: z.string(),
  /** The deadline: the sign-in ends by itself then. */
  expiresAt: z.string(),
  /** Browser flow: the page that a person opens. */
  authorizationUrl: z.string().optional(),
  /** Browser flow: false where the provider's metadata know no device code. */
  offersDevice: z.boolean().optional(),
  /** Device flow, RFC 8628 section 3.2. */
  userCode: z.string().optional(),
  verificationUri: z.string().optional(),
  verificationUriComplete: z.string().optional(),
  /** Form flow: what it asks now; `signIn.answer` takes the values, which are kept nowhere. */
  asks: z
    .object({
      id: z.string(),
      fields: z.array(
        z.object({
          name: z.enum(['username', 'password', 'otp', 'assertion', 'mfa']),
          /** Not shown while it is typed. */
          secret: z.boolean(),
        }),
      ),
      message: z.string().optional(),
    })
    .optional(),
  error: errorInfoSchema.optional(),
});
export type SignIn = z.infer<typeof signInSchema>;

/** What the person has chosen for all of Keyfob. */
export const settingsSchema = z.strictObject({
  /** The command that opens pages; null: the system's browser. KEYFOB_BROWSER goes before it. */
  browser: browserCommandSchema.nullable(),
  theme: z.enum(['system', 'light', 'dark']),
  /** Which notifications are shown. */
  notifications: z.strictObject({
    expiring: z.boolean(),
    signInRequired: z.boolean(),
    signedIn: z.boolean(),
    confirmation: z.boolean(),
  }),
  openAtLogin: z.boolean(),
  updates: z.enum(['automatic', 'notify', 'off']),
  /** Whether it has been said once that closing the window only hides it. */
  closeExplained: z.boolean(),
});
export type Settings = z.infer<typeof settingsSchema>;

/** Whether a local program must ask before it gets an account's credentials. */
export const confirmPolicySchema = z.enum(['never', 'first', 'always']);
export type ConfirmPolicy = z.infer<typeof confirmPolicySchema>;

/** A local program that waits for a yes; without one by `expiresAt` the answer is no. */
const confirmationSchema = z.object({
  id: z.string(),
  /** The account's id, and its path. */
  account: z.string(),
  path: z.string(),
  /** The program's name as the system tells it, or "a local program". */
  client: z.string(),
  /** The program wants the account to ask so from now on; absent: it wants what the account gives. */
  policy: confirmPolicySchema.optional(),
  askedAt: z.string(),
  expiresAt: z.string(),
});
export type Confirmation = z.infer<typeof confirmationSchema>;

/** Something that only a person knows and a tool waits for; without it by `expiresAt` it fails. */
const promptSchema = z.object({
  id: z.string(),
  /** The account's id, and its path. */
  account: z.string(),
  path: z.string(),
  kind: z.literal('mfa'),
  /** What to enter, as a sentence. */
  message: z.string(),
  askedAt: z.string(),
  expiresAt: z.string(),
});
export type Prompt = z.infer<typeof promptSchema>;

/** What a grant is for, in its maker's words. One line, since it is shown. */
export const grantLabelSchema = z
  .string()
  .max(64)
  .regex(
    /^[^\p{C}\p{Zl}\p{Zp}]*[^\p{C}\p{Z}][^\p{C}\p{Zl}\p{Zp}]*$/u,
    'Expected 1 to 64 visible characters',
  );

/** A revocable permission for one client of the endpoint on 127.0.0.1. Its token has no place here. */
export const grantSchema = z.object({
  id: z.string(),
  label: z.string(),
  /** Account ids; none: every account. */
  accounts: z.array(z.string()),
  createdAt: z.string(),
  expiresAt: z.string(),
  /** At most a second behind. */
  lastUsedAt: z.string().optional(),
  /** It ends with the program that it was made for. */
  ephemeral: z.boolean(),
});
export type Grant = z.infer<typeof grantSchema>;

const activityKindSchema = z.enum([
  'aws-credentials',
  'token',
  'environment',
  'console',
  'sign-in',
  'sign-out',
  'use',
  'connection-add',
  'connection-update',
  'connection-remove',
  'grant-create',
  'grant-revoke',
  'grant-refused',
  'confirm-policy',
  'account-add',
  'account-remove',
  'config-write',
  'registry-set',
  'registry-remove',
]);
export type ActivityKind = z.infer<typeof activityKindSchema>;

/** Who asked for what, and how it went. The same again within a minute counts up. */
export const activityEntrySchema = z.object({
  id: z.string(),
  /** When it was first asked for, and when last. */
  at: z.string(),
  lastAt: z.string(),
  count: z.number().int(),
  /** A program's name, as far as it is known. */
  client: z.string(),
  listener: z.enum(['socket', 'window', 'loopback']),
  /** The id of the grant that was used, made or revoked. */
  grant: z.string().optional(),
  /** The account's path. */
  account: z.string().nullable(),
  /** The connection's name. */
  connection: z.string().nullable(),
  /** What it was about beside these: a grant's label, a file's path, a registry's host. */
  subject: z.string().optional(),
  what: activityKindSchema,
  /** `ok` or an error code. */
  outcome: z.string(),
});
export type ActivityEntry = z.infer<typeof activityEntrySchema>;

/** Something that needs a person's attention, such as a damaged file set aside. */
const problemSchema = errorInfoSchema.extend({ since: z.string() });
export type Problem = z.infer<typeof problemSchema>;

const helperViewSchema = z.object({
  version: z.string(),
  pid: z.number().int(),
  startedAt: z.string(),
  socket: z.string().optional(),
  /** The socket is a service manager's, which starts the helper when somebody connects. */
  activated: z.literal(true).optional(),
  /** The endpoint on 127.0.0.1: `http://127.0.0.1:<port>`; absent: nobody listens there. */
  url: z.string().optional(),
  /** How this machine calls the `keyfob` command, quoted; absent: by its name. */
  command: z.string().optional(),
  keychain: z.enum(['os', 'file', 'memory']),
});
export type HelperView = z.infer<typeof helperViewSchema>;

/** Everything a client sees, by slice. Clients listen, take one snapshot, then get changed slices. */
export const stateSchema = z.object({
  helper: helperViewSchema,
  connections: z.array(connectionViewSchema),
  signIns: z.array(signInSchema),
  accounts: z.array(accountSchema),
  /** Account id, or null. */
  active: z.string().nullable(),
  /** Account ids. */
  favourites: z.array(z.string()),
  /** Account ids, latest first. */
  recent: z.array(z.string()),
  /** Until when cached credentials last, by account id. */
  credentials: z.record(z.string(), z.object({ expiresAt: z.string() })),
  problems: z.array(problemSchema),
  settings: settingsSchema,
  /** Open questions, oldest first. */
  confirmations: z.array(confirmationSchema),
  /** What tools wait for a person to enter, oldest first. */
  prompts: z.array(promptSchema),
  /** By account id; `*`: every other account; absent: never. */
  confirm: z.record(z.string(), confirmPolicySchema),
  /** Oldest first. */
  grants: z.array(grantSchema),
  /** The last 200, latest first; at most a second behind. */
  activity: z.array(activityEntrySchema),
});
export type State = z.infer<typeof stateSchema>;
export type Slice = keyof State;
