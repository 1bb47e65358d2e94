import { z } from 'zod';
import { KeyfobError } from '../../shared/errors.ts';
import type { Ports } from '../ports.ts';
import { parseRetryAfter } from '../upstream/retry.ts';
import type { ServerClock, Upstream, UpstreamRequest } from '../upstream.ts';
import { readAnswer } from './answers.ts';
import { serviceUrl } from './endpoints.ts';
import { type Exchange, failureFrom } from './errors.ts';

/** The member that AWS's pages end with; absent, null or empty on the last one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken: string | undefined;
}

export interface PortalAccount {
  readonly accountId: string;
  /** Missing in practice, although the model has it. */
  readonly accountName: string | undefined;
  readonly emailAddress: string | undefined;
}

/** All secret but the expiry. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Epoch milliseconds. */
  readonly expiration: number;
}

export interface PortalCall {
  readonly accessToken: string;
  readonly signal?: AbortSignal | undefined;
  /** As of UpstreamRequest. */
  readonly attempts?: number;
}

/**
 * The AWS access portal (SSO API 2019-06-10; REST-JSON, unsigned). All calls reject with
 * `unauthorized` (401), `forbidden` (403, which the model does not know), `not_found` (404),
 * `too_many_requests` (429; details.retryAfterSeconds where the portal said so),
 * `invalid_request` (400), `server_error`, those of answers.ts and of Upstream.
 */
export interface PortalClient {
  listAccounts(call: PortalCall, nextToken?: string): Promise<Page<PortalAccount>>;
  listAccountRoles(call: PortalCall, accountId: string, nextToken?: string): Promise<Page<string>>;
  getRoleCredentials(
    call: PortalCall,
    account: { readonly accountId: string; readonly roleName: string },
  ): Promise<RoleCredentials>;
  /** Ends the session that the access token belongs to. */
  logout(call: PortalCall): Promise<void>;
}

export interface PortalClientDeps {
  readonly region: string;
  readonly env: Ports['env'];
  readonly upstream: Upstream;
  readonly serverClock: ServerClock;
}

/** The most that the portal gives at once. */
const pageSize = '100';

/** Creates the client of one region's portal. */
export function createPortalClient(deps: PortalClientDeps): PortalClient {
  const { region, env, upstream, serverClock } = deps;

  async function exchange(
    operation: string,
    method: UpstreamRequest['method'],
    pathAndQuery: string,
    { accessToken, signal, attempts }: PortalCall,
  ): Promise<Exchange> {
    const url = `${serviceUrl('portal', region, env)}${pathAndQuery}`;
    const response = await upstream.request({
      operation,
      url,
      method,
      headers: { Accept: 'application/json', 'x-amz-sso_bearer_token': accessToken },
      ...(attempts === undefined ? {} : { attempts }),
      signal,
    });
    const answered = { operation, url, response };
    if (response.status < 200 || response.status > 299) throw portalFailure(answered, serverClock);
    return answered;
  }

  return {
    async listAccounts(call, nextToken) {
      const path = `/assignment/accounts${query({ max_result: pageSize, next_token: nextToken })}`;
      const answer = readAnswer(await exchange('ListAccounts', 'GET', path, call), accountsSchema);
      const items = (answer.accountList ?? []).map((account) => ({
        accountId: account.accountId,
        accountName: account.accountName ?? undefined,
        emailAddress: account.emailAddress ?? undefined,
      }));
      return { items, nextToken: answer.nextToken || undefined };
    },

    async listAccountRoles(call, accountId, nextToken) {
      const path = `/assignment/roles${query({
        account_id: accountId,
        max_result: pageSize,
        next_token: nextToken,
      })}`;
      const answer = readAnswer(await exchange('ListAccountRoles', 'GET', path, call), rolesSchema);
      const items = (answer.roleList ?? []).map(({ roleName }) => roleName);
      return { items, nextToken: answer.nextToken || undefined };
    },

    async getRoleCredentials(call, { accountId, roleName }) {
      const path = `/federation/credentials${query({ role_name: roleName, account_id: accountId })}`;
      const answered = await exchange('GetRoleCredentials', 'GET', path, call);
      return readAnswer(answered, credentialsSchema).roleCredentials;
    },

    async logout(call) {
      await exchange('Logout', 'POST', '/logout', call);
    },
  };
}

const wellFormed = z.string().transform((text) => text.toWellFormed());
const nextToken = z.string().nullish();

const accountsSchema = z.object({
  nextToken,
  accountList: z
    .array(
      z.object({
        accountId: z.string().regex(/^\d{12}$/),
        accountName: wellFormed.nullish(),
        emailAddress: wellFormed.nullish(),
      }),
    )
    .nullish(),
});

const rolesSchema = z.object({
  nextToken,
  roleList: z.array(z.object({ roleName: wellFormed.pipe(z.string().min(1)) })).nullish(),
});

const credentialsSchema = z.object({
  roleCredentials: z.object({
    accessKeyId: z.string().min(1),
    secretAccessKey: z.string().min(1),
    sessionToken: z.string().min(1),
    expiration: z.number().int().positive(),
  }),
});

/** With `%20` for a space: the portal does not read `+` as one. */
function query(parameters: Readonly<Record<string, string | undefined>>): string {
  const pairs = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return `?${pairs.join('&')}`;
}

function portalFailure(exchange: Exchange, serverClock: ServerClock): KeyfobError {
  const failure = failureFrom(exchange);
  const { status, headers } = exchange.response;
  if (status === 429) {
    const retryAfterMs = parseRetryAfter(headers.get('retry-after'), serverClock.now());
    if (retryAfterMs === 0) return failure;
    const details = { ...failure.details, retryAfterSeconds: retryAfterMs / 1000 };
    return new KeyfobError(failure.code, failure.message, { hint: failure.hint, details });
  }
  // AWS's front doors have types of their own for a role that is not assigned.
  if (status === 403 && failure.code === 'access_denied') {
    const { message, hint, details } = failure;
    return new KeyfobError('forbidden', message, { hint, details });
  }
  return failure;
}
