import type { SecureContext } from 'node:tls';
import { type buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';
import { KeyfobError } from '../../shared/errors.ts';
import type { Ports } from '../ports.ts';
import { proxyUnreachable } from './fetch-errors.ts';

/**
 * The proxy for a URL's scheme: `https_proxy` or `HTTPS_PROXY`, `http_proxy` or `HTTP_PROXY`; as
 * with the AWS CLI, one does not stand in for the other. `proxy:3128` means `http://proxy:3128`.
 * The URL may hold a password.
 *
 * Rejects with `proxy_error` where it is no URL of a proxy.
 */
export function proxyFor(protocol: string, env: Ports['env']): URL | undefined {
  const name = protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  for (const variable of [name, name.toUpperCase()]) {
    const value = env[variable]?.trim();
    if (value === undefined || value === '') continue;
    const text = value.includes('://') ? value : `http://${value}`;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === '')
      throw noProxyUrl(variable);
    return url;
  }
  return undefined;
}

/** The way out for one scheme: through its proxy, but for the hosts that `NO_PROXY` names. */
export function createAgent(options: {
  readonly proxy: URL | undefined;
  readonly protocol: string;
  readonly noProxy: string;
  readonly trust: SecureContext | undefined;
}): Dispatcher {
  const { proxy, protocol, noProxy, trust } = options;
  const tls = trust === undefined ? {} : { secureContext: trust };
  return new EnvHttpProxyAgent({
    // Empty rather than absent: it would look into this process's own environment otherwise.
    httpProxy: protocol === 'http:' ? (proxy?.href ?? '') : '',
    httpsProxy: protocol === 'https:' ? (proxy?.href ?? '') : '',
    noProxy,
    allowH2: false,
    connect: { ...tls, allowH2: false },
    requestTls: tls,
    proxyTls: tls,
    clientFactory: (origin, client) => {
      const { connect } = client as { connect: buildConnector.connector };
      const named: buildConnector.connector = (target, callback) =>
        connect(target, (...result) => {
          if (result[0] === null) callback(...result);
          else callback(proxyUnreachable(result[0], origin.host), null);
        });
      return new Pool(origin, { ...client, connect: named });
    },
  });
}

function noProxyUrl(variable: string): KeyfobError {
  // The value stays out of it: it may hold a password.
  return new KeyfobError('proxy_error', `${variable} is not the URL of a proxy.`, {
    hint: `Set ${variable} to one such as http://proxy.example.com:3128, or unset it, and restart the helper.`,
    details: { variable },
  });
}
