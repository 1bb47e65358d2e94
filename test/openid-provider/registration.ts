import { randomBytes } from 'node:crypto';
import type { Context } from 'oidc-provider';
import { everyGrant } from './clients.ts';
import type { Storage } from './memory.ts';

interface Credentials {
  readonly client_id: string;
  readonly client_secret?: string;
}

/**
 * `policy=keep_client_credentials` of Ubisecure SSO, as a parameter of the registration request's
 * address: a client that authenticates keeps its id and its secret.
 */
export function registrationPolicy(
  clients: readonly Readonly<Record<string, unknown>>[],
  storage: Storage,
): Record<string, unknown> {
  const kept = (ctx: Context): Credentials | undefined => {
    if (ctx.query.policy !== 'keep_client_credentials') return undefined;
    const [id, secret] = basicCredentials(ctx.get('authorization'));
    const fixed = clients.find(({ client_id }) => client_id === id);
    const known = (fixed ?? storage.get(`Client:${id}`)) as Credentials | undefined;
    return known?.client_secret !== undefined && known.client_secret === secret ? known : undefined;
  };
  return {
    idFactory: (ctx: Context) => kept(ctx)?.client_id ?? randomBytes(12).toString('base64url'),
    secretFactory: async (ctx: Context) =>
      kept(ctx)?.client_secret ?? randomBytes(32).toString('base64url'),
  };
}

function basicCredentials(header: string): readonly [string, string] {
  const [scheme = '', value = ''] = header.split(' ');
  if (scheme.toLowerCase() !== 'basic') return ['', ''];
  const [id = '', secret = ''] = Buffer.from(value, 'base64').toString('utf8').split(':');
  return [decodeURIComponent(id), decodeURIComponent(secret)];
}

/**
 * What Ubisecure SSO makes of `grant_types`: all where there are none, three where the list is empty.
 * Returns the body to go on with.
 */
export function withSeedGrants(body: string): string {
  try {
    const metadata = JSON.parse(body) as { grant_types?: readonly string[] };
    const few = ['authorization_code', 'password', 'refresh_token'];
    const { grant_types: given = everyGrant } = metadata;
    return JSON.stringify({ ...metadata, grant_types: given.length === 0 ? few : given });
  } catch {
    // The provider says what is wrong with it.
    return body;
  }
}
