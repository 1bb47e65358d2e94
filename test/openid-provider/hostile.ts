import { decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose';
import type { Endpoint } from './endpoints.ts';
import type { Keys, SignOptions } from './keys.ts';

/** An answer of the provider, on its way out. */
export interface Outgoing {
  status: number;
  contentType: string;
  /** Of answers that have none of their own: empty. */
  body: string;
}

/** What a provider that lies, or somebody in between, makes of an answer. */
export interface Hostile {
  readonly endpoint: Endpoint;
  /** Of the JWT in the answer; undefined takes one out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Signs that JWT anew with another key, algorithm or header. */
  readonly sign?: SignOptions;
  /** Members of a JSON answer; undefined takes one out. */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly status?: number;
  readonly contentType?: string;
  /** All else. */
  readonly rewrite?: (outgoing: Outgoing) => void | Promise<void>;
}

export async function applyHostile(
  hostile: Hostile,
  keys: Keys,
  outgoing: Outgoing,
): Promise<Outgoing> {
  const changed = { ...outgoing };
  const { claims, sign, members } = hostile;
  if (claims !== undefined || sign !== undefined) {
    const resign = async (jwt: string) => await signAnew(keys, jwt, claims ?? {}, sign);
    if (changed.contentType.includes('jwt')) {
      changed.body = await resign(changed.body);
    } else {
      const json = JSON.parse(changed.body) as { id_token?: string };
      if (json.id_token === undefined) throw new Error('There is no ID token to change.');
      changed.body = JSON.stringify({ ...json, id_token: await resign(json.id_token) });
    }
  }
  if (members !== undefined) {
    changed.body = JSON.stringify({ ...(JSON.parse(changed.body) as object), ...members });
  }
  if (hostile.status !== undefined) changed.status = hostile.status;
  if (hostile.contentType !== undefined) changed.contentType = hostile.contentType;
  await hostile.rewrite?.(changed);
  return changed;
}

async function signAnew(
  keys: Keys,
  jwt: string,
  claims: Readonly<Record<string, unknown>>,
  options: SignOptions = {},
): Promise<string> {
  const { alg, typ } = decodeProtectedHeader(jwt);
  const algorithm = options.algorithm ?? (alg === 'ES256' ? 'ES256' : 'RS256');
  const header = { ...(typ === undefined ? {} : { typ }), ...options.header };
  const payload: JWTPayload = JSON.parse(JSON.stringify({ ...decodeJwt(jwt), ...claims }));
  return await keys.sign(payload, { ...options, algorithm, header });
}
