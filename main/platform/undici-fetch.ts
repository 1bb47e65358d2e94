import { createHash } from 'node:crypto';
import { type Dispatcher, Request, type RequestInit, fetch as undiciFetch } from 'undici';
import { KeyfobError } from '../../shared/errors.ts';
import { isLoopback } from '../../shared/loopback.ts';
import { proxyFor } from '../../shared/proxy.ts';
import { version } from '../../shared/version.ts';
import type { ClientCertificate, Fetch, FetchInit, Ports } from '../ports.ts';
import { createTrust, createTrustWith, readIdentity } from './certificates.ts';
import { createAgent } from './fetch-agents.ts';
import { connectionError } from './fetch-errors.ts';

/** More would be certificates that have been replaced since. */
const identitiesKept = 8;

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

  /** Ways out with a client certificate, by what its files hold: these are renewed now and then. */
  const identified = new Map<string, Promise<Dispatcher>>();

  async function identifiedWay(files: ClientCertificate, local: boolean): Promise<Dispatcher> {
    const identity = await readIdentity(files);
    const name = createHash('sha256')
      .update(`${local} ${identity.cert.length} `)
      .update(identity.cert)
      .update(identity.key)
      .digest('base64');
    const known = identified.get(name);
    if (known !== undefined) return await known;
    const made = Promise.all([trust(), createTrustWith(env, identity)]).then(([trusted, proof]) =>
      createAgent({
        protocol: 'https:',
        proxy: local ? undefined : proxyFor('https:', env)?.url,
        noProxy,
        trust: trusted,
        identity: proof,
      }),
    );
    identified.set(name, made);
    made.catch(() => identified.delete(name));
    // Those left out close their idle connections by themselves.
    for (const oldest of identified.keys()) {
      if (identified.size <= identitiesKept) break;
      identified.delete(oldest);
    }
    return await made;
  }

  return async (url, init) => {
    const target = new URL(url);
    const request = buildRequest(target, init);
    const local = isLoopback(target.hostname);
    const { 'http:': plain, 'https:': secure } = local ? ways.local : ways.remote;
    const { certificate } = init;
    const dispatcher = await (target.protocol !== 'https:'
      ? plain()
      : certificate === undefined
        ? secure()
        : identifiedWay(certificate, local));
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
