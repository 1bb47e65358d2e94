import { KeyfobError } from '../../shared/errors.ts';
import type { ConnectionSettings } from '../../shared/model.ts';
import type { TokenCredentials, TokenWish } from '../accounts/source.ts';
import { unlessAborted } from '../waiting.ts';
import type { TokenSource } from './access-tokens.ts';
import type { Provider, StoredSession, Tokens } from './provider.ts';
import type { Renewal, Task } from './renewal.ts';
import { signedOut } from './session-errors.ts';
import { isRenewable } from './stored-session.ts';
import { handOutMarginMs, lifetimeMs } from './timing.ts';
import type { Vault } from './vault.ts';

/** The tokens of one OpenID connection as tools wish them, for `ConnectionTokens`. */
export interface WishedTokens {
  token(wish: TokenWish, signal?: AbortSignal): Promise<TokenCredentials>;
}

export interface WishedTokensOptions {
  readonly settings: () => ConnectionSettings;
  readonly provider: Provider;
  readonly vault: Vault;
  readonly renewal: Renewal;
  readonly tokens: TokenSource;
  /** A tool was turned away: tells the person. */
  readonly onNeeded: () => void;
}

/** What a provider leaves between asking for a new ID token and having none, in milliseconds. */
const idTokenMarginMs = 60_000;

/** Creates the source of wished tokens of a connection. */
export function createWishedTokens(options: WishedTokensOptions): WishedTokens {
  const { settings, provider, vault, renewal, tokens, onNeeded } = options;

  function issuer(): string {
    const own = settings();
    if (own.kind === 'oidc') return own.issuer;
    throw new KeyfobError('invalid_input', `${own.name} has no tokens to hand out.`, {
      hint: 'An IAM Identity Center gives AWS credentials: `keyfob credential-process`, `keyfob exec`.',
    });
  }

  function current(): StoredSession & { readonly tokens: Tokens } {
    const session = vault.stored();
    if (session?.tokens === undefined) throw needed();
    return { ...session, tokens: session.tokens };
  }

  function needed(): KeyfobError {
    onNeeded();
    return signedOut(settings().name);
  }

  /** Renews for a caller to whom what there is will do if that fails. */
  async function tryToRenew(signal: AbortSignal | undefined): Promise<void> {
    try {
      await unlessAborted(renewal.renew(), signal);
    } catch (error) {
      if (signal?.aborted) throw error;
    }
  }

  async function own(
    minTtlMs: number,
    iss: string,
    signal: AbortSignal | undefined,
  ): Promise<TokenCredentials> {
    await tokens.accessToken(signal);
    const session = current();
    const lasts = session.tokens.expiresAt - provider.now();
    // A new one would last no longer than this one did when it was new.
    const better = lifetimeMs(session.tokens) - handOutMarginMs(session.tokens);
    if (lasts < Math.min(minTtlMs, better) && isRenewable(session, provider.now())) {
      await tryToRenew(signal);
    }
    const { accessToken, tokenType = 'Bearer', expiresAt, obtainedAt, scope } = current().tokens;
    return {
      token: accessToken,
      tokenType,
      expiresAt,
      obtainedAt,
      issuer: iss,
      ...(scope === undefined ? {} : { scope }),
    };
  }

  async function identity(
    minTtlMs: number,
    iss: string,
    signal: AbortSignal | undefined,
  ): Promise<TokenCredentials> {
    await tokens.accessToken(signal);
    const before = current();
    const wanted = provider.now() + Math.max(minTtlMs, idTokenMarginMs);
    // Where the last refresh brought no newer one, the next would not either.
    const stale = expiryOf(before.tokens) < wanted;
    const hope = before.tokens.obtainedAt < expiryOf(before.tokens) - idTokenMarginMs;
    if (stale && hope && isRenewable(before, provider.now())) await tryToRenew(signal);
    const now = current().tokens;
    const { idToken, obtainedAt } = now;
    if (idToken === undefined) throw noIdToken(settings().name);
    const expiresAt = expiryOf(now);
    if (expiresAt <= provider.now()) {
      onNeeded();
      throw idTokenLapsed(settings().name);
    }
    return { token: idToken, tokenType: 'Bearer', expiresAt, obtainedAt, issuer: iss };
  }

  async function special(
    wish: TokenWish,
    signal: AbortSignal | undefined,
  ): Promise<TokenCredentials> {
    const { name } = settings();
    const obtain = provider.token?.bind(provider);
    if (obtain === undefined) throw notOffered(name);
    await unlessAborted(vault.read(), signal);
    if (vault.stored()?.tokens === undefined) await tokens.accessToken(signal);
    if (!isRenewable(vault.unwritten() ?? current(), provider.now())) throw notOffered(name);
    const task: Task<TokenCredentials> = async (session, alive, keep) => {
      const { token, session: left } = await obtain(session, wish, alive, keep);
      return { value: token, session: left };
    };
    return await unlessAborted(renewal.exclusively(task), signal);
  }

  return {
    async token(wish, signal) {
      signal?.throwIfAborted();
      const iss = issuer();
      const { minTtlMs = 0 } = wish;
      if (isSpecial(wish)) return await special(wish, signal);
      return wish.kind === 'id'
        ? await identity(minTtlMs, iss, signal)
        : await own(minTtlMs, iss, signal);
    },
  };
}

/** What a refresh with these yields is an access token, whatever else was meant. */
function isSpecial({ kind, scope, audience, resource }: TokenWish): boolean {
  if (kind === 'id') return false;
  return scope !== undefined || audience !== undefined || resource !== undefined;
}

/** When the ID token ends; its `exp` counts seconds. */
function expiryOf({ claims, expiresAt }: Pick<Tokens, 'claims' | 'expiresAt'>): number {
  return typeof claims?.exp === 'number' ? claims.exp * 1000 : expiresAt;
}

function noIdToken(connection: string): KeyfobError {
  return new KeyfobError('not_offered', `${connection} has no ID token.`, {
    hint: 'Add the scope `openid` to the connection and sign in again. A grant without a person yields none.',
  });
}

function idTokenLapsed(connection: string): KeyfobError {
  return new KeyfobError('sign_in_required', `The ID token of ${connection} has run out.`, {
    hint: `The provider gives a new one at a sign-in alone. Run \`keyfob login ${connection}\`.`,
  });
}

function notOffered(connection: string): KeyfobError {
  return new KeyfobError(
    'not_offered',
    `${connection} can't get a token of another scope or audience.`,
    {
      hint: `Its session has no refresh token. Have the provider allow one (often by the scope \`offline_access\`), then sign in again; \`keyfob connection show ${connection}\` says more.`,
    },
  );
}
