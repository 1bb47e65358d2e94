import type { IncomingMessage } from 'node:http';
import { KeyfobError } from '../../shared/errors.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { AwsCredentials } from '../accounts/source.ts';
import type { Asker } from './asker.ts';
import { prepareContainer, prepareCredentials } from './aws-credentials.ts';
import type { Route } from './dispatch.ts';
import type { Goods, HandOut } from './hand-out.ts';
import { createHolders } from './holders.ts';
import { createQueryReader } from './query.ts';
import { prepareToken, type TokenView } from './token-answer.ts';

export interface AccountRoutesDeps {
  readonly accounts: Pick<
    Accounts,
    'credentials' | 'cachedCredentials' | 'token' | 'cachedToken' | 'refuseToken'
  >;
  readonly handOut: HandOut;
}

/** What of an account leaves through the endpoint. */
export interface AccountRoutes {
  /** `GET /v1/aws/credentials?account=`, for `credential_process`. */
  readonly credentials: Route;
  /** `GET /v1/aws/container?account=`, for AWS_CONTAINER_CREDENTIALS_FULL_URI. */
  readonly container: Route;
  /** `GET /v1/token?account=&scope=&audience=&min_ttl=&id_token=&holder=`. */
  readonly token: Route;
}

/** The routes about accounts, the same behind every listener. `askerOf` says who asks there. */
export function accountRoutes(
  { accounts, handOut }: AccountRoutesDeps,
  askerOf: (request: IncomingMessage) => Asker,
): AccountRoutes {
  const readAccount = createQueryReader(['account']);
  const readToken = createQueryReader([
    ...['account', 'scope', 'audience', 'min_ttl', 'id_token', 'holder'],
  ]);
  const holders = createHolders();

  function awsRoute(more: Pick<Goods<AwsCredentials>, 'prepare' | 'impatient'>): Route {
    const goods: Goods<AwsCredentials> = {
      what: 'aws-credentials',
      cached(text) {
        const found = accounts.cachedCredentials(text);
        return found && { account: found.account, value: found.credentials };
      },
      async fetch(text, signal) {
        const { account, credentials } = await accounts.credentials(text, signal);
        return { account, value: credentials };
      },
      ...more,
    };
    return {
      method: 'GET',
      handle(request, response) {
        const text = readAccount(request.url ?? '').get('account');
        return handOut(goods, askerOf(request), text, response);
      },
    };
  }

  return {
    credentials: awsRoute({ prepare: prepareCredentials }),
    container: awsRoute({ prepare: prepareContainer, impatient: true }),
    token: {
      method: 'GET',
      handle(request, response) {
        const query = readToken(request.url ?? '');
        const wish = wishOf(query);
        const held = holders.of(holderOf(query), request.url ?? '');
        const goods: Goods<TokenView> = {
          what: 'token',
          cached(text) {
            const found = accounts.cachedToken(text, wish);
            if (found === undefined || found.token.token === held?.token) return undefined;
            return { account: found.account, value: found.token };
          },
          async fetch(text, signal) {
            // Who holds it and asks again has been refused with it.
            if (held?.token !== undefined) {
              await accounts.refuseToken(text, wish, held.token, signal);
            }
            const { account, token } = await accounts.token(text, wish, signal);
            return { account, value: token };
          },
          prepare(token) {
            held?.keep(token.token);
            return prepareToken(token);
          },
        };
        return handOut(goods, askerOf(request), query.get('account'), response);
      },
    },
  };
}

/** The process that keeps what it is given, as it says itself. */
function holderOf(query: ReadonlyMap<string, string>): string | undefined {
  const holder = query.get('holder');
  if (holder === undefined || /^[1-9]\d{0,9}$/.test(holder)) return holder;
  throw wrong('holder', 'the id of a process');
}

interface Wish {
  scope?: string[];
  audience?: string;
  minTtlMs?: number;
  idToken?: boolean;
}

/** Rejects with `invalid_input` what can't be meant. */
function wishOf(query: ReadonlyMap<string, string>): Wish {
  const wish: Wish = {};
  const scope = query.get('scope');
  if (scope !== undefined) {
    wish.scope = scope.split(' ').filter((one) => one !== '');
    // RFC 6749 section 3.3.
    if (!wish.scope.every((one) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(one))) {
      throw wrong('scope', 'scopes with blanks between them');
    }
  }
  const audience = query.get('audience');
  if (audience !== undefined) wish.audience = audience;
  const minTtl = query.get('min_ttl');
  if (minTtl !== undefined) {
    if (!/^\d{1,7}$/.test(minTtl)) throw wrong('min_ttl', 'seconds, such as 300');
    wish.minTtlMs = Number(minTtl) * 1_000;
  }
  const idToken = query.get('id_token');
  if (idToken !== undefined) {
    if (!['true', 'false', '1', '0'].includes(idToken)) throw wrong('id_token', 'true or false');
    wish.idToken = idToken === 'true' || idToken === '1';
  }
  return wish;
}

function wrong(name: string, expected: string): KeyfobError {
  return new KeyfobError('invalid_input', `Expected \`${name}\` to be ${expected}.`, {
    hint: `Mend \`${name}\` and try again.`,
  });
}
