import type { Fetch, Ports } from '../ports.ts';

/**
 * The Fetch port over undici. Follows no redirect, asks for no compression, goes through the
 * proxies that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name (never to this machine itself), and
 * trusts the system's certificates and those of `AWS_CA_BUNDLE` and `NODE_EXTRA_CA_CERTS`.
 * All variables come from `env`. Deadlines are the caller's, by its signal.
 *
 * undici is loaded with the first request: it costs some 60 ms and 15 MiB.
 */
export function createFetch(options: { readonly env: Ports['env'] }): Fetch {
  let loaded: Promise<Fetch> | undefined;
  return async (url, init) => {
    loaded ??= import('./undici-fetch.ts').then((module) => module.createUndiciFetch(options.env));
    const fetch = await loaded;
    return await fetch(url, init);
  };
}
