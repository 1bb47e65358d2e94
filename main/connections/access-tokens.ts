import { isKeyfobError, type KeyfobError } from '../../shared/errors.ts';
import { createAllowance } from '../allowance.ts';
import type { Clock } from '../ports.ts';
import { unlessAborted } from '../waiting.ts';
import type { Provider, StoredSession, Tokens } from './provider.ts';
import type { Renewal } from './renewal.ts';
import { clientRefused, refusedAnew, signedOut } from './session-errors.ts';
import { isRenewable } from './stored-session.ts';
import { handOutMarginMs } from './timing.ts';
import type { Vault } from './vault.ts';

/** The access token of one connection, for `AccessTokens` in ../accounts/source.ts. */
export interface TokenSource {
  accessToken(signal?: AbortSignal): Promise<string>;
  renewAfterRefusal(refused: string, signal?: AbortSignal): Promise<string>;
  /** As `ConnectionTokens.replaceToken` in ../accounts/source.ts. */
  replace(refused: string, signal?: AbortSignal): Promise<void>;
}

export interface TokenSourceOptions {
  readonly connection: string;
  readonly provider: Provider;
  readonly vault: Vault;
  readonly renewal: Renewal;
  readonly clock: Clock;
  /** A tool was turned away: tells the person, if there is no sign-in under way. */
  readonly onNeeded: () => void;
  /** The session is of no more use. */
  readonly onEnded: (why: KeyfobError) => void;
}

/** A provider that refuses even fresh tokens is not asked for more than this many a minute. */
const refusalsPerMinute = 5;

/** Creates the token source of a connection. */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { connection, provider, vault, renewal, clock, onNeeded, onEnded } = options;
  const refusals = createAllowance(clock, refusalsPerMinute);
  let refusedToken: string | undefined;
  /** The last one that was to be replaced, and when something has come of it. */
  let replacing: { readonly token: string; readonly done: Promise<void> } | undefined;

  function signInNeeded(why: KeyfobError = signedOut(connection)): KeyfobError {
    onNeeded();
    return why;
  }

  async function session(signal: AbortSignal | undefined): Promise<StoredSession | null> {
    const stored = vault.stored();
    const known = stored === undefined ? await unlessAborted(vault.read(), signal) : stored;
    const unwritten = vault.unwritten();
    if (known?.tokens !== undefined || unwritten?.tokens === undefined) return known;
    // A sign-in succeeded, but the keychain has not taken it yet: it may do so now.
    await unlessAborted(vault.flush(), signal);
    return vault.stored() ?? null;
  }

  /** How long the token can be handed out; negative if not at all. */
  function usableMs(tokens: Tokens | undefined): number {
    if (tokens === undefined || tokens.accessToken === refusedToken) return -1;
    return tokens.expiresAt - provider.now();
  }

  async function accessToken(signal?: AbortSignal): Promise<string> {
    signal?.throwIfAborted();
    const before = await session(signal);
    const tokens = before?.tokens;
    if (tokens === undefined) throw signInNeeded();
    if (usableMs(tokens) > handOutMarginMs(tokens)) return tokens.accessToken;
    if (!isRenewable(vault.unwritten() ?? before, provider.now())) return lastUse(tokens);
    try {
      await unlessAborted(renewal.renew(), signal);
    } catch (error) {
      if (signal?.aborted) throw error;
      return afterFailure(error);
    }
    const fresh = vault.stored()?.tokens;
    if (fresh === undefined || fresh.accessToken === refusedToken) throw signInNeeded();
    return fresh.accessToken;
  }

  /** No renewal in sight: the token serves to its last second. */
  function lastUse(tokens: Tokens): string {
    if (usableMs(tokens) > 0) return tokens.accessToken;
    const why = signedOut(connection);
    onEnded(why);
    throw signInNeeded(why);
  }

  /** Trouble on the way to the provider or the keychain is no reason to refuse a good token. */
  function afterFailure(error: unknown): string {
    const tokens = vault.stored()?.tokens;
    if (tokens !== undefined && usableMs(tokens) > 0) return tokens.accessToken;
    if (isKeyfobError(error, 'sign_in_required')) throw signInNeeded(error);
    if (isKeyfobError(error, 'invalid_client', 'unauthorized_client', 'invalid_scope')) {
      throw signInNeeded(clientRefused(connection, error));
    }
    throw error;
  }

  return {
    accessToken,
    async renewAfterRefusal(refused, signal) {
      const tokens = (await session(signal))?.tokens;
      if (tokens?.accessToken === refused && refusedToken !== refused) {
        if (!refusals.allow(connection)) throw refusedAnew(connection);
        refusedToken = refused;
      }
      return accessToken(signal);
    },
    async replace(refused, signal) {
      try {
        const known = await session(signal);
        const { accessToken: own, idToken } = known?.tokens ?? {};
        if (refused !== own && refused !== idToken) return;
        if (replacing?.token !== refused) {
          if (!isRenewable(vault.unwritten() ?? known, provider.now())) return;
          if (!refusals.allow(connection)) return;
          replacing = { token: refused, done: renewal.renew() };
          replacing.done.catch(() => {
            // Of a refresh that failed nothing has come: the next refusal may try again.
            if (replacing?.token === refused) replacing = undefined;
          });
        }
        await unlessAborted(replacing.done, signal);
      } catch (error) {
        // It may be good all the same, and whoever asks next is told what is wrong.
        if (signal?.aborted) throw error;
      }
    },
  };
}
