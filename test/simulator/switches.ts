import { z } from 'zod';

/**
 * Everything about the simulator that can be turned while it runs: in-process by assignment, from
 * elsewhere through `POST /_sim/switches`, at the start by flags of main.ts.
 */

const seconds = z.number().positive();

const lifetimesSchema = z.strictObject({
  accessSeconds: seconds.describe('access tokens'),
  refreshSeconds: seconds.describe('the session: its refresh tokens end together'),
  roleSeconds: seconds.describe('role credentials of the portal'),
  registrationSeconds: seconds.describe('client registrations'),
  deviceSeconds: seconds.describe('device and user codes'),
  codeSeconds: seconds.describe('authorization codes'),
});

const limitSchema = z.strictObject({
  perSecond: z.number().positive(),
  /** Requests let through at once after a quiet time. */
  burst: z.number().int().min(1),
});
export type Limit = z.infer<typeof limitSchema>;

export const switchesSchema = z.strictObject({
  /**
   * `off`: a refresh token serves until the session ends. `grace`: the previous one stays good
   * until its successor, or the access token that came with that, is first used. `strict`: it dies
   * at once, and using it again ends the session.
   */
  rotation: z.enum(['off', 'grace', 'strict']),
  /** False: answers to a refresh carry no refresh token, which means: keep the one you have. */
  refreshTokenInAnswer: z.boolean(),
  lifetimes: lifetimesSchema,
  /** For the portal, 429 TooManyRequestsException. Null: none. */
  portalLimit: limitSchema.nullable(),
  /** Delay before an operation is handled, by name, `*` for all. */
  latencyMs: z.record(z.string(), z.number().nonnegative()),
  /** `ask`: someone has to press the button. The others decide at once. */
  consent: z.enum(['ask', 'approve', 'deny']),
  /** Answer this many of the next device polls with SlowDownException. */
  slowDown: z.number().int().nonnegative(),
  /** Poll faster than `interval` and get SlowDownException. The AWS CLI's second poll does. */
  strictInterval: z.boolean(),
  /** The `interval` of device authorizations. */
  intervalSeconds: z.number().int().positive(),
  pkceRequired: z.boolean(),
  /** False: StartDeviceAuthorization does without the secret that the model asks for. */
  deviceSecretRequired: z.boolean(),
  /** Whether RegisterClient names its endpoints. The service's published sample does not. */
  registrationEndpoints: z.boolean(),
  /** Where errors carry their type: as the service does, or as other AWS services do, or nowhere. */
  errorType: z.enum(['header', 'code', 'type', 'none']),
  /** How far the server's clock is ahead of the real one. */
  clockSkewSeconds: z.number(),
  accounts: z.number().int().nonnegative(),
  rolesPerAccount: z.number().int().min(1).max(50),
  /** Spaces, duplicates, unicode and missing members in the names of accounts. */
  awkwardNames: z.boolean(),
  /** The most that one page holds, whatever `max_result` asks. */
  pageSize: z.number().int().min(1).max(100),
  /** Role names that AssumeRole denies. */
  deniedRoles: z.array(z.string()),
  /** What the trust policies of roles ask for, by role name. */
  trust: z.record(
    z.string(),
    z.strictObject({
      externalId: z.string().optional(),
      /** The serial number or ARN of the MFA device whose code must come along. */
      mfaSerial: z.string().optional(),
      /** Whether the session must be identity-enhanced. */
      identityContext: z.boolean().optional(),
      /** Session tags that must be there. */
      tags: z.array(z.string()).optional(),
      sourceIdentity: z.boolean().optional(),
      /** The subject that a web identity must have. */
      subject: z.string().optional(),
    }),
  ),
  /** Services whose connections are reset as soon as they open. */
  down: z.array(z.enum(['oidc', 'portal', 'sts'])),
});

export type Switches = z.infer<typeof switchesSchema>;
export const switchChangesSchema = switchesSchema
  .partial()
  .extend({ lifetimes: lifetimesSchema.partial().optional() });
export type SwitchChanges = z.infer<typeof switchChangesSchema>;

const day = 86_400;

export function createSwitches(changes: SwitchChanges = {}): Switches {
  const switches: Switches = {
    rotation: 'grace',
    refreshTokenInAnswer: true,
    lifetimes: {
      accessSeconds: 3_600,
      refreshSeconds: 7 * day,
      roleSeconds: 3_600,
      registrationSeconds: 91 * day,
      deviceSeconds: 600,
      codeSeconds: 300,
    },
    portalLimit: null,
    latencyMs: {},
    consent: 'ask',
    slowDown: 0,
    strictInterval: false,
    intervalSeconds: 1,
    pkceRequired: false,
    deviceSecretRequired: true,
    registrationEndpoints: false,
    errorType: 'header',
    clockSkewSeconds: 0,
    accounts: 3,
    rolesPerAccount: 2,
    awkwardNames: false,
    pageSize: 100,
    deniedRoles: [],
    trust: {},
    down: [],
  };
  changeSwitches(switches, changes);
  return switches;
}

/** Changes the given switches in place and leaves the others. */
export function changeSwitches(switches: Switches, changes: SwitchChanges): void {
  const { lifetimes = {}, ...rest } = changes;
  Object.assign(switches, given(rest));
  Object.assign(switches.lifetimes, given(lifetimes));
}

function given(changes: object): object {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}
