import { z } from 'zod';
import type { Context } from './context.ts';
import { grants } from './context.ts';
import { oidcException } from './exceptions.ts';
import { json, type Reply, type SimRequest } from './http.ts';
import { bodyOf, required } from './input.ts';
import {
  checkGrantAllowed,
  isIssuer,
  type Registration,
  type Registrations,
} from './registrations.ts';
import { createUserCode } from './secrets.ts';

/** A device authorization (RFC 8628) from its start to its one use. */
export interface DeviceGrant {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly client: Registration;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  state: 'pending' | 'approved' | 'denied' | 'used';
  lastPollAt: number | undefined;
  intervalMs: number;
}

export interface DeviceGrants {
  start(request: SimRequest): Reply;
  /** One poll: returns when the grant was approved, and uses it up. Throws otherwise. */
  redeem(deviceCode: string, client: Registration): void;
  /** The pending grant of a code as a person types it: case and hyphen do not matter. */
  find(userCode: string): DeviceGrant | undefined;
  pending(): readonly DeviceGrant[];
}

const startSchema = z.object({
  clientId: z.string().min(1),
  clientSecret: z.string().optional(),
  startUrl: z.string().min(1),
});

export function createDeviceGrants(context: Context, registrations: Registrations): DeviceGrants {
  const byDeviceCode = new Map<string, DeviceGrant>();
  const isLive = (grant: DeviceGrant) => context.now() < grant.expiresAt;
  const pending = () =>
    [...byDeviceCode.values()].filter((grant) => grant.state === 'pending' && isLive(grant));

  function checkPace(grant: DeviceGrant): void {
    const { switches } = context;
    const sinceLast = context.now() - (grant.lastPollAt ?? Number.NEGATIVE_INFINITY);
    grant.lastPollAt = context.now();
    if (switches.slowDown > 0) {
      switches.slowDown -= 1;
    } else if (!switches.strictInterval || sinceLast >= grant.intervalMs) {
      return;
    }
    // RFC 8628 §3.5: from now on the interval is five seconds longer, for both sides.
    grant.intervalMs += 5_000;
    throw oidcException('SlowDownException', 'Polling too fast');
  }

  return {
    start(request) {
      const input = bodyOf(request, startSchema);
      const { switches } = context;
      const secret = switches.deviceSecretRequired
        ? required('clientSecret', input.clientSecret)
        : input.clientSecret;
      const client = registrations.authenticate(input.clientId, secret);
      checkGrantAllowed(client, grants.deviceCode);
      if (!isIssuer(context, input.startUrl)) {
        throw oidcException('InvalidRequestException', 'Invalid start url provided');
      }
      const expiresIn = switches.lifetimes.deviceSeconds;
      const grant: DeviceGrant = {
        deviceCode: context.mint.deviceCode(),
        userCode: createUserCode(),
        client,
        expiresAt: context.now() + expiresIn * 1000,
        state: { ask: 'pending', approve: 'approved', deny: 'denied' }[
          switches.consent
        ] as DeviceGrant['state'],
        lastPollAt: undefined,
        intervalMs: switches.intervalSeconds * 1000,
      };
      byDeviceCode.set(grant.deviceCode, grant);
      const verificationUri = `${context.oidcUrl()}/device`;
      return json(200, {
        deviceCode: grant.deviceCode,
        userCode: grant.userCode,
        verificationUri,
        verificationUriComplete: `${verificationUri}?user_code=${grant.userCode}`,
        expiresIn,
        interval: switches.intervalSeconds,
      });
    },

    redeem(deviceCode, client) {
      const grant = byDeviceCode.get(deviceCode);
      if (
        grant === undefined ||
        grant.client.clientId !== client.clientId ||
        grant.state === 'used'
      ) {
        throw oidcException('InvalidGrantException', 'Invalid device code provided');
      }
      if (!isLive(grant))
        throw oidcException('ExpiredTokenException', 'The device code has expired');
      checkPace(grant);
      if (grant.state === 'pending') {
        throw oidcException('AuthorizationPendingException', 'The user has not approved yet');
      }
      if (grant.state === 'denied') {
        throw oidcException('AccessDeniedException', 'The user denied the request');
      }
      grant.state = 'used';
    },

    find(userCode) {
      const bare = userCode.replaceAll(/[^A-Za-z]/g, '').toUpperCase();
      return pending().find((grant) => grant.userCode.replace('-', '') === bare);
    },
    pending,
  };
}
