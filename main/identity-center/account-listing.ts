import { isKeyfobError } from '../../shared/errors.ts';
import type { AccountSource, ListedAccount } from '../accounts/source.ts';
import type { Clock, Random } from '../ports.ts';
import { pause } from '../waiting.ts';
import type { Limiter } from './limiter.ts';
import { pagesOf } from './pagination.ts';
import type { PortalAccount, PortalCall, PortalClient } from './portal-client.ts';

/** Tries of one request, when the network or the portal itself fails. */
const tries = 5;
const firstPauseMs = 1_000;

type Listing = Parameters<AccountSource['list']>[0] & {
  readonly portal: PortalClient;
  readonly limiter: Limiter;
  readonly clock: Clock;
  readonly random: Random;
};

/**
 * Lists every AWS account and its roles: the role listings start with the first page, and run side
 * by side. Of an account whose roles the portal will not tell (403, 404), none are known; only if
 * it tells none at all does the listing fail for that.
 */
export async function listAccounts(listing: Listing): Promise<void> {
  const { portal, onAccount } = listing;
  const ended = new AbortController();
  const onAbort = () => ended.abort(listing.signal.reason);
  if (listing.signal.aborted) onAbort();
  else listing.signal.addEventListener('abort', onAbort, { once: true });

  const ask = <T>(request: (call: PortalCall) => Promise<T>) =>
    call(listing, ended.signal, request);
  const refused: { account: PortalAccount; error: unknown }[] = [];
  const running: Promise<void>[] = [];
  let told = 0;

  async function listRoles(account: PortalAccount): Promise<void> {
    const { accountId } = account;
    const roles: string[] = [];
    try {
      for await (const page of pagesOf('ListAccountRoles', (token) =>
        ask((call) => portal.listAccountRoles(call, accountId, token)),
      )) {
        roles.push(...page);
      }
    } catch (error) {
      if (!isKeyfobError(error, 'forbidden', 'not_found')) throw error;
      refused.push({ account, error });
      return;
    }
    told++;
    onAccount(
      accountId,
      roles.map((roleName) => listed(account, roleName)),
    );
  }

  try {
    for await (const page of pagesOf('ListAccounts', (token) =>
      ask((call) => portal.listAccounts(call, token)),
    )) {
      for (const account of page) {
        const roles = listRoles(account);
        // The first failure ends the others, and the pages too.
        roles.catch((error: unknown) => ended.abort(error));
        running.push(roles);
      }
    }
    await Promise.all(running);
    const [first] = refused;
    if (first !== undefined && told === 0) throw first.error;
    for (const { account } of refused) onAccount(account.accountId, []);
  } catch (error) {
    ended.abort(error);
    await Promise.allSettled(running);
    throw error;
  } finally {
    listing.signal.removeEventListener('abort', onAbort);
  }
}

/** One request: in its turn, with a token that works, and again if it failed on the way. */
async function call<T>(
  listing: Listing,
  signal: AbortSignal,
  request: (call: PortalCall) => Promise<T>,
): Promise<T> {
  const { accessToken, renew, limiter, clock, random } = listing;

  async function authorised(): Promise<T> {
    const token = await accessToken();
    // One attempt: refusals are the limiter's to carry, and failures are repeated below.
    const once = { signal, attempts: 1 };
    try {
      return await request({ ...once, accessToken: token });
    } catch (error) {
      if (!isKeyfobError(error, 'unauthorized')) throw error;
      return await request({ ...once, accessToken: await renew(token) });
    }
  }

  for (let number = 1; ; number++) {
    try {
      return await limiter.run(authorised, signal);
    } catch (error) {
      const passing = isKeyfobError(
        error,
        'network_error',
        'timeout',
        'server_error',
        'response_truncated',
      );
      if (!passing || number >= tries || signal.aborted) throw error;
      const jitter = 0.75 + random.fraction() / 2;
      await pause(clock, firstPauseMs * 2 ** (number - 1) * jitter, signal);
    }
  }
}

function listed(account: PortalAccount, roleName: string): ListedAccount {
  return {
    accountId: account.accountId,
    accountName: account.accountName ?? '',
    ...(account.emailAddress === undefined ? {} : { emailAddress: account.emailAddress }),
    roleName,
  };
}
