import { once } from 'node:events';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import type { CertificateAuthority } from './certificate-authority.ts';
import { createProxy } from './connect-proxy.ts';

export interface AwsHosts {
  /** For HTTPS_PROXY. */
  readonly proxy: string;
  /** What the proxy was asked for: `CONNECT host:port`. */
  readonly requests: readonly string[];
  end(): void;
}

/**
 * Leads AWS's own host names to a simulator, for clients that take no other addresses: they reach it
 * through the proxy that this starts, by TLS with a certificate of `authority`.
 *
 * @param env where the simulator's services are: `AWS_ENDPOINT_URL_…`
 */
export async function startAwsHosts(
  env: Readonly<Record<string, string>>,
  region: string,
  authority: CertificateAuthority,
): Promise<AwsHosts> {
  const certificate = authority.issue([
    `oidc.${region}.amazonaws.com`,
    `portal.sso.${region}.amazonaws.com`,
    `sts.${region}.amazonaws.com`,
  ]);
  const target = createServer({ ...certificate }, forwardTo(env));
  const { server, requests } = createProxy({ targetPort: await listen(target) });
  return {
    proxy: `http://127.0.0.1:${await listen(server)}`,
    requests,
    end() {
      for (const one of [server, target]) one.close();
      target.closeAllConnections();
    },
  };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** By the first part of the host; the Host header stays, since it is signed. */
function forwardTo(env: Readonly<Record<string, string>>) {
  const targets: Readonly<Record<string, string | undefined>> = {
    oidc: env.AWS_ENDPOINT_URL_SSO_OIDC,
    portal: env.AWS_ENDPOINT_URL_SSO,
    sts: env.AWS_ENDPOINT_URL_STS,
  };
  return (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const service = incoming.headers.host?.split('.')[0] ?? '';
    const { method, headers, url } = incoming;
    const forwarded = request(`${targets[service]}${url}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  };
}
