import type { ServerResponse } from 'node:http';
import type { Account, ActivityKind } from '../../shared/model.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { Activity } from '../activity/activity.ts';
import { asAsked, outcomeOf } from '../activity/recorded.ts';
import type { Confirmations } from '../confirmations/confirmations.ts';
import type { Grants } from '../grants/grants.ts';
import { type PreparedAnswer, send } from './answers.ts';
import {
  type Asker,
  accountMeant,
  covers,
  grantInvalid,
  isRestricted,
  notCovered,
  resolveFor,
} from './asker.ts';
import { goneSignal } from './gone.ts';

export interface HandOutDeps {
  readonly accounts: Pick<Accounts, 'resolve'>;
  readonly confirmations: Pick<Confirmations, 'asks' | 'permit'>;
  readonly activity: Pick<Activity, 'record'>;
  readonly grants: Pick<Grants, 'again'>;
  /** Resolved once the accounts are known; requests for them wait for it. */
  readonly ready: Promise<void>;
}

interface Found<T> {
  readonly account: Account;
  readonly value: T;
}

/** One kind of thing that accounts give, and how it is answered. */
export interface Goods<T> {
  readonly what: ActivityKind;
  /** Synchronous: only what can be handed out at once. */
  cached(account: string | undefined): Found<T> | undefined;
  fetch(account: string | undefined, signal: AbortSignal): Promise<Found<T>>;
  prepare(value: T): PreparedAnswer;
  /** Whether those who ask hang up and ask again before a person can answer. */
  readonly impatient?: boolean;
}

/** Hands out what an account gives. */
export type HandOut = <T>(
  goods: Goods<T>,
  asker: Asker,
  account: string | undefined,
  response: ServerResponse,
) => void | Promise<void>;

/**
 * The one way by which credentials and tokens leave through the endpoint, whichever its listener:
 * the grant is looked at, the person asked where the account wants it, and all of it recorded.
 */
export function createHandOut(deps: HandOutDeps): HandOut {
  const { accounts, confirmations, activity, grants, ready } = deps;

  function note(
    { client, listener, grant }: Asker,
    what: ActivityKind,
    account: { readonly path: string | null; readonly connection: string | null },
    outcome: string,
  ): void {
    const { path, connection } = account;
    const who = { client: client.name, listener, grant: grant?.id };
    activity.record({ ...who, account: path, connection, what, outcome });
  }

  /** What was asked for, as far as it can be told. */
  function named(asker: Asker, text: string | undefined) {
    try {
      return resolveFor(asker, text, accounts);
    } catch {
      return { path: asAsked(text), connection: null };
    }
  }

  /** Throws `grant_invalid` or `not_allowed` where the grant has lost the account meanwhile. */
  function checkStill(
    { grant, ...asker }: Asker,
    account: Account,
    text: string | undefined,
  ): void {
    if (grant === undefined) return;
    const present = grants.again(grant);
    if (present === undefined) throw grantInvalid();
    if (!covers({ ...asker, grant: present }, account)) throw notCovered(text);
  }

  /** For whoever has to wait: for the catalogue, for the provider, or for a person. */
  async function slowly<T>(
    goods: Goods<T>,
    asker: Asker,
    text: string | undefined,
    response: ServerResponse,
  ): Promise<void> {
    const gone = goneSignal(response);
    try {
      await ready;
      // A grant for some accounts alone: first of all, whether it is for this one.
      const meant = isRestricted(asker) ? resolveFor(asker, text, accounts).id : text;
      let { account, value } = await goods.fetch(meant, gone);
      if (confirmations.asks(account.id)) {
        const { client } = asker;
        const wish = { impatient: goods.impatient ?? asker.listener === 'loopback' };
        await confirmations.permit(account, client, gone, wish);
        // It may have lapsed while the person thought about it.
        ({ account, value } = await goods.fetch(account.id, gone));
      }
      // Whoever took the grant back while this waited has been told that it ended at once.
      checkStill(asker, account, text);
      note(asker, goods.what, account, 'ok');
      send(response, goods.prepare(value));
    } catch (error) {
      if (!gone.aborted) note(asker, goods.what, named(asker, text), outcomeOf(error));
      throw error;
    }
  }

  return (goods, asker, text, response) => {
    const cached = goods.cached(accountMeant(asker, text));
    if (cached === undefined || confirmations.asks(cached.account.id)) {
      return slowly(goods, asker, text, response);
    }
    if (!covers(asker, cached.account)) {
      note(asker, goods.what, named(asker, text), 'not_allowed');
      throw notCovered(text);
    }
    note(asker, goods.what, cached.account, 'ok');
    return send(response, goods.prepare(cached.value));
  };
}
