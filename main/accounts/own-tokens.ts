import type { ConnectionTokens, TokenCredentials, TokenWish } from './source.ts';

/** The connections' own tokens, each as its connection last gave it out. */
export interface OwnTokens {
  /** Rejects as `ConnectionTokens.token`. */
  get(connection: string, wish: TokenWish, signal?: AbortSignal): Promise<TokenCredentials>;
  /** The one given out last, while it is still the session's. Synchronous and cheap. */
  cached(connection: string, wish: TokenWish): TokenCredentials | undefined;
  forget(connection: string): void;
}

/** With less than this left, the connection may have something better. */
const marginMs = 60_000;

/** Remembers what the connections gave out; their own keeping and renewing is left to them. */
export function createOwnTokens({
  tokens,
  sessionOf,
  nowOf,
}: {
  readonly tokens: ConnectionTokens;
  /** Something that changes with the session; undefined where nobody is signed in. */
  readonly sessionOf: (connection: string) => string | undefined;
  readonly nowOf: (connection: string) => number;
}): OwnTokens {
  const given = new Map<string, { readonly token: TokenCredentials; readonly session: string }>();
  const keyOf = (connection: string, { kind }: TokenWish) => `${connection}/${kind}`;

  return {
    async get(connection, wish, signal) {
      const token = await tokens.token(connection, wish, signal);
      const session = sessionOf(connection);
      if (session !== undefined) given.set(keyOf(connection, wish), { token, session });
      return token;
    },
    cached(connection, wish) {
      const known = given.get(keyOf(connection, wish));
      if (known === undefined || known.session !== sessionOf(connection)) return undefined;
      const left = known.token.expiresAt - nowOf(connection);
      return left > Math.max(marginMs, wish.minTtlMs ?? 0) ? known.token : undefined;
    },
    forget(connection) {
      for (const key of [...given.keys()]) if (key.startsWith(`${connection}/`)) given.delete(key);
    },
  };
}
