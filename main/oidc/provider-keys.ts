import { createLocalJWKSet, errors, type JSONWebKeySet, type JWSHeaderParameters } from 'jose';
import * as oauth from 'oauth4webapi';
import { KeyfobError } from '../../shared/errors.ts';
import type { Clock } from '../ports.ts';
import type { Upstream } from '../upstream.ts';
import { requestOptions } from './context.ts';
import { malformed, notJson, notOffered, oauthFailure } from './errors.ts';

/** How long a key set serves without being looked at again, in milliseconds. */
const lifetimeMs = 600_000;
/** How soon an unknown key id may make us ask again, in milliseconds. */
const cooldownMs = 30_000;

const operation = 'the request for its keys';

/** The keys that a provider signs with. */
export interface KeySource {
  /**
   * The public keys that may have made this signature: those of the header's `kid`, or all that
   * fit its algorithm. An unknown `kid` makes us fetch the set anew, once in 30 seconds at most,
   * so that a provider may rotate its keys and a stranger can't make us hammer it.
   *
   * Rejects with `unknown_key`, `not_offered` (the provider publishes none), and the codes of
   * `Upstream.request`.
   */
  matching(
    server: oauth.AuthorizationServer,
    header: JWSHeaderParameters,
    signal: AbortSignal,
  ): Promise<CryptoKey[]>;
}

/** Creates the memory of one provider's keys. Concurrent callers share one request. */
export function createKeySource(deps: {
  readonly upstream: Upstream;
  readonly clock: Clock;
}): KeySource {
  const { upstream, clock } = deps;
  interface KeySet {
    readonly uri: string;
    readonly find: ReturnType<typeof createLocalJWKSet>;
    readonly fetchedAt: number;
  }
  let kept: KeySet | undefined;
  let pending: { readonly uri: string; readonly keys: Promise<KeySet> } | undefined;

  async function download(uri: string, signal: AbortSignal): Promise<KeySet> {
    const { [oauth.customFetch]: send } = requestOptions({ upstream }, { operation, signal });
    const headers = { accept: 'application/json, application/jwk-set+json' };
    const response = await send(uri, { method: 'GET', headers });
    if (response.status !== 200) {
      const options = { cause: response, code: oauth.RESPONSE_IS_NOT_CONFORM };
      throw await oauthFailure(operation, new oauth.OperationProcessingError('', options));
    }
    const set = parse(await response.text());
    kept = { uri, find: createLocalJWKSet(set), fetchedAt: clock.now() };
    return kept;
  }

  async function fetched(uri: string, signal: AbortSignal): Promise<KeySet> {
    const mine = pending?.uri !== uri;
    if (pending === undefined || mine) {
      const keys = download(uri, signal).finally(() => {
        if (pending?.keys === keys) pending = undefined;
      });
      pending = { uri, keys };
    }
    const shared = pending;
    try {
      return await shared.keys;
    } catch (error) {
      // Whoever started it has given up; that is no reason for us to.
      if (mine || signal.aborted || error instanceof KeyfobError) throw error;
      return await fetched(uri, signal);
    }
  }

  return {
    async matching(server, header, signal) {
      const uri = server.jwks_uri;
      if (uri === undefined) throw notOffered('a look at its keys', 'jwks_uri');
      const fresh = kept?.uri === uri && clock.now() - kept.fetchedAt < lifetimeMs;
      const set = kept !== undefined && fresh ? kept : await fetched(uri, signal);
      const found = await select(set.find, header);
      if (found.length > 0) return found;
      if (clock.now() - set.fetchedAt < cooldownMs && set.fetchedAt <= clock.now()) {
        throw unknownKey(header);
      }
      const again = await select((await fetched(uri, signal)).find, header);
      if (again.length === 0) throw unknownKey(header);
      return again;
    },
  };
}

function parse(text: string): JSONWebKeySet {
  let set: unknown;
  try {
    set = JSON.parse(text);
    // jose looks at the form, and its own error names nothing of the content.
    createLocalJWKSet(set as JSONWebKeySet);
  } catch (error) {
    throw error instanceof errors.JWKSInvalid ? malformed(operation) : notJson(operation);
  }
  return set as JSONWebKeySet;
}

async function select(
  find: ReturnType<typeof createLocalJWKSet>,
  header: JWSHeaderParameters,
): Promise<CryptoKey[]> {
  try {
    return [await find(header)];
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return [];
    if (error instanceof errors.JWKSMultipleMatchingKeys) {
      const keys: CryptoKey[] = [];
      for await (const key of error) keys.push(key);
      return keys;
    }
    throw unknownKey(header);
  }
}

function unknownKey(header: JWSHeaderParameters): KeyfobError {
  return new KeyfobError(
    'unknown_key',
    'The provider signed with a key that it does not publish.',
    {
      hint: 'Try again in a minute: it may be changing its keys. If it stays, the answer may not come from the provider.',
      details: { ...(header.alg === undefined ? {} : { algorithm: header.alg.slice(0, 20) }) },
    },
  );
}
