import { ownFlowOf } from '../../shared/connection.ts';
import { isKeyfobError, type KeyfobError } from '../../shared/errors.ts';
import type { Keep, Provider, StoredSession, Tokens } from '../connections/provider.ts';
import type { OidcContext, TokenAnswer } from './context.ts';
import { withWishedScopes } from './rewording.ts';
import {
  scopesOf,
  sessionOver,
  signedIn,
  subjectOf,
  tokensFrom,
  whileSigningIn,
} from './session-tokens.ts';
import type { TokenTarget } from './target.ts';
import { warningsFor } from './warnings.ts';
import type { Way } from './way.ts';

/**
 * Any OpenID provider, or OAuth 2.0 authorization server, as a provider of connections.
 *
 * A refresh that fails because the provider knows a client that it registered itself no more
 * rejects with `invalid_grant`: its tokens died with it, and the next sign-in registers anew. A
 * client that was entered by hand can be mended by hand: then the session is kept.
 */
export function createOidcProvider(way: Way): Provider {
  const { settings, serverClock } = way;

  function targetFor(context: OidcContext): TokenTarget {
    const { audience, resource } = settings();
    return {
      scopes: scopesOf(settings(), context.server),
      ...(audience === undefined ? {} : { audience: [audience] }),
      ...(resource === undefined ? {} : { resource }),
    };
  }

  /** The grant that needs nobody. */
  async function unattended(
    context: OidcContext,
    target: TokenTarget,
    signal: AbortSignal,
  ): Promise<TokenAnswer> {
    const { clientCredentialsGrant, jwtBearerGrant } = await import('./protocol.ts');
    const { grant, username } = settings();
    if (grant !== 'jwt-bearer') return await clientCredentialsGrant(context, target, signal);
    const subject = username === undefined ? {} : { subject: username };
    return await jwtBearerGrant(context, { ...target, ...subject }, signal);
  }

  async function signInUnattended(
    stored: StoredSession | null,
    signal: AbortSignal,
  ): Promise<StoredSession> {
    return await way.asClient(
      stored,
      async (context, client) => {
        const target = targetFor(context);
        const answer = await unattended(context, target, signal);
        const asked = target.scopes ?? [];
        return signedIn(client, tokensFrom(answer, { flow: 'unattended', asked }));
      },
      signal,
    );
  }

  /** A refresh, narrowed or not; the rotated refresh token is kept as soon as it is here. */
  async function refreshed(
    stored: StoredSession,
    narrowing: { scope?: readonly string[]; audience?: string; resource?: readonly string[] },
    signal: AbortSignal,
    keep: Keep | undefined,
  ): Promise<{ readonly answer: TokenAnswer; readonly tokens: Tokens }> {
    const { tokens } = stored;
    if (tokens?.refreshToken === undefined) throw sessionOver('it has no refresh token');
    const { refreshToken } = tokens;
    const previous = subjectOf(tokens);
    const { refreshTokens } = await import('./protocol.ts');
    try {
      const answer = await refreshTokens(
        await way.context(stored, signal),
        {
          refreshToken,
          ...(previous === undefined ? {} : { previous }),
          ...narrowing,
          async keep(arrived) {
            if (arrived === refreshToken) return;
            await keep?.({ ...stored, tokens: { ...tokens, refreshToken: arrived } });
          },
        },
        signal,
      );
      return { answer, tokens };
    } catch (error) {
      throw endOf(stored, error) ?? error;
    }
  }

  function endOf(stored: StoredSession, error: unknown): KeyfobError | undefined {
    if (isKeyfobError(error, 'subject_mismatch')) {
      return sessionOver('the provider answered for somebody else', error);
    }
    const registered = settings().clientId === undefined && stored.client !== undefined;
    if (!registered || !isKeyfobError(error, 'invalid_client')) return undefined;
    way.doubt(stored.client ?? {});
    return sessionOver('the provider does not know its client registration', error);
  }

  return {
    now: () => serverClock.now(),
    configure: (changed) => {
      if (changed.kind === 'oidc') way.configure(changed);
    },
    redirectUri: () => settings().redirectUri,

    async beginBrowser(stored, redirectUri, signal) {
      const { beginAuthorization, offersOf } = await import('./protocol.ts');
      return await way.asClient(
        stored,
        async (context, client) => {
          const asked = scopesOf(settings(), context.server);
          const wishes = { ...settings(), scopes: asked };
          const request = await beginAuthorization(context, { wishes, redirectUri }, signal);
          if (stored?.client?.registration === client.registration) way.doubt(client);
          const redeem = request.redeem;
          return {
            authorizationUrl: request.authorizationUrl,
            state: request.state,
            offersDevice: offersOf(context.server).device,
            session: whileSigningIn(stored, client),
            refusal: request.refusal,
            async redeem(answer, alive) {
              const tokens = await redeem(answer, alive);
              way.trust(client);
              return signedIn(client, tokensFrom(tokens, { flow: 'browser', asked }));
            },
          };
        },
        signal,
      );
    },

    async beginDevice(stored, signal) {
      const { beginDeviceAuthorization } = await import('./protocol.ts');
      return await way.asClient(
        stored,
        async (context, client) => {
          const asked = scopesOf(settings(), context.server);
          const wishes = { ...settings(), scopes: asked };
          const { poll, ...device } = await beginDeviceAuthorization(context, wishes, signal);
          return {
            ...device,
            session: whileSigningIn(stored, client),
            poll: async (alive) =>
              signedIn(client, tokensFrom(await poll(alive), { flow: 'device', asked })),
          };
        },
        signal,
      );
    },

    async signInByForm(stored, ask, signal) {
      const { signInByForm } = await import('./protocol.ts');
      // Registered before anybody is asked: what is entered must not be sent twice.
      const ready = await way.asClient(
        stored,
        async (context, client) => ({ context, client }),
        signal,
      );
      const { context, client } = ready;
      const target = targetFor(context);
      const answer = await signInByForm(context, settings(), target, ask, signal);
      return signedIn(client, tokensFrom(answer, { flow: 'form', asked: target.scopes ?? [] }));
    },
    signInUnattended,

    async refresh(stored, signal, keep) {
      if (stored.tokens?.flow === 'unattended') return await signInUnattended(stored, signal);
      const { answer, tokens } = await refreshed(stored, {}, signal, keep);
      const { flow } = tokens;
      const asked = settings().scopes;
      return { ...stored, tokens: tokensFrom(answer, { flow, asked, before: tokens }) };
    },

    async token(stored, { scope, audience, resource }, signal, keep) {
      const wish = {
        ...(scope === undefined ? {} : { scope }),
        ...(audience === undefined ? {} : { audience }),
        ...(resource === undefined ? {} : { resource }),
      };
      if (stored.tokens?.flow === 'unattended') {
        const context = await way.context(stored, signal);
        const usual = targetFor(context);
        const target = {
          ...usual,
          ...(scope === undefined ? {} : { scopes: scope }),
          ...(audience === undefined ? {} : { audience: [audience] }),
          ...(resource === undefined ? {} : { resource }),
        };
        const answer = await unattended(context, target, signal);
        return { token: handedOut(answer, target.scopes), session: stored };
      }
      const { answer, tokens } = await withWishedScopes(settings(), scope, () =>
        refreshed(stored, wish, signal, keep),
      );
      const { refreshToken = tokens.refreshToken } = answer;
      const unchanged = refreshToken === tokens.refreshToken;
      // The connection's own tokens stay as they are, but for the refresh token.
      const session = unchanged
        ? stored
        : {
            ...stored,
            tokens: { ...tokens, ...(refreshToken === undefined ? {} : { refreshToken }) },
          };
      return { token: handedOut(answer, scope ?? tokens.scope), session };
    },

    async revoke(stored, signal) {
      const { tokens } = stored;
      if (tokens === undefined) return true;
      const { revokeSession } = await import('./protocol.ts');
      try {
        await revokeSession(await way.context(stored, signal), tokens, signal);
        return true;
      } catch (error) {
        if (!isKeyfobError(error)) throw error;
        return false;
      }
    },

    keepsClient: true,
    async discard(stored, signal) {
      const registration = stored.client?.registration;
      if (registration === undefined || settings().clientId !== undefined) return;
      const { returnRegistration } = await import('./protocol.ts');
      const context = await way.context(stored, signal).catch(() => undefined);
      if (context !== undefined) await returnRegistration(context, registration, signal);
    },
    warnings: (stored) => warningsFor(settings(), stored, ownFlowOf(settings())),
  };

  function handedOut(answer: TokenAnswer, asked: readonly string[] | undefined) {
    const scope = answer.scope ?? asked;
    return {
      token: answer.accessToken,
      tokenType: answer.tokenType,
      expiresAt: answer.expiresAt,
      obtainedAt: answer.obtainedAt,
      issuer: settings().issuer,
      ...(scope === undefined ? {} : { scope }),
    };
  }
}
