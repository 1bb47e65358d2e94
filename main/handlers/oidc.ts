import { ownTokenName } from '../../shared/account.ts';
import type { CallContext } from '../../shared/commands.ts';
import { isKeyfobError, KeyfobError } from '../../shared/errors.ts';
import type { StoredRegistration, StoredSession } from '../connections/provider.ts';
import type { Task } from '../connections/renewal.ts';
import type { TypedToken } from '../oidc/token-exchange.ts';
import type { HandlersDeps, HandlersOf } from './deps.ts';

/** What one can ask an OpenID provider beside a sign-in. */
export function oidcHandlers(
  deps: HandlersDeps,
): HandlersOf<
  | 'oidc.userinfo'
  | 'oidc.introspect'
  | 'oidc.revoke'
  | 'oidc.exchange'
  | 'oidc.registration'
  | 'oidc.registration.update'
  | 'oidc.registration.delete'
> {
  const { connections, accounts, confirmations, accountsLoaded, wayTo } = deps;

  async function contextOf(connection: string, signal: AbortSignal) {
    const stored = await connections.session(connection, signal);
    return { stored, context: await wayTo(connection).context(stored, signal) };
  }

  /** Asks with the connection's access token, and once more with the next if that one was refused. */
  async function withAccessToken<T>(
    connection: string,
    ask: (accessToken: string) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const accessToken = await connections.accessToken(connection, signal);
    try {
      return await ask(accessToken);
    } catch (error) {
      if (!isKeyfobError(error, 'invalid_token', 'unauthorized')) throw error;
      return await ask(await connections.renewAfterRefusal(connection, accessToken, signal));
    }
  }

  async function ownToken(
    connection: string,
    kind: 'access' | 'id' | 'refresh',
    signal: AbortSignal,
  ): Promise<string> {
    if (kind !== 'refresh') return (await connections.token(connection, { kind }, signal)).token;
    await connections.accessToken(connection, signal);
    const refreshToken = (await connections.session(connection, signal))?.tokens?.refreshToken;
    if (refreshToken !== undefined) return refreshToken;
    throw new KeyfobError('not_offered', `${connection} has no refresh token.`, {
      hint: 'Have the provider allow one (often by the scope offline_access), then sign in again.',
    });
  }

  /** What comes of an exchange is as good as the connection's own token, so it asks as that does. */
  async function permitOwnToken(connection: string, context: CallContext): Promise<void> {
    if (context.caller !== 'socket') return;
    await accountsLoaded;
    const own = accounts.resolve(`${connection}/${ownTokenName}`);
    await confirmations.permit(own, context.client, context.signal);
  }

  /** Changes the stored registration; what the provider answers is stored before it is shown. */
  async function changeRegistration(
    connection: string,
    change: (
      registration: StoredRegistration,
      way: Awaited<ReturnType<typeof contextOf>>['context'],
      alive: AbortSignal,
    ) => Promise<StoredRegistration>,
    signal: AbortSignal,
  ) {
    const way = wayTo(connection);
    const { registrationView } = await import('../oidc/protocol.ts');
    return await connections.withSession(
      connection,
      async (session, alive) => {
        const registration = requireRegistration(connection, session);
        const context = await way.context(session, alive);
        const changed = await change(registration, context, alive);
        const next = withRegistration(session, changed);
        return { value: registrationView(way.settings(), next.client), session: next };
      },
      signal,
    );
  }

  return {
    async 'oidc.userinfo'({ connection }, { signal }) {
      wayTo(connection);
      const { readUserinfo } = await import('../oidc/protocol.ts');
      const { subject, claims } = await withAccessToken(
        connection,
        async (accessToken) => {
          const { stored, context } = await contextOf(connection, signal);
          const sub = stored?.tokens?.claims?.sub;
          const about = typeof sub === 'string' ? { subject: sub } : {};
          const clientItself = stored?.tokens?.flow === 'unattended';
          return await readUserinfo(context, { accessToken, ...about, clientItself }, signal);
        },
        signal,
      );
      return { claims, ...(subject === undefined ? {} : { subject }) };
    },

    async 'oidc.introspect'({ connection, token, kind }, { signal }) {
      wayTo(connection);
      const { introspectToken } = await import('../oidc/protocol.ts');
      const asked = token ?? (await ownToken(connection, kind, signal));
      const { context } = await contextOf(connection, signal);
      const hint = kind === 'access' ? 'access_token' : 'refresh_token';
      const { active, claims } = await introspectToken(context, { token: asked, hint }, signal);
      return { active, claims };
    },

    async 'oidc.revoke'({ connection, token, kind }, { signal }) {
      wayTo(connection);
      if (token === undefined && kind !== 'access') return await connections.signOut(connection);
      const { revokeToken } = await import('../oidc/protocol.ts');
      const hint = kind === undefined ? {} : { hint: `${kind}_token` as const };
      const revoked = token ?? (await connections.accessToken(connection, signal));
      const { context } = await contextOf(connection, signal);
      await revokeToken(context, { token: revoked, ...hint }, signal);
      // Nobody must get the dead one from now on.
      if (token === undefined) {
        await connections.renewAfterRefusal(connection, revoked, signal).catch(() => undefined);
      }
      return { revoked: true };
    },

    async 'oidc.exchange'({ connection, subject, own, actor, ...rest }, context) {
      const { signal } = context;
      wayTo(connection);
      if (subject === undefined) await permitOwnToken(connection, context);
      const { exchangeToken } = await import('../oidc/protocol.ts');
      const { requestedTokenType, scopes, audience, resource } = rest;
      const from: TypedToken = subject ?? {
        token: await ownToken(connection, own, signal),
        type: `${own}_token`,
      };
      const answer = await exchangeToken(
        (await contextOf(connection, signal)).context,
        {
          subject: from,
          ...(actor === undefined ? {} : { actor }),
          ...(requestedTokenType === undefined ? {} : { requestedTokenType }),
          ...(scopes === undefined ? {} : { scopes }),
          ...(audience === undefined ? {} : { audience }),
          ...(resource === undefined ? {} : { resource }),
        },
        signal,
      );
      return {
        token: answer.accessToken,
        tokenType: answer.tokenType,
        expiresAt: new Date(answer.expiresAt).toISOString(),
        ...(answer.issuedTokenType === undefined
          ? {}
          : { issuedTokenType: answer.issuedTokenType }),
        ...(answer.scope === undefined ? {} : { scope: [...answer.scope] }),
      };
    },

    async 'oidc.registration'({ connection, read }, { signal }) {
      const { readRegistration, registrationView } = await import('../oidc/protocol.ts');
      if (read) {
        return await changeRegistration(
          connection,
          async (registration, context, alive) => ({
            ...(await readRegistration(context, registration, alive)),
            request: registration.request,
          }),
          signal,
        );
      }
      const stored = await connections.session(connection, signal);
      return registrationView(wayTo(connection).settings(), stored?.client);
    },

    async 'oidc.registration.update'({ connection, changes }, { signal }) {
      const { updateRegistration } = await import('../oidc/protocol.ts');
      return await changeRegistration(
        connection,
        async (registration, context, alive) => {
          const merged = Object.entries({ ...registration.answer, ...changes });
          const metadata = Object.fromEntries(merged.filter(([, value]) => value !== null));
          const changed = await updateRegistration(context, registration, metadata, alive);
          return { ...changed, request: registration.request };
        },
        signal,
      );
    },

    async 'oidc.registration.delete'({ connection }, { signal }) {
      const { deleteRegistration } = await import('../oidc/protocol.ts');
      const way = wayTo(connection);
      requireRegistration(connection, await connections.session(connection, signal));
      // Its tokens die with it: said to the provider while it still knows who asks.
      await connections.signOut(connection);
      const task: Task<{ deleted: boolean }, StoredSession | null> = async (session, alive) => {
        const registration = requireRegistration(connection, session);
        const context = await way.context(session, alive);
        const deleted = await deleteRegistration(context, registration, alive);
        const { registration: _, ...client } = session?.client ?? {};
        return { value: { deleted }, session: { version: 1, registrations: {}, client } };
      };
      return await connections.withSession(connection, task, signal);
    },
  };
}

function requireRegistration(connection: string, session: StoredSession | null) {
  const registration = session?.client?.registration;
  if (registration !== undefined) return registration;
  throw new KeyfobError('not_found', `Keyfob has registered no client for ${connection}.`, {
    hint: 'Its client was entered by hand, or has not signed in yet. Change it at the provider.',
  });
}

function withRegistration(session: StoredSession | null, registration: StoredRegistration) {
  return {
    version: 1 as const,
    registrations: {},
    ...session,
    client: { ...session?.client, registration },
  };
}
