import type { Account } from '../../../shared/account.ts';
import type { CommandClient } from '../../../shared/commands.ts';
import { isKeyfobError } from '../../../shared/errors.ts';
import type { Endpoint } from './account-environment.ts';

export interface HeldGrant extends Endpoint {
  /** Ends it at once; without this it ends with the process. Rejects as `grant.revoke`. */
  release(): Promise<void>;
}

/** Longer than anything runs; the grant ends with this process long before. */
const lifetimeSeconds = 30 * 86_400;
const firstPauseMs = 250;
const longestPauseMs = 10_000;

/**
 * A grant for one program: it is there as long as this process holds it, and is made again, with
 * the same token, where a new helper has taken the old one's place.
 *
 * @param pause waits so many milliseconds
 */
export async function holdGrant(
  client: CommandClient,
  account: Account,
  label: string,
  pause: (milliseconds: number) => Promise<unknown>,
): Promise<HeldGrant> {
  const wish = { label, accounts: [account.id], lifetimeSeconds, ephemeral: true };
  const { grant, token, url } = await client.call('grant.create', wish);

  let held = grant.id;
  async function keep(): Promise<void> {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        await client.call('grant.hold', { id: held });
        return; // Somebody has ended it on purpose.
      } catch (error) {
        if (!isKeyfobError(error)) throw error;
      }
      await pause(pauseMs);
      try {
        held = (await client.call('grant.create', { ...wish, token })).grant.id;
        pauseMs = firstPauseMs / 2;
      } catch (error) {
        if (!isKeyfobError(error)) throw error;
      }
    }
  }

  // The program goes on without; what it asks for is refused, and it says so.
  void keep().catch(() => undefined);
  return {
    url,
    token,
    async release() {
      await client.call('grant.revoke', { id: held });
    },
  };
}
