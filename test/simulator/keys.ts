import type { Context } from './context.ts';
import { uniqueId } from './secrets.ts';

/** What came with the call that made the keys. */
export interface RoleSession {
  readonly tags: Readonly<Record<string, string>>;
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity?: string;
  readonly policy?: string;
  readonly policyArns: readonly string[];
  /** Whether an identity context of the instance is in the session. */
  readonly identityEnhanced: boolean;
  readonly mfa: boolean;
}

/** Who a key acts as. */
export interface Principal {
  readonly accountId: string;
  /** As it stands in the ARN, e.g. `AWSReservedSSO_Admin_0123456789abcdef`. */
  readonly roleName: string;
  readonly sessionName: string;
  readonly roleId: string;
  /** Absent: of the portal. */
  readonly session?: RoleSession;
}

/** A set of AWS keys that the simulator handed out. */
export interface IssuedKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Epoch milliseconds, whole seconds. */
  readonly expiresAt: number;
  readonly principal: Principal;
}

export interface Keys {
  issue(principal: Principal, lifetimeSeconds: number): IssuedKey;
  find(accessKeyId: string): IssuedKey | undefined;
}

export function createKeys(context: Context): Keys {
  const keys = new Map<string, IssuedKey>();
  return {
    issue(principal, lifetimeSeconds) {
      const key: IssuedKey = {
        accessKeyId: uniqueId('ASIA'),
        secretAccessKey: context.mint.secretAccessKey(),
        sessionToken: context.mint.sessionToken(),
        expiresAt: Math.floor(context.now() / 1000 + lifetimeSeconds) * 1000,
        principal,
      };
      keys.set(key.accessKeyId, key);
      return key;
    },
    find: (accessKeyId) => keys.get(accessKeyId),
  };
}

export function assumedRoleArn({ accountId, roleName, sessionName }: Principal): string {
  return `arn:aws:sts::${accountId}:assumed-role/${roleName}/${sessionName}`;
}
