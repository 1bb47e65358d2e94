import type { SecureContext } from 'node:tls';
import { type buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';
import { proxyUnreachable } from './fetch-errors.ts';

/** The way out for one scheme: through its proxy, but for the hosts that `NO_PROXY` names. */
export function createAgent(options: {
  readonly proxy: URL | undefined;
  readonly protocol: string;
  readonly noProxy: string;
  readonly trust: SecureContext | undefined;
  /** Trust together with a client certificate, which the far end alone gets to see. */
  readonly identity?: SecureContext;
}): Dispatcher {
  const { proxy, protocol, noProxy, trust, identity = trust } = options;
  const tls = identity === undefined ? {} : { secureContext: identity };
  return new EnvHttpProxyAgent({
    // Empty rather than absent: it would look into this process's own environment otherwise.
    httpProxy: protocol === 'http:' ? (proxy?.href ?? '') : '',
    httpsProxy: protocol === 'https:' ? (proxy?.href ?? '') : '',
    noProxy,
    allowH2: false,
    connect: { ...tls, allowH2: false },
    requestTls: tls,
    proxyTls: trust === undefined ? {} : { secureContext: trust },
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
