import { createHash } from 'node:crypto';
import { accountAccess, type Context } from './context.ts';
import type { SimAccount } from './directory.ts';
import { portalException } from './exceptions.ts';
import { headerOf, json, type Reply, type SimRequest } from './http.ts';
import type { Keys, Principal } from './keys.ts';
import { uniqueId } from './secrets.ts';
import type { Session, Sessions } from './sessions.ts';

export interface Portal {
  listAccounts(request: SimRequest): Reply;
  listAccountRoles(request: SimRequest): Reply;
  getRoleCredentials(request: SimRequest): Reply;
  logout(request: SimRequest): Reply;
}

export function createPortal(context: Context, sessions: Sessions, keys: Keys): Portal {
  function sessionOf(request: SimRequest): Session {
    const token = sessions.use(headerOf(request, 'x-amz-sso_bearer_token') ?? '');
    if (token === undefined) {
      throw portalException('UnauthorizedException', 'Session token not found or invalid');
    }
    return token.session;
  }

  function authorize(request: SimRequest): void {
    const session = sessionOf(request);
    if (!session.hasUser || !session.scopes.includes(accountAccess)) {
      throw portalException('UnauthorizedException', 'Session token not found or invalid');
    }
  }

  function accountOf(request: SimRequest): SimAccount {
    const accountId = parameter(request, 'account_id');
    if (!/^\d{12}$/.test(accountId)) {
      throw portalException('InvalidRequestException', 'account_id must have 12 digits');
    }
    const account = context.directory.accounts().find((each) => each.accountId === accountId);
    if (account === undefined) {
      throw portalException('ResourceNotFoundException', 'Account not found');
    }
    if (account.assigned === false) throw portalException('ForbiddenException', 'No access');
    return account;
  }

  return {
    listAccounts(request) {
      authorize(request);
      const assigned = context.directory.accounts().filter((each) => each.assigned !== false);
      const { items, nextToken } = pageOf(context, request, 'accounts', assigned);
      const accountList = items.map(({ accountId, accountName, emailAddress }) => ({
        accountId,
        accountName,
        emailAddress,
      }));
      return json(200, { nextToken, accountList });
    },

    listAccountRoles(request) {
      authorize(request);
      const { accountId, roles } = accountOf(request);
      const { items, nextToken } = pageOf(context, request, `roles/${accountId}`, roles);
      return json(200, { nextToken, roleList: items.map((roleName) => ({ roleName, accountId })) });
    },

    getRoleCredentials(request) {
      authorize(request);
      const roleName = parameter(request, 'role_name');
      const { accountId, roles } = accountOf(request);
      if (!roles.includes(roleName)) throw portalException('ForbiddenException', 'No access');
      const key = keys.issue(
        principalOf(context, accountId, roleName),
        context.switches.lifetimes.roleSeconds,
      );
      const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = key;
      return json(200, {
        roleCredentials: { accessKeyId, secretAccessKey, sessionToken, expiration: expiresAt },
      });
    },

    logout(request) {
      sessions.end(sessionOf(request));
      return { status: 200, headers: {}, body: '' };
    },
  };
}

/** The role that Identity Center makes in an account for a permission set. */
export function principalOf(context: Context, accountId: string, roleName: string): Principal {
  const suffix = createHash('sha256').update(`${accountId}/${roleName}`).digest('hex').slice(0, 16);
  return {
    accountId,
    roleName: `AWSReservedSSO_${roleName}_${suffix}`,
    sessionName: context.userName,
    roleId: uniqueId('AROA'),
  };
}

function parameter(request: SimRequest, name: string): string {
  const value = request.query.get(name);
  if (value === null || value === '') {
    throw portalException('InvalidRequestException', `Missing required parameter: ${name}`);
  }
  return value;
}

function pageOf<T>(
  context: Context,
  request: SimRequest,
  list: string,
  all: readonly T[],
): { items: readonly T[]; nextToken: string | undefined } {
  const asked = request.query.get('max_result');
  const size = asked === null ? context.switches.pageSize : Number(asked);
  if (!Number.isInteger(size) || size < 1 || size > 100) {
    throw portalException('InvalidRequestException', 'max_result must be between 1 and 100');
  }
  const start = startOf(request.query.get('next_token'), list, all.length);
  const end = start + Math.min(size, context.switches.pageSize);
  return {
    items: all.slice(start, end),
    nextToken: end < all.length ? pageToken(list, end) : undefined,
  };
}

/** A token that must be encoded exactly once to come back whole, and that fits one list alone. */
function pageToken(list: string, offset: number): string {
  const mark = createHash('sha256').update(`${list}#${offset}`).digest('base64').slice(0, 8);
  return `pg${offset}==/+ &?%2F${mark}`;
}

function startOf(token: string | null, list: string, length: number): number {
  if (token === null) return 0;
  const offset = Number(/^pg(\d+)==/.exec(token)?.[1]);
  if (!(offset < length) || token !== pageToken(list, offset)) {
    throw portalException('InvalidRequestException', 'Invalid next_token');
  }
  return offset;
}
