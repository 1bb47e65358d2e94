import { KeyfobError } from '../../shared/errors.ts';
import type { Clock, Log } from '../ports.ts';
import { settled, unlessAborted } from '../waiting.ts';
import type { Attempt } from './attempt.ts';
import type { CallbackPage } from './callback-page.ts';
import { pollForTokens } from './device.ts';
import { type Callback, listenForCallback } from './loopback.ts';
import type { BrowserSignIn, Provider, StoredSession } from './provider.ts';
import { refusedByPage, signInError } from './sign-in-errors.ts';
import { withRegistrations } from './stored-session.ts';
import type { Vault } from './vault.ts';

/** The ways to sign in, from the first request to the stored tokens. */

export interface FlowContext {
  readonly provider: Provider;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly log: Log;
  /** Makes the session the connection's own; resolves when the keychain has it. */
  readonly adopt: (session: StoredSession) => Promise<void>;
  /** Work that goes on when the sign-in is over; it never rejects, and ends by itself. */
  readonly afterwards: (work: Promise<void>) => void;
}

/** Authorization code with PKCE over a loopback redirect (RFC 8252, RFC 7636). */
export async function browserFlow(attempt: Attempt, context: FlowContext): Promise<void> {
  const { provider, vault } = context;
  const { signal } = attempt;
  const stored = await unlessAborted(vault.read(), signal);
  const listener = await listenForCallback(context, provider.redirectUri?.());
  try {
    const begun = await unlessAborted(
      provider.beginBrowser(stored, listener.redirectUri, signal),
      signal,
    );
    const answer = listener.answer(begun.state);
    await storeRegistrations(begun.session, context, signal);
    const { authorizationUrl, offersDevice } = begun;
    attempt.show({ authorizationUrl, ...(offersDevice === undefined ? {} : { offersDevice }) });

    const callback = await unlessAborted(answer, signal);
    await conclude(attempt, context, async (begin) => {
      requireCode(attempt, begun, callback);
      return await begin((own) => begun.redeem(callback.parameters, own));
    });
    await callback.respond(pageFor(await attempt.ended));
  } finally {
    await listener.close();
  }
}

/** How long a sign-in that nobody wants any more may still take to be undone. */
const undoneWithinMs = 10_000;

/**
 * The exchange of a code for tokens, which goes on when the sign-in is cancelled meanwhile: the
 * provider may have issued them already, and only who hears its answer can have them revoked.
 */
function redemption({ provider, clock, log, afterwards }: FlowContext) {
  const controller = new AbortController();
  let redeemed: Promise<StoredSession> | undefined;
  return {
    begin(redeem: (signal: AbortSignal) => Promise<StoredSession>): Promise<StoredSession> {
      redeemed = redeem(controller.signal);
      return redeemed;
    },
    /** They are the connection's own now. */
    accept(): void {
      redeemed = undefined;
    },
    /** Has them revoked, if any come; who signs in anew or out does not wait for that. */
    giveBack(): void {
      const revoked = redeemed?.then(async (session) => {
        if (session.tokens === undefined) return;
        const done = await provider.revoke(session, controller.signal);
        log('info', 'unwanted_tokens_revoked', { revoked: done });
      });
      if (revoked === undefined) return;
      afterwards(settled(clock, undoneWithinMs, revoked).then(() => controller.abort()));
    },
  };
}

type Redemption = ReturnType<typeof redemption>;

/** Device authorization (RFC 8628). */
export async function deviceFlow(attempt: Attempt, context: FlowContext): Promise<void> {
  const { provider, vault } = context;
  const { signal } = attempt;
  const stored = await unlessAborted(vault.read(), signal);
  const device = await unlessAborted(provider.beginDevice(stored, signal), signal);
  attempt.setDeadline(device.lifetimeMs);
  await storeRegistrations(device.session, context, signal);
  attempt.show({
    userCode: device.userCode,
    verificationUri: device.verificationUri,
    ...(device.verificationUriComplete === undefined
      ? {}
      : { verificationUriComplete: device.verificationUriComplete }),
  });
  await conclude(attempt, context, (begin) => {
    const poll = () => begin((own) => device.poll(own));
    return pollForTokens({ ...device, poll }, context, signal);
  });
}

/** A grant that asks the person here, in one step or in two. */
export async function formFlow(attempt: Attempt, context: FlowContext): Promise<void> {
  const { provider, vault } = context;
  const { signal } = attempt;
  const stored = await unlessAborted(vault.read(), signal);
  const signIn = provider.signInByForm?.bind(provider);
  if (signIn === undefined) throw notThisWay();
  // What has been entered may have been taken already when the person changes their mind.
  await conclude(attempt, context, (begin) => begin((own) => signIn(stored, attempt.ask, own)));
}

/** A grant that needs nobody. */
export async function unattendedFlow(attempt: Attempt, context: FlowContext): Promise<void> {
  const { provider, vault } = context;
  const { signal } = attempt;
  const stored = await unlessAborted(vault.read(), signal);
  const signIn = provider.signInUnattended?.bind(provider);
  if (signIn === undefined) throw notThisWay();
  await conclude(attempt, context, (begin) => begin((own) => signIn(stored, own)));
}

/** The end of a sign-in, from the last step to the stored tokens: `exchange` begins what may yield some. */
async function conclude(
  attempt: Attempt,
  context: FlowContext,
  exchange: (begin: Redemption['begin']) => Promise<StoredSession>,
): Promise<void> {
  const redeeming = redemption(context);
  try {
    const session = await unlessAborted(exchange(redeeming.begin), attempt.signal);
    attempt.commit();
    redeeming.accept();
    await context.adopt(session);
    attempt.end();
  } catch (error) {
    redeeming.giveBack();
    attempt.end(signInError(attempt.connection, error));
  }
}

function notThisWay(): KeyfobError {
  return new KeyfobError('sign_in_failed', 'This connection signs in another way.', {
    hint: 'Start the sign-in again without choosing a flow.',
  });
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
  const clients = (session: StoredSession | null) =>
    JSON.stringify([session?.registrations, session?.client]);
  if (clients(next) === clients(present)) return;
  await unlessAborted(vault.write(next, false), signal);
}

function requireCode(attempt: Attempt, begun: BrowserSignIn, callback: Callback): void {
  if (callback.error !== undefined) {
    // An answer that is not the provider's must not be taken at its word (RFC 9207 section 2.4).
    const refusal = begun.refusal?.(callback.parameters);
    throw refusal ?? refusedByPage(attempt.connection, callback.error);
  }
  if (callback.code !== undefined) return;
  throw new KeyfobError(
    'sign_in_failed',
    'The browser came back with neither a code nor an error.',
    { hint: 'Sign in again. If it stays, report it to whoever runs the provider.' },
  );
}

function pageFor({ error }: Awaited<Attempt['ended']>): CallbackPage {
  if (error === undefined) return 'signed_in';
  if (error.code === 'sign_in_denied') return 'denied';
  if (error.code === 'sign_in_cancelled' || error.code === 'sign_in_expired') return 'ended';
  return 'failed';
}
