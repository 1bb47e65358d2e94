import { KeyfobError } from '../../shared/errors.ts';
import type { Clock, Log } from '../ports.ts';
import type { Attempt } from './attempt.ts';
import type { CallbackPage } from './callback-page.ts';
import { pollForTokens } from './device.ts';
import { type Callback, listenForCallback } from './loopback.ts';
import type { Provider, StoredSession } from './provider.ts';
import { refusedByPage, signInError } from './sign-in-errors.ts';
import { withRegistrations } from './stored-session.ts';
import type { Vault } from './vault.ts';
import { untilAborted } from './waiting.ts';

/** The two ways to sign in, from the first request to the stored tokens. */

export interface FlowContext {
  readonly provider: Provider;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly log: Log;
  /** Makes the session the connection's own; resolves when the keychain has it. */
  readonly adopt: (session: StoredSession) => Promise<void>;
}

/** Authorization code with PKCE over a loopback redirect (RFC 8252, RFC 7636). */
export async function browserFlow(attempt: Attempt, context: FlowContext): Promise<void> {
  const { provider, vault } = context;
  const { signal } = attempt;
  const stored = await untilAborted(vault.read(), signal);
  const listener = await listenForCallback(context);
  try {
    const begun = await untilAborted(
      provider.beginBrowser(stored, listener.redirectUri, signal),
      signal,
    );
    const answer = listener.answer(begun.state);
    await storeRegistrations(begun.session, context, signal);
    attempt.show({ authorizationUrl: begun.authorizationUrl });

    const callback = await untilAborted(answer, signal);
    try {
      const session = await untilAborted(begun.redeem(codeOf(attempt, callback), signal), signal);
      attempt.commit();
      await context.adopt(session);
      attempt.end();
    } catch (error) {
      attempt.end(signInError(attempt.connection, error));
    }
    await callback.respond(pageFor(await attempt.ended));
  } finally {
    await listener.close();
  }
}

/** Device authorization (RFC 8628). */
export async function deviceFlow(attempt: Attempt, context: FlowContext): Promise<void> {
  const { provider, vault } = context;
  const { signal } = attempt;
  const stored = await untilAborted(vault.read(), signal);
  const device = await untilAborted(provider.beginDevice(stored, signal), signal);
  attempt.setDeadline(device.lifetimeMs);
  await storeRegistrations(device.session, context, signal);
  attempt.show({
    userCode: device.userCode,
    verificationUri: device.verificationUri,
    ...(device.verificationUriComplete === undefined
      ? {}
      : { verificationUriComplete: device.verificationUriComplete }),
  });
  const session = await untilAborted(pollForTokens(device, context, signal), signal);
  attempt.commit();
  await context.adopt(session);
  attempt.end();
}

/**
 * Keeps the registrations for next time. It is also the proof that the keychain takes what the
 * person is about to work for. A damaged item stays untouched until there is something better.
 */
async function storeRegistrations(
  begun: StoredSession,
  { vault }: FlowContext,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  if (vault.damaged()) return;
  const present = vault.unwritten() ?? vault.stored() ?? null;
  const next = withRegistrations(present, begun);
  if (JSON.stringify(next.registrations) === JSON.stringify(present?.registrations)) return;
  await untilAborted(vault.write(next, false), signal);
}

function codeOf(attempt: Attempt, callback: Callback): string {
  if (callback.error !== undefined) throw refusedByPage(attempt.connection, callback.error);
  if (callback.code !== undefined) return callback.code;
  throw new KeyfobError(
    'sign_in_failed',
    'The browser came back with neither a code nor an error.',
  );
}

function pageFor({ error }: Awaited<Attempt['ended']>): CallbackPage {
  if (error === undefined) return 'signed_in';
  if (error.code === 'sign_in_denied') return 'denied';
  if (error.code === 'sign_in_cancelled' || error.code === 'sign_in_expired') return 'ended';
  return 'failed';
}
