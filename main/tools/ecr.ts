import { z } from 'zod';
import { KeyfobError } from '../../shared/errors.ts';
import type { AwsCredentials } from '../accounts/source.ts';
import { overrideIn } from '../identity-center/endpoints.ts';
import { partitionOf } from '../identity-center/partitions.ts';
import { signer } from '../identity-center/sigv4.ts';
import type { Ports } from '../ports.ts';
import { createServerClock, createUpstream } from '../upstream.ts';

/** User name and password for a registry. The latter is secret. */
export interface RegistryLogin {
  readonly username: string;
  readonly secret: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

export interface EcrRegistry {
  readonly region: string;
  /** Whose API hands out passwords for it. */
  readonly api: string;
  readonly target: string;
  /** The signing name. */
  readonly service: 'ecr' | 'ecr-public';
}

/** Undefined where a host is no registry of ECR. */
export function ecrRegistry(host: string): EcrRegistry | undefined {
  const name = host.toLowerCase();
  if (name === 'public.ecr.aws') {
    return {
      region: 'us-east-1',
      api: 'https://api.ecr-public.us-east-1.amazonaws.com',
      target: 'SpencerFrontendService.GetAuthorizationToken',
      service: 'ecr-public',
    };
  }
  const [, fips, region, suffix] =
    /^\d{12}\.dkr\.ecr(-fips)?\.([a-z0-9-]+)\.([a-z0-9.-]+)$/.exec(name) ??
    /^\d{12}\.dkr-ecr(-fips)?\.([a-z0-9-]+)\.(on\.(?:aws|amazonwebservices\.com\.cn))$/.exec(
      name,
    ) ??
    [];
  if (region === undefined || suffix === undefined) return undefined;
  const domain = domainOf(region);
  if (domain === undefined || (domain !== suffix && !suffix.startsWith('on.'))) return undefined;
  return {
    region,
    api:
      fips === undefined
        ? `https://api.ecr.${region}.${domain}`
        : `https://ecr-fips.${region}.${domain}`,
    target: 'AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken',
    service: 'ecr',
  };
}

function domainOf(region: string): string | undefined {
  try {
    return partitionOf(region).dnsSuffix;
  } catch {
    return undefined;
  }
}

const dataSchema = z.object({
  authorizationToken: z.base64().min(1).max(16_384),
  /** Epoch seconds. */
  expiresAt: z.number(),
});
// ECR has a list, of which there is one; its public sibling has that one by itself.
const answerSchema = z
  .object({ authorizationData: z.union([z.array(dataSchema).min(1), dataSchema]) })
  .transform(({ authorizationData: data }) => (Array.isArray(data) ? data[0] : data))
  .pipe(dataSchema);

/**
 * GetAuthorizationToken of ECR: a password for `docker login`, good for twelve hours at most.
 * AWS_ENDPOINT_URL_ECR replaces the API's address. Rejects with `forbidden`, `response_invalid`,
 * and upstream's codes.
 *
 * @param now epoch milliseconds, AWS's
 */
export async function ecrLogin(
  registry: EcrRegistry,
  credentials: AwsCredentials,
  now: number,
  ports: Pick<Ports, 'clock' | 'env' | 'fetch' | 'log' | 'random'>,
  signal: AbortSignal,
): Promise<RegistryLogin> {
  const { region, service, target } = registry;
  const serverClock = createServerClock(ports.clock);
  serverClock.observe(new Date(now).toUTCString());
  const upstream = createUpstream({ ...ports, serverClock });
  const url = `${overrideIn('AWS_ENDPOINT_URL_ECR', ports.env) ?? registry.api}/`;
  const body = '{}';
  const { status, text } = await upstream.request({
    operation: 'ecr:GetAuthorizationToken',
    url,
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
    body,
    prepare: signer({ method: 'POST', url, body, service, region, credentials, serverClock }),
    signal,
  });
  if (status !== 200) throw refusedByEcr(status, text);
  const { authorizationToken, expiresAt } = read(text);
  const pair = Buffer.from(authorizationToken, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon < 1) throw unreadable();
  return {
    username: pair.slice(0, colon),
    secret: pair.slice(colon + 1),
    expiresAt: expiresAt * 1000,
  };
}

function read(text: string): z.output<typeof dataSchema> {
  try {
    return answerSchema.parse(JSON.parse(text));
  } catch {
    throw unreadable();
  }
}

function unreadable(): KeyfobError {
  return new KeyfobError('response_invalid', "ECR's answer could not be read.", {
    hint: 'Try again. If it stays, a proxy may have answered instead of AWS: run `keyfob doctor`.',
  });
}

/** The exception's name is told; its message is not, since nobody has checked what is in it. */
function refusedByEcr(status: number, text: string): KeyfobError {
  const [, type] = /"__type"\s*:\s*"(?:[\w.]+#)?([A-Za-z]{1,64})"/.exec(text) ?? [];
  const denied = status === 400 || status === 403;
  return new KeyfobError(
    denied ? 'forbidden' : 'upstream_error',
    `ECR gave no password (HTTP ${status}${type === undefined ? '' : `, ${type}`}).`,
    {
      hint: denied
        ? 'The account needs the permission ecr:GetAuthorizationToken. Register another with `keyfob docker install`.'
        : 'Try again in a moment.',
      details: { status, ...(type === undefined ? {} : { type }) },
    },
  );
}
