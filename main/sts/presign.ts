import { KeyfobError } from '../../shared/errors.ts';
import { serviceUrl } from '../identity-center/endpoints.ts';
import type { SigningCredentials } from '../identity-center/sigv4.ts';
import type { Ports } from '../ports.ts';

/**
 * What a Kubernetes cluster of EKS is shown: good for 15 minutes, as `aws eks get-token` makes it.
 */
export interface EksToken {
  /** Secret. */
  readonly token: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** How long the address itself may be used; the cluster does so at once. */
const presignedSeconds = 60;
const tokenMs = 15 * 60_000;
/** So that nobody holds on to a token until its very end. */
const marginMs = 60_000;

/**
 * The address of a GetCallerIdentity call, signed ahead: whoever asks it, with the header
 * `x-k8s-aws-id: <cluster>`, learns whose credentials these are. It is secret for its 60 seconds.
 *
 * @param options.now epoch milliseconds, AWS's
 */
export async function presignCallerIdentity(options: {
  readonly cluster: string;
  readonly region: string;
  readonly credentials: SigningCredentials;
  readonly now: number;
  readonly env: Ports['env'];
}): Promise<string> {
  const { cluster, region, credentials, now, env } = options;
  checkCluster(cluster);
  const [{ SignatureV4 }, { Sha256 }, { HttpRequest }] = await Promise.all([
    import('@smithy/signature-v4'),
    import('@aws-crypto/sha256-js'),
    import('@smithy/protocol-http'),
  ]);
  const url = new URL(`${serviceUrl('sts', region, env)}/`);
  const signature = new SignatureV4({ service: 'sts', region, credentials, sha256: Sha256 });
  const presigned = await signature.presign(
    new HttpRequest({
      method: 'GET',
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      path: url.pathname,
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: url.host, 'x-k8s-aws-id': cluster },
    }),
    { expiresIn: presignedSeconds, signingDate: new Date(now) },
  );
  for (const [name, value] of Object.entries(presigned.query ?? {})) {
    url.searchParams.append(name, String(value));
  }
  // Signed as %20; a form's plus sign would be another text.
  url.search = url.search.replaceAll('+', '%20');
  return url.href;
}

/** The token that `aws eks get-token` would print, for the same arguments. */
export async function eksToken(
  options: Parameters<typeof presignCallerIdentity>[0],
): Promise<EksToken> {
  const address = await presignCallerIdentity(options);
  return {
    token: `k8s-aws-v1.${Buffer.from(address).toString('base64url')}`,
    expiresAt: options.now + tokenMs - marginMs,
  };
}

/** EKS: letters, digits, hyphens and underscores; so nothing can break out of the header. */
function checkCluster(cluster: string): void {
  if (/^[0-9A-Za-z][\w-]{0,99}$/.test(cluster)) return;
  throw new KeyfobError('invalid_input', 'This is no name of an EKS cluster.', {
    hint: 'Letters, digits, hyphens and underscores, at most 100. `aws eks list-clusters` shows them.',
  });
}
