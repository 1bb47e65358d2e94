import type { AccountOf, TokenAccount } from '../../shared/account.ts';
import { ownTokenName } from '../../shared/account.ts';
import { KeyfobError } from '../../shared/errors.ts';
import { createIamToken, type IamToken, type IamTokenParts } from './iam-token.ts';
import type { ConnectionTokens, TokenWish } from './source.ts';
import type { Order } from './stock.ts';

/** What a tool wishes of a token account beside what the account says. */
export interface AccountTokenWish {
  readonly scope?: readonly string[] | undefined;
  readonly audience?: string | undefined;
  readonly minTtlMs?: number | undefined;
  readonly idToken?: boolean | undefined;
}

/** Everything that makes a difference to which token comes out. */
export function tokenKey(account: TokenAccount, wish: AccountTokenWish): string {
  const { scope, audience, idToken } = wish;
  if (scope === undefined && audience === undefined && idToken !== true) return account.id;
  return JSON.stringify([account.id, scope ?? null, audience ?? null, idToken === true]);
}

/** What is asked of the account's connection. */
export function connectionWish(account: AccountOf<'token'>, wish: AccountTokenWish): TokenWish {
  // The connection's own token has the connection's scopes already; asking for them is another.
  const own = account.name === ownTokenName ? undefined : account.scopes;
  const minTtl = wish.minTtlMs === undefined ? {} : { minTtlMs: wish.minTtlMs };
  // A refresh with a scope or an audience of its own yields an access token, never an ID token.
  if (meansIdToken(account, wish)) return { kind: 'id', ...minTtl };
  const scope = wish.scope ?? own;
  const audience = wish.audience ?? account.audience;
  return {
    kind: 'access',
    ...(scope === undefined ? {} : { scope }),
    ...(audience === undefined ? {} : { audience }),
    ...(account.resource === undefined ? {} : { resource: account.resource }),
    ...minTtl,
  };
}

/** Whether a wish is one that an ID token can't fulfil. */
export function isBeyondIdToken(account: AccountOf<'token'>, wish: AccountTokenWish): boolean {
  if (wish.scope === undefined && wish.audience === undefined) return false;
  return meansIdToken(account, wish);
}

function meansIdToken({ token }: AccountOf<'token'>, { idToken }: AccountTokenWish): boolean {
  return idToken === true || token === 'id';
}

/** True where the connection's own token is meant, which the connection keeps and renews itself. */
export function isOwnToken(wish: TokenWish): boolean {
  const { scope, audience, resource } = wish;
  return scope === undefined && audience === undefined && resource === undefined;
}

/** What a token's order is made with. */
export interface TokenOrderParts {
  readonly tokens: ConnectionTokens;
  readonly iam: IamTokenParts;
  /** A connection's time, epoch milliseconds. */
  readonly nowOf: (connection: string) => number;
  readonly needs: Pick<Order<IamToken>, 'accounts' | 'connections'>;
}

/** How a token account's token is got. Throws `invalid_input` for a wish that it can't be asked. */
export function tokenOrder(
  account: TokenAccount,
  wish: AccountTokenWish,
  { tokens, iam, nowOf, needs }: TokenOrderParts,
): Order<IamToken> {
  const common = { ...needs, key: tokenKey(account, wish) };
  if (account.kind === 'token') {
    // Got anew each time: how much of its life must be left is judged by whoever keeps it.
    const { minTtlMs: _, ...asked } = connectionWish(account, wish);
    return {
      ...common,
      ahead: true,
      now: () => nowOf(account.connection),
      fetch: (signal) => tokens.token(account.connection, asked, signal),
    };
  }
  if (wish.audience !== undefined) throw noAudience(account);
  return {
    ...common,
    ahead: true,
    now: () => iam.reach(account.region).now(),
    async fetch(signal) {
      const created = await createIamToken(account, wish.scope, iam, signal);
      if (wish.idToken !== true) return created;
      if (created.idToken === undefined) throw noIdToken(account);
      return { ...created, token: created.idToken };
    },
  };
}

function noAudience({ path }: TokenAccount): KeyfobError {
  return new KeyfobError('invalid_input', `${path} can't be asked for another audience.`, {
    hint: 'Its audience is the application that it was made for. Leave --audience out.',
    details: { account: path },
  });
}

function noIdToken({ path }: TokenAccount): KeyfobError {
  return new KeyfobError('not_offered', `${path} has no ID token.`, {
    hint: 'The application must grant the scope `openid`, and the account must not leave it out.',
    details: { account: path },
  });
}
