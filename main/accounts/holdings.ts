import {
  type Account,
  type AccountOf,
  type AwsAccount,
  isAwsAccount,
  type TokenAccount,
} from '../../shared/account.ts';
import { KeyfobError } from '../../shared/errors.ts';
import type { ConnectionSettings } from '../../shared/model.ts';
import { createAllowance } from '../allowance.ts';
import type { Ports } from '../ports.ts';
import { createIamTokenReach, createStsReach } from '../sts/reach.ts';
import { stsRegion } from '../sts/regions.ts';
import { type AssumeRoleParts, assumeRole, assumeRoleWithWebIdentity } from './assume-role.ts';
import { type AccountById, needsOf } from './chain.ts';
import type { IamToken, IamTokenParts } from './iam-token.ts';
import { createOwnTokens } from './own-tokens.ts';
import type { Prompts } from './prompts.ts';
import { fetchRoleCredentials } from './role-credentials.ts';
import type { AccessTokens, AccountSource, AwsCredentials, ConnectionTokens } from './source.ts';
import { createStock, type Order } from './stock.ts';
import {
  type AccountTokenWish,
  connectionWish,
  isBeyondIdToken,
  isOwnToken,
  tokenKey,
  tokenOrder,
} from './token-orders.ts';
import { usualRegion } from './usual-region.ts';

/** Credentials and tokens of accounts of every kind, got when asked for and kept while they last. */
export interface Holdings {
  /** Rejects with `sign_in_required`, `mfa_required`, and with what the account's kind can fail with. */
  credentials(account: AwsAccount, signal?: AbortSignal): Promise<AwsCredentials>;
  /** Synchronous and cheap. */
  cachedCredentials(account: AwsAccount): AwsCredentials | undefined;
  token(account: TokenAccount, wish: AccountTokenWish, signal?: AbortSignal): Promise<IamToken>;
  /** Synchronous and cheap. */
  cachedToken(account: TokenAccount, wish: AccountTokenWish): IamToken | undefined;
  /**
   * The time by which an account's credentials count, epoch milliseconds: AWS's, as far as known.
   */
  now(account: AwsAccount): number;
  /**
   * Somebody else's server refused this token: it is handed out no more where there may be a better
   * one. Does nothing for a token that is at hand no longer. Never rejects but by the signal.
   */
  refuse(
    account: TokenAccount,
    wish: AccountTokenWish,
    token: string,
    signal?: AbortSignal,
  ): Promise<void>;
  drop(connection: string): void;
  outdate(connection: string): void;
  forget(account: string): void;
  close(): void;
}

export interface HoldingsDeps {
  readonly ports: Ports;
  readonly tokens: AccessTokens & ConnectionTokens;
  readonly sourceFor: (connection: string) => AccountSource;
  readonly settingsOf: (connection: string) => ConnectionSettings;
  /** Something that changes with a connection's session; undefined where it is not signed in. */
  readonly sessionOf: (connection: string) => string | undefined;
  readonly prompts: Pick<Prompts, 'mfaCode'>;
  readonly byId: AccountById;
  /** Until when what an account was last lent lasts (epoch milliseconds); undefined: nothing is held. */
  readonly onChange: (account: string, expiresAt: number | undefined) => void;
}

/** A server that refuses even fresh tokens has them got anew no more than this often a minute. */
const refusalsPerMinute = 5;

/** Creates the holdings, empty. */
export function createHoldings(deps: HoldingsDeps): Holdings {
  const { ports, tokens, sourceFor, settingsOf, sessionOf, prompts, byId, onChange } = deps;
  const { clock, wake, log } = ports;
  const sts = createStsReach(ports);
  const iamTokens = createIamTokenReach(ports);
  const aws = createStock<AwsCredentials>({ clock, wake, log, onChange });
  const lent = createStock<IamToken>({
    clock,
    wake,
    log,
    // What was wished for beside is nothing to show.
    onChange(key, expiresAt) {
      if (byId(key) !== undefined) onChange(key, expiresAt);
    },
  });

  const nowOf = (connection: string) => sourceFor(connection).now();
  const ownTokens = createOwnTokens({ tokens, sessionOf, nowOf });
  const refusals = createAllowance(clock, refusalsPerMinute);

  const needed = (id: string): Account => {
    const account = byId(id);
    if (account !== undefined) return account;
    throw new KeyfobError('unknown_account', `There is no account ${id} any more.`, {
      hint: 'List the accounts with `keyfob accounts`.',
    });
  };

  const signing: Pick<AssumeRoleParts, 'credentials' | 'refuse'> = {
    async credentials(id, signal) {
      const account = needed(id);
      if (!isAwsAccount(account)) throw noKeys(account);
      return await aws.get(awsOrder(account), signal);
    },
    refuse: (id, credentials) => aws.refuse(id, credentials),
  };

  const iam: IamTokenParts = {
    ...signing,
    reach: iamTokens,
    async subjectToken(subject, signal) {
      const idToken = subject.token === 'id';
      if ('account' in subject) {
        const account = needed(subject.account);
        if (isAwsAccount(account)) throw noToken(account);
        return (await token(account, { idToken }, signal)).token;
      }
      const { connection } = subject;
      if (settingsOf(connection).kind === 'identity-center') {
        return await tokens.accessToken(connection, signal);
      }
      return (await tokens.token(connection, { kind: subject.token }, signal)).token;
    },
  };

  const assuming: AssumeRoleParts = {
    ...signing,
    sts,
    prompts,
    tokens,
    async identityContext(id, signal) {
      const account = needed(id);
      if (account.kind !== 'iam-token') throw noContext(account);
      const { identityContext } = await lent.get(orderOf(account, {}), signal);
      if (identityContext !== undefined) return identityContext;
      throw noContext(account);
    },
    refuseContext: (id) => lent.forget(id),
  };

  function regionOf(account: AccountOf<'aws-assumed-role' | 'aws-web-identity'>): string {
    return stsRegion(account.roleArn, usualRegion(account, settingsOf, needed));
  }

  function awsOrder(account: AwsAccount): Order<AwsCredentials> {
    const common = { ...needsOf(account, byId), key: account.id };
    if (account.kind === 'aws-role') {
      const source = sourceFor(account.connection);
      return {
        ...common,
        ahead: true,
        now: source.now,
        fetch: (signal) => fetchRoleCredentials(account, source, tokens, signal),
      };
    }
    const region = regionOf(account);
    const { now } = sts(region);
    if (account.kind === 'aws-web-identity') {
      return {
        ...common,
        ahead: true,
        now,
        fetch: (signal) => assumeRoleWithWebIdentity(account, region, assuming, signal),
      };
    }
    return {
      ...common,
      // A person is not asked for a code before a tool needs it.
      ahead: common.accounts.every((id) => !asksForCode(byId(id))),
      now,
      fetch: (signal) => assumeRole(account, region, assuming, signal),
    };
  }

  function orderOf(account: TokenAccount, wish: AccountTokenWish): Order<IamToken> {
    return tokenOrder(account, wish, { tokens, iam, nowOf, needs: needsOf(account, byId) });
  }

  async function token(
    account: TokenAccount,
    wish: AccountTokenWish,
    signal?: AbortSignal,
  ): Promise<IamToken> {
    if (account.kind === 'token' && isBeyondIdToken(account, wish)) throw fixedIdToken(account);
    // Its connection keeps it, renews it, and knows best which one is good now.
    if (account.kind === 'token' && isOwnToken(connectionWish(account, wish))) {
      return await ownTokens.get(account.connection, connectionWish(account, wish), signal);
    }
    return await lent.get(orderOf(account, wish), signal, wish.minTtlMs);
  }

  return {
    credentials: async (account, signal) => await aws.get(awsOrder(account), signal),
    cachedCredentials: (account) => aws.cached(account.id),
    token,
    cachedToken(account, wish) {
      if (account.kind === 'token') {
        if (isBeyondIdToken(account, wish)) return undefined;
        const asked = connectionWish(account, wish);
        if (isOwnToken(asked)) return ownTokens.cached(account.connection, asked);
      }
      return lent.cached(tokenKey(account, wish), wish.minTtlMs);
    },
    now: (account) => awsOrder(account).now(),
    async refuse(account, wish, refused, signal) {
      if (account.kind === 'token' && isOwnToken(connectionWish(account, wish))) {
        await tokens.replaceToken(account.connection, refused, signal);
        ownTokens.forget(account.connection);
        return;
      }
      const key = tokenKey(account, wish);
      const held = lent.cached(key);
      if (held?.token === refused && refusals.allow(key)) lent.refuse(key, held);
    },
    drop(connection) {
      ownTokens.forget(connection);
      aws.drop(connection);
      lent.drop(connection);
    },
    outdate(connection) {
      ownTokens.forget(connection);
      aws.outdate(connection);
      lent.outdate(connection);
    },
    forget(account) {
      aws.forget(account);
      lent.forget(account);
    },
    close() {
      aws.close();
      lent.close();
    },
  };
}

function asksForCode(account: Account | undefined): boolean {
  return account?.kind === 'aws-assumed-role' && account.mfaSerial !== undefined;
}

function noKeys({ path }: Account): KeyfobError {
  return new KeyfobError(
    'invalid_input',
    `${path} is a token: it can't sign for another account.`,
    {
      hint: 'Remove the account that names it as its source, and add it again with an AWS account.',
      details: { account: path },
    },
  );
}

function noToken({ path }: Account): KeyfobError {
  return new KeyfobError('invalid_input', `${path} has AWS credentials, not a token.`, {
    hint: 'Remove the account that names it as its subject, and add it again with a token account.',
    details: { account: path },
  });
}

function fixedIdToken({ path, connection }: Account): KeyfobError {
  return new KeyfobError(
    'invalid_input',
    `An ID token has the scopes and audience of ${connection}.`,
    {
      hint: 'Leave scope and audience out, or ask for an access token.',
      details: { account: path },
    },
  );
}

function noContext({ path }: Account): KeyfobError {
  return new KeyfobError('invalid_input', `${path} gives no identity context.`, {
    hint: 'The application must grant the scope `sts:identity_context`, and the account must not leave it out.',
    details: { account: path },
  });
}
