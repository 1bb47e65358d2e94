import type { Clock, Log } from '../ports.ts';
import type { Provider, StoredSession } from './provider.ts';
import type { Renewal } from './renewal.ts';
import type { Vault } from './vault.ts';
import { within } from './waiting.ts';

export interface SignOutOptions {
  readonly connection: string;
  readonly provider: Provider;
  readonly vault: Vault;
  readonly renewal: Renewal;
  readonly clock: Clock;
  readonly log: Log;
}

const revocationLimitMs = 5_000;

/**
 * Ends a session: no refresh may come after, the provider is told, then memory and keychain forget
 * it. The pending sign-in has been cancelled before.
 *
 * `revoked` is false when the provider could not be told in 5 s. Rejects with the SecretStore's
 * codes when the keychain would not let go of the item; memory has forgotten it then all the same.
 */
export async function endSession(options: SignOutOptions): Promise<{ revoked: boolean }> {
  const { connection, vault, renewal, log } = options;
  const late = await renewal.stop();
  const session = late ?? vault.unwritten() ?? (await readable(vault));
  const revoked = session?.tokens === undefined || (await revoke(options, session));
  await vault.forget();
  log('info', 'signed_out', { connection, revoked });
  return { revoked };
}

/** A keychain that can't be read leaves nothing to revoke; forgetting will say what is wrong. */
async function readable(vault: Vault): Promise<StoredSession | null> {
  try {
    return await vault.read();
  } catch {
    return null;
  }
}

async function revoke(options: SignOutOptions, session: StoredSession): Promise<boolean> {
  const { connection, provider, clock, log } = options;
  const controller = new AbortController();
  const late = new Error('The provider did not answer in time.');
  try {
    return await within(
      clock,
      revocationLimitMs,
      provider.revoke(session, controller.signal),
      () => late,
    );
  } catch (error) {
    controller.abort(error);
    log('warn', 'revocation_failed', { connection, timeout: error === late });
    return false;
  }
}
