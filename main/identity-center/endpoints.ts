import { KeyfobError } from '../../shared/errors.ts';
import { isLoopback } from '../../shared/loopback.ts';
import type { Ports } from '../ports.ts';
import { partitionOf } from './partitions.ts';

/** Those of AWS's services that Keyfob calls. `portal` is the one that AWS calls `sso`. */
export type AwsService = 'oidc' | 'portal' | 'sts';

const hosts = {
  oidc: { name: 'oidc', override: 'AWS_ENDPOINT_URL_SSO_OIDC' },
  portal: { name: 'portal.sso', override: 'AWS_ENDPOINT_URL_SSO' },
  sts: { name: 'sts', override: 'AWS_ENDPOINT_URL_STS' },
} as const;

/** Rejects a region that is none with `invalid_region`, and a hint at what may have been meant. */
export function checkRegion(region: string): void {
  partitionOf(region);
}

/**
 * The URL of a service in a region, without a slash at the end.
 *
 * `AWS_ENDPOINT_URL_SSO_OIDC`, `_SSO` and `_STS` replace it, unless
 * `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` is true; `AWS_USE_FIPS_ENDPOINT` and
 * `AWS_USE_DUALSTACK_ENDPOINT` choose among AWS's own. The general `AWS_ENDPOINT_URL` is left
 * alone: it is set for one project's emulator, while the helper serves every project.
 *
 * Rejects with `invalid_region`, and with `invalid_input` for an override that is no URL or would
 * send secrets in the clear.
 */
export function serviceUrl(service: AwsService, region: string, env: Ports['env']): string {
  const partition = partitionOf(region);
  const { name, override } = hosts[service];
  const replaced = overrideIn(override, env);
  if (replaced !== undefined) return replaced;

  const dualStack = isTrue(env.AWS_USE_DUALSTACK_ENDPOINT);
  const fips = isTrue(env.AWS_USE_FIPS_ENDPOINT) && (partition.fipsHosts || dualStack);
  const suffix = dualStack ? partition.dualStackDnsSuffix : partition.dnsSuffix;
  return `https://${name}${fips ? '-fips' : ''}.${region}.${suffix}`;
}

/**
 * The endpoint that an `AWS_ENDPOINT_URL_…` variable puts in the place of AWS's own, if it does.
 * Rejects with `invalid_input` if it is no URL or would send secrets in the clear.
 */
export function overrideIn(variable: string, env: Ports['env']): string | undefined {
  const replaced = env[variable];
  if (replaced === undefined || replaced === '') return undefined;
  if (isTrue(env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS)) return undefined;
  return checkOverride(variable, replaced);
}

function isTrue(value: string | undefined): boolean {
  return value?.toLowerCase() === 'true';
}

function checkOverride(variable: string, text: string): string {
  const wrong = (what: string) =>
    new KeyfobError('invalid_input', `${variable} ${what}.`, {
      hint: `Set ${variable} to an https URL (or http on this machine), such as https://vpce.example.com, or unset it, and restart the helper: end it with \`keyfob daemon --stop\`.`,
      details: { variable },
    });
  if (!URL.canParse(text)) throw wrong('is no URL');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') throw wrong('has a user name or password in it');
  if (url.search !== '' || url.hash !== '') throw wrong('has a query or fragment');
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname)))
    throw wrong('would send secrets unencrypted');
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}
