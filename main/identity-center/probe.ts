import { KeyfobError } from '../../shared/errors.ts';
import type { Ports } from '../ports.ts';
import { type AwsService, serviceUrl } from './endpoints.ts';

/** That an endpoint answered, whatever it said. */
export interface Probe {
  readonly host: string;
  /** Its `Date` header. */
  readonly date: string | null;
}

/** How long an endpoint may take. */
export const probeTimeoutMs = 5_000;

/**
 * Asks an endpoint of AWS for anything, with nothing secret in the request. Rejects with
 * `timeout`, `network_error`, `tls_error`, `proxy_error`, `invalid_region`, and with the signal's
 * reason.
 */
export async function probe(
  service: AwsService,
  region: string,
  ports: Pick<Ports, 'clock' | 'env' | 'fetch'>,
  signal?: AbortSignal,
): Promise<Probe> {
  return await probeUrl(`${serviceUrl(service, region, ports.env)}/`, ports, signal);
}

/** Asks any address. Rejects as `probe`, but for `invalid_region`. */
export async function probeUrl(
  url: string,
  { clock, fetch }: Pick<Ports, 'clock' | 'fetch'>,
  signal?: AbortSignal,
): Promise<Probe> {
  const { host } = new URL(url);
  const over = new AbortController();
  const late = Promise.withResolvers<never>();
  const cancel = clock.after(probeTimeoutMs, () => late.reject(noAnswer(host)));
  const onAbort = () => late.reject(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    signal?.throwIfAborted();
    const asked = fetch(url, { method: 'GET', headers: {}, signal: over.signal });
    const response = await Promise.race([asked, late.promise]);
    // What it says is of no interest; that reading it may fail, neither.
    response.body?.cancel().catch(() => undefined);
    return { host, date: response.headers.get('date') };
  } finally {
    cancel();
    signal?.removeEventListener('abort', onAbort);
    over.abort();
  }
}

function noAnswer(host: string): KeyfobError {
  const seconds = probeTimeoutMs / 1000;
  return new KeyfobError('timeout', `${host} does not answer within ${seconds} seconds.`, {
    hint: 'Check the network, the VPN and HTTPS_PROXY.',
    details: { host },
  });
}
