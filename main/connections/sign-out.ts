import type { Clock, Log } from '../ports.ts';
import { settled, within } from '../waiting.ts';
import type { Provider, StoredSession } from './provider.ts';
import type { Renewal } from './renewal.ts';
import type { Vault } from './vault.ts';

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
 * `revoked` is false when the provider could not be told: not in 5 s, or not of which session. Rejects
 * with the SecretStore's codes when the keychain would not let go of the item; memory has forgotten
 * it then all the same.
 */
export async function endSession(options: SignOutOptions): Promise<{ revoked: boolean }> {
  const { connection, vault, renewal, log } = options;
  const late = await renewal.stop();
  const session = late ?? vault.unwritten() ?? (await readable(vault));
  const revoked = session !== undefined && (await revoke(options, session));
  await vault.forget(options.provider.keepsClient === true ? 'clients' : undefined);
  log('info', 'signed_out', { connection, revoked });
  return { revoked };
}

/** Gives a client back to its provider, for as long as that may take. Never rejects. */
export async function discardClient(options: {
  readonly provider: Provider;
  readonly clock: Clock;
  readonly session: StoredSession;
}): Promise<void> {
  const { provider, clock, session } = options;
  const controller = new AbortController();
  const done = provider.discard?.(session, controller.signal) ?? Promise.resolve();
  await settled(clock, revocationLimitMs, done);
  controller.abort();
}

/** Undefined where the keychain does not tell; whether it lets go, forgetting will show. */
async function readable(vault: Vault): Promise<StoredSession | null | undefined> {
  const session = await vault.read().catch(() => undefined);
  return vault.damaged() ? undefined : session;
}

async function revoke(options: SignOutOptions, session: StoredSession | null): Promise<boolean> {
  if (session?.tokens === undefined) return true;
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
