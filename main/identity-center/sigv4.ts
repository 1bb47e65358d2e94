import type { FetchInit } from '../ports.ts';
import type { ServerClock, UpstreamRequest } from '../upstream.ts';

/** What a request is signed with. All secret but the id. */
export interface SigningCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * Signs one request with AWS Signature Version 4, for the `prepare` of an upstream request: anew
 * for each attempt, by the provider's clock, over the exact body that is sent.
 *
 * @param options.service the signing name, e.g. `sso-oauth`, `sts`
 */
export function signer(options: {
  readonly method: FetchInit['method'];
  readonly url: string;
  readonly body?: string;
  readonly service: string;
  readonly region: string;
  readonly credentials: SigningCredentials;
  readonly serverClock: Pick<ServerClock, 'now'>;
}): NonNullable<UpstreamRequest['prepare']> {
  const { method, body, service, region, credentials, serverClock } = options;
  const url = new URL(options.url);

  return async (headers) => {
    // Loaded on first use: most sign-ins sign nothing.
    const [{ SignatureV4 }, { Sha256 }, { HttpRequest }] = await Promise.all([
      import('@smithy/signature-v4'),
      import('@aws-crypto/sha256-js'),
      import('@smithy/protocol-http'),
    ]);
    const signature = new SignatureV4({
      service,
      region,
      credentials,
      sha256: Sha256,
      applyChecksum: false,
    });
    const signed = await signature.sign(
      new HttpRequest({
        method,
        protocol: url.protocol,
        hostname: url.hostname,
        ...(url.port === '' ? {} : { port: Number(url.port) }),
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        // What the HTTP client derives from the URL must be signed too, port and all.
        headers: { ...headers, host: url.host },
        body,
      }),
      { signingDate: new Date(serverClock.now()) },
    );
    const { host: _, ...rest } = signed.headers;
    return rest;
  };
}
