import { asKeyfobError, KeyfobError } from '../../shared/errors.ts';
import type { ConnectionSettings, SessionView, SignIn } from '../../shared/model.ts';
import type { TokenCredentials, TokenWish } from '../accounts/source.ts';
import type { Ports } from '../ports.ts';
import { unlessAborted } from '../waiting.ts';
import { createTokenSource, type TokenSource } from './access-tokens.ts';
import { createNotices } from './notices.ts';
import type { Provider, StoredClient, StoredSession } from './provider.ts';
import { createRenewal, type Task } from './renewal.ts';
import { signedOut } from './session-errors.ts';
import { sessionView } from './session-view.ts';
import { createSignIns, type SignInInput } from './sign-in.ts';
import { signInCancelled } from './sign-in-errors.ts';
import { discardClient, endSession } from './sign-out.ts';
import { providerIdentity, withTokens } from './stored-session.ts';
import { createVault } from './vault.ts';
import { createWishedTokens } from './wished-tokens.ts';

/** One connection at work: its vault, renewal, sign-ins and tokens, joined. */
export interface Connection extends Omit<TokenSource, 'replace'> {
  readonly settings: ConnectionSettings;
  /** From now on it signs in so. The provider stays the one that it was. */
  configure(settings: ConnectionSettings): void;
  /** As `ConnectionTokens.replaceToken` in ../accounts/source.ts. */
  replaceToken(refused: string, signal?: AbortSignal): Promise<void>;
  /** Asks the keychain and starts to renew. Never rejects; the view says what went wrong. */
  begin(): Promise<void>;
  view(): SessionView;
  startSignIn(input: SignInInput): Promise<SignIn>;
  waitForSignIn(signal: AbortSignal): Promise<SignIn>;
  answerSignIn(id: string, values: Readonly<Record<string, string>>): Promise<void>;
  cancelSignIn(): Promise<void>;
  /** See `ConnectionTokens.token`. */
  token(wish: TokenWish, signal?: AbortSignal): Promise<TokenCredentials>;
  /**
   * Runs `task` with the session as it is stored, while nothing else may use up its refresh token;
   * what it leaves is stored before its value is handed out. Without a session it gets null.
   */
  withSession<T>(task: Task<T, StoredSession | null>, signal?: AbortSignal): Promise<T>;
  /** As the keychain holds it. */
  session(signal?: AbortSignal): Promise<StoredSession | null>;
  /** Stores what makes Keyfob a client there, in place of whatever is stored. */
  enroll(client: StoredClient): Promise<void>;
  /** After the sign-out: gives the client back, too, and forgets it. */
  discard(): Promise<void>;
  signOut(): Promise<{ revoked: boolean }>;
  wake(): void;
  close(): Promise<void>;
}

export interface ConnectionOptions {
  readonly settings: ConnectionSettings;
  readonly provider: Provider;
  readonly ports: Ports;
  readonly publishSession: (view: SessionView) => void;
  readonly publishSignIn: (view: SignIn) => void;
  readonly onSignedIn: () => void;
  readonly onSignedOut: () => void;
  /** See FlowContext. */
  readonly afterwards: (work: Promise<void>) => void;
}

/** Joins the parts of one connection. Nothing is read or sent before `begin` or a call. */
export function createConnection(options: ConnectionOptions): Connection {
  const { provider, ports } = options;
  const { clock, random, log } = ports;
  let { settings } = options;
  const { name } = settings;
  /** Why the last session ended; gone with the next. */
  let endedBy: KeyfobError | undefined;
  /** A sign-in has succeeded, but its tokens are not in the keychain yet. */
  let arriving = false;
  let leaving: Promise<{ revoked: boolean }> | undefined;

  const notices = createNotices(name, ports.notifier, clock);
  const vault = createVault({
    key: name,
    provider: providerIdentity(settings),
    secrets: ports.secrets,
    clock,
    random,
    log,
    onChange() {
      renewal.schedule();
      publish();
      if (arriving && vault.unwritten() === undefined) arrived();
    },
  });
  const renewal = createRenewal({
    connection: name,
    provider,
    vault,
    clock,
    random,
    log,
    onEnded: sessionEnded,
    onExpiring: notices.expiring,
    onChange: () => publish(),
  });
  const signIns = createSignIns({
    settings: () => settings,
    provider,
    vault,
    clock,
    log,
    browser: ports.browser,
    adopt,
    afterwards: options.afterwards,
    publish: options.publishSignIn,
  });
  const tokens = createTokenSource({
    connection: name,
    provider,
    vault,
    renewal,
    clock,
    onNeeded: tellSignInRequired,
    onEnded: sessionEnded,
  });

  const wished = createWishedTokens({
    settings: () => settings,
    provider,
    vault,
    renewal,
    tokens,
    onNeeded: tellSignInRequired,
  });

  function view(): SessionView {
    // What went wrong before a session ended is of no use to whoever has to sign in now.
    const error = vault.error() ?? endedBy ?? renewal.error();
    const stored = vault.stored();
    return sessionView(stored, provider.now(), error, provider.warnings?.(stored ?? null));
  }

  function publish(): void {
    options.publishSession(view());
  }

  /** A person who is signing in or out right now knows. */
  function tellSignInRequired(): void {
    if (!signIns.pending() && leaving === undefined) notices.signInRequired();
  }

  function sessionEnded(why: KeyfobError): void {
    const session = vault.unwritten() ?? vault.stored();
    if (session?.tokens === undefined) return;
    log('warn', 'session_ended', { connection: name });
    endedBy = why;
    arriving = false;
    vault.dropTokens();
    options.onSignedOut();
    tellSignInRequired();
  }

  async function adopt(session: StoredSession): Promise<void> {
    // A refresh of the session before must not overwrite this one.
    renewal.reset();
    arriving = true;
    try {
      await vault.write(withTokens(vault.unwritten() ?? vault.stored() ?? null, session));
    } catch (thrown) {
      if (!arriving) throw thrown;
      const error = asKeyfobError(thrown);
      const kept =
        'The sign-in itself succeeded: it is kept in memory, and stored as soon as possible.';
      throw new KeyfobError(error.code, error.message, {
        hint: error.hint === undefined ? kept : `${error.hint} ${kept}`,
        details: error.details,
        cause: error,
      });
    }
  }

  function arrived(): void {
    arriving = false;
    endedBy = undefined;
    publish();
    notices.signedIn();
    options.onSignedIn();
  }

  async function leave(): Promise<{ revoked: boolean }> {
    await signIns.stop(signInCancelled(name, ' by signing out'));
    arriving = false;
    endedBy = undefined;
    try {
      return await endSession({ connection: name, provider, vault, renewal, clock, log });
    } finally {
      options.onSignedOut();
    }
  }

  function turnAwayLeaving(): void {
    if (leaving !== undefined) throw signedOut(name);
  }

  return {
    get settings() {
      return settings;
    },
    configure(changed) {
      settings = changed;
      provider.configure?.(changed);
      publish();
    },
    view,
    async begin() {
      await vault.read().catch(() => undefined);
    },
    async accessToken(signal) {
      turnAwayLeaving();
      return tokens.accessToken(signal);
    },
    async renewAfterRefusal(refused, signal) {
      turnAwayLeaving();
      return tokens.renewAfterRefusal(refused, signal);
    },
    async replaceToken(refused, signal) {
      turnAwayLeaving();
      await tokens.replace(refused, signal);
    },
    async startSignIn(input) {
      await leaving?.catch(() => undefined);
      return signIns.start(input);
    },
    async token(wish, signal) {
      turnAwayLeaving();
      return await wished.token(wish, signal);
    },
    async withSession(task, signal) {
      turnAwayLeaving();
      const stored = await unlessAborted(vault.read(), signal);
      if (stored?.tokens !== undefined)
        return await unlessAborted(renewal.exclusively(task), signal);
      // What it changes has to be stored, whether the caller still waits or not.
      const { value, session } = await task(stored, new AbortController().signal, vault.write);
      if (session !== null && session !== stored) await vault.write(session);
      return value;
    },
    session: async (signal) => await unlessAborted(vault.read(), signal),
    async enroll(client) {
      await vault.write({ version: 1, registrations: {}, client }, false);
    },
    async discard() {
      const session = await vault.read().catch(() => null);
      if (session !== null) await discardClient({ provider, clock, session });
      await vault.forget();
    },
    waitForSignIn: signIns.wait,
    answerSignIn: signIns.answer,
    cancelSignIn: signIns.cancel,
    signOut() {
      leaving ??= leave().finally(() => {
        leaving = undefined;
      });
      return leaving;
    },
    wake() {
      // A keychain that was locked when the helper started may be open by now.
      if (vault.stored() === undefined) vault.read().catch(() => undefined);
      vault.flush().catch(() => undefined);
      renewal.wake();
    },
    async close() {
      await signIns.stop(signInCancelled(name, ', since Keyfob stopped'));
      await renewal.close();
      await vault.close();
    },
  };
}
