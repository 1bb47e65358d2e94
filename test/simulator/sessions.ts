import type { Context } from './context.ts';
import { oidcException } from './exceptions.ts';

/** A signed-in session: the family of tokens that one consent began. */
export interface Session {
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** False for client credentials, where no person is present. */
  readonly hasUser: boolean;
  readonly renewable: boolean;
  /** Epoch milliseconds. */
  readonly endsAt: number;
  ended: boolean;
}

interface RefreshToken {
  readonly value: string;
  readonly session: Session;
  readonly predecessor: RefreshToken | undefined;
  readonly successors: RefreshToken[];
  dead: boolean;
}

export interface AccessToken {
  readonly value: string;
  readonly session: Session;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  readonly refresh: RefreshToken | undefined;
}

export interface IssuedTokens {
  readonly accessToken: string;
  readonly expiresIn: number;
  readonly refreshToken?: string;
}

export interface Sessions {
  open(options: Pick<Session, 'clientId' | 'scopes' | 'hasUser' | 'renewable'>): {
    session: Session;
    tokens: IssuedTokens;
  };
  /** Throws InvalidGrantException. */
  refresh(token: string, clientId: string): { session: Session; tokens: IssuedTokens };
  /** The live access token of this value; using it confirms the refresh token that came with it. */
  use(accessToken: string): AccessToken | undefined;
  /** As `use`, but tells an expired token from an unknown one and confirms nothing. */
  inspect(accessToken: string): 'live' | 'expired' | 'unknown';
  end(session: Session): void;
  endAll(): void;
}

export function createSessions(context: Context): Sessions {
  const accessTokens = new Map<string, AccessToken>();
  const refreshTokens = new Map<string, RefreshToken>();
  const sessions: Session[] = [];

  const isOver = (session: Session) => session.ended || context.now() >= session.endsAt;

  function issue(session: Session, refresh: RefreshToken | undefined): IssuedTokens {
    const now = context.now();
    const expiresAt = Math.min(
      now + context.switches.lifetimes.accessSeconds * 1000,
      session.endsAt,
    );
    const value = context.mint.accessToken();
    accessTokens.set(value, { value, session, expiresAt, refresh });
    return {
      accessToken: value,
      expiresIn: Math.max(1, Math.floor((expiresAt - now) / 1000)),
      ...(refresh === undefined ? {} : { refreshToken: refresh.value }),
    };
  }

  function addRefreshToken(session: Session, predecessor: RefreshToken | undefined): RefreshToken {
    const token: RefreshToken = {
      value: context.mint.refreshToken(),
      session,
      predecessor,
      successors: [],
      dead: false,
    };
    predecessor?.successors.push(token);
    refreshTokens.set(token.value, token);
    return token;
  }

  /** The client has shown that it holds this token: what it replaces, and its rivals, may go. */
  function confirm(token: RefreshToken | undefined): void {
    if (token?.predecessor === undefined || context.switches.rotation === 'off') return;
    token.predecessor.dead = true;
    for (const rival of token.predecessor.successors) if (rival !== token) rival.dead = true;
  }

  return {
    open(options) {
      const session: Session = {
        ...options,
        endsAt: context.now() + context.switches.lifetimes.refreshSeconds * 1000,
        ended: false,
      };
      sessions.push(session);
      const refresh = session.renewable ? addRefreshToken(session, undefined) : undefined;
      return { session, tokens: issue(session, refresh) };
    },

    refresh(value, clientId) {
      const token = refreshTokens.get(value);
      const { rotation, refreshTokenInAnswer } = context.switches;
      if (token === undefined || token.session.clientId !== clientId || isOver(token.session)) {
        throw oidcException('InvalidGrantException', 'Invalid refresh token provided');
      }
      if (token.dead) {
        // RFC 9700 §4.14.2: somebody holds a copy, so the whole family ends.
        if (rotation === 'strict') token.session.ended = true;
        throw oidcException('InvalidGrantException', 'Invalid refresh token provided');
      }
      confirm(token);
      if (rotation === 'strict') token.dead = true;
      const next = rotation === 'off' ? token : addRefreshToken(token.session, token);
      const { refreshToken, ...rest } = issue(token.session, next);
      const named = rotation !== 'off' || refreshTokenInAnswer;
      return {
        session: token.session,
        tokens: named && refreshToken !== undefined ? { ...rest, refreshToken } : rest,
      };
    },

    use(value) {
      const token = accessTokens.get(value);
      if (token === undefined || isOver(token.session) || context.now() >= token.expiresAt) {
        return undefined;
      }
      confirm(token.refresh);
      return token;
    },

    inspect(value) {
      const token = accessTokens.get(value);
      if (token === undefined || token.session.ended) return 'unknown';
      return context.now() >= token.expiresAt || isOver(token.session) ? 'expired' : 'live';
    },

    end(session) {
      session.ended = true;
    },
    endAll() {
      for (const session of sessions) session.ended = true;
    },
  };
}
