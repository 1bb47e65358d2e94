import { type Context, errors } from 'oidc-provider';
import { findPerson, personClaims } from './people.ts';
import { provenKey } from './proof.ts';
import type { ProviderState } from './state.ts';

/** What a grant of our own hands out; the provider's own grants know how. */
export interface Issue {
  readonly username: string;
  /** How the person proved who they are, for `amr`. */
  readonly amr: readonly string[];
  /** Further claims of the access token. */
  readonly extra?: Record<string, unknown>;
  readonly resources?: readonly string[];
  readonly refreshable?: boolean;
}

export interface Issued {
  readonly accessToken: string;
  readonly idToken: string | undefined;
  readonly refreshToken: string | undefined;
  readonly expiresIn: number;
  readonly scope: string | undefined;
  readonly tokenType: string;
}

/** Text of a parameter that may be there once. */
export function parameter(ctx: Context, name: string): string | undefined {
  const value = ctx.oidc.params[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** All values of a parameter that may be repeated. */
export function parameters(ctx: Context, name: string): string[] {
  const value = ctx.oidc.params[name];
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

export function required(ctx: Context, name: string): string {
  const value = parameter(ctx, name);
  if (value === undefined) throw new errors.InvalidRequest(`missing required parameter ${name}`);
  return value;
}

const known = new Set(['openid', 'offline_access', 'profile', 'email', 'read', 'write']);

/** Makes the tokens for a person whom a grant of our own has accepted. */
export async function issue(
  { provider, switches }: ProviderState,
  ctx: Context,
  { username, amr, extra, resources = [], refreshable = true }: Issue,
): Promise<Issued> {
  const person = findPerson(username);
  if (person === undefined) throw new errors.InvalidGrant('account not found');
  const { client } = ctx.oidc;
  const scope = parameter(ctx, 'scope') ?? '';
  const strange = scope.split(' ').filter((name) => name !== '' && !known.has(name));
  if (strange.length > 0) throw new errors.InvalidScope('unknown scope');
  if (resources.length > 1) throw new errors.InvalidTarget('one resource at a time');
  const [resource] = resources;

  const gty = String(ctx.oidc.params.grant_type);
  const grant = new provider.Grant({ accountId: username, clientId: client.clientId });
  grant.addOIDCScope(scope);
  if (resource !== undefined) grant.addResourceScope(resource, scope);
  const grantId = await grant.save();
  const common = { accountId: username, client, grantId, gty, scope: scope || undefined };
  const accessToken = new provider.AccessToken({ ...common, ...(extra && { extra }) });
  if (resource !== undefined) {
    accessToken.resourceServer = new provider.ResourceServer(resource, resourceInfo(resource));
  }
  ctx.oidc.entity('AccessToken', accessToken);
  const jkt = await provenKey(ctx);
  if (jkt !== undefined) accessToken.setThumbprint('jkt', jkt);
  const authTime = Math.floor(Date.now() / 1000);
  const mayRefresh =
    refreshable &&
    client.grantTypeAllowed('refresh_token') &&
    (switches.alwaysRefreshable || scope.split(' ').includes('offline_access'));
  const refreshToken = mayRefresh
    ? await new provider.RefreshToken({ ...common, authTime, amr, rotations: 0 }).save()
    : undefined;
  return {
    accessToken: await accessToken.save(),
    idToken: scope.split(' ').includes('openid') ? await idToken() : undefined,
    refreshToken,
    expiresIn: accessToken.expiration,
    scope: scope || undefined,
    tokenType: accessToken.tokenType,
  };

  async function idToken(): Promise<string> {
    const claims = {
      ...personClaims(person as NonNullable<typeof person>),
      auth_time: authTime,
      amr,
    };
    const token = new provider.IdToken({ ...claims, azp: client.clientId }, { ctx });
    token.scope = 'openid';
    return await token.issue({ use: 'idtoken' });
  }
}

/** The answer to a token request. */
export function answer(ctx: Context, issued: Issued): void {
  ctx.body = {
    access_token: issued.accessToken,
    token_type: issued.tokenType,
    expires_in: issued.expiresIn,
    ...(issued.scope === undefined ? {} : { scope: issued.scope }),
    ...(issued.idToken === undefined ? {} : { id_token: issued.idToken }),
    ...(issued.refreshToken === undefined ? {} : { refresh_token: issued.refreshToken }),
  };
}

/** What is known of a resource; `invalid_target` for one that isn't. */
export function resourceInfo(resource: string): Record<string, unknown> {
  if (!URL.canParse(resource) || !new URL(resource).host.endsWith('api.example')) {
    throw new errors.InvalidTarget('unknown resource');
  }
  return {
    scope: 'openid profile email read write',
    audience: resource,
    accessTokenFormat: 'jwt',
  };
}
