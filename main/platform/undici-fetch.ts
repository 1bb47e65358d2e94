import { type Dispatcher, Request, type RequestInit, fetch as undiciFetch } from 'undici';
import { KeyfobError } from '../../shared/errors.ts';
import { isLoopback } from '../../shared/loopback.ts';
import { proxyFor } from '../../shared/proxy.ts';
import { version } from '../../shared/version.ts';
import type { Fetch, FetchInit, Ports } from '../ports.ts';
import { createTrust } from './certificates.ts';
import { createAgent } from './fetch-agents.ts';
import { connectionError } from './fetch-errors.ts';

/** The Fetch port itself; `createFetch` loads it when it is needed. */
export function createUndiciFetch(env: Ports['env']): Fetch {
  const trust = once(() => createTrust(env));
  const noProxy = env.no_proxy || env.NO_PROXY || '';

  const ways = {
    local: { 'http:': wayOut('http:', true), 'https:': wayOut('https:', true) },
    remote: { 'http:': wayOut('http:', false), 'https:': wayOut('https:', false) },
  };

  /** One agent for each scheme, and one that knows no proxy, for this machine itself. */
  function wayOut(protocol: 'http:' | 'https:', local: boolean): () => Promise<Dispatcher> {
    return once(async () => {
      const proxy = local ? undefined : proxyFor(protocol, env)?.url;
      const overTls = protocol === 'https:' || proxy?.protocol === 'https:';
      return createAgent({
        protocol,
        proxy,
        noProxy,
        trust: overTls ? await trust() : undefined,
      });
    });
  }

  return async (url, init) => {
    const target = new URL(url);
    const request = buildRequest(target, init);
    const { 'http:': plain, 'https:': secure } = isLoopback(target.hostname)
      ? ways.local
      : ways.remote;
    const dispatcher = await (target.protocol === 'https:' ? secure() : plain());
    try {
      return (await undiciFetch(request, { dispatcher })) as unknown as Response;
    } catch (error) {
      if (init.signal?.aborted === true) throw init.signal.reason;
      throw connectionError(error, target);
    }
  };
}

function buildRequest(target: URL, init: FetchInit): Request {
  const request: RequestInit = {
    method: init.method,
    headers: {
      'user-agent': `keyfob/${version}`,
      // So that the length that an answer announces is the length that is read.
      'accept-encoding': 'identity',
      ...init.headers,
    },
    redirect: 'manual',
    ...(init.body === undefined ? {} : { body: init.body }),
    ...(init.signal === undefined ? {} : { signal: init.signal }),
  };
  try {
    return new Request(target, request);
  } catch {
    // The original message quotes the header that it does not like, which may be a secret one.
    throw new KeyfobError('internal', `A request to ${target.host} could not be built.`, {
      hint: 'What the keychain holds may be damaged: sign in again with `keyfob login`.',
    });
  }
}

/** Runs `make` on the first call and shares its outcome; a failure is forgotten. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
