import { isKeyfobError } from '../../shared/errors.ts';
import type { Clock, Log } from '../ports.ts';
import { pause } from '../waiting.ts';
import type { DeviceSignIn, StoredSession } from './provider.ts';

/** RFC 8628 section 3.2: what a provider that names no interval expects. */
const defaultIntervalMs = 5_000;
/** RFC 8628 section 3.5. */
const slowDownMs = 5_000;
/** Doubling stops here, or a short outage would cost the rest of the code's lifetime. */
const longestBackoffMs = 60_000;

/** What stands between us and the provider for a while; everything else is its answer. */
const passing = [
  'network_error',
  'tls_error',
  'proxy_error',
  'timeout',
  'response_truncated',
  'response_redirected',
  'response_content_type',
  'response_not_json',
  'too_many_requests',
  'server_error',
  'upstream_error',
] as const;

/**
 * Polls until the person has approved (RFC 8628 sections 3.4 and 3.5): first after one interval,
 * never faster than it, 5 s slower for good after each `slow_down`, and twice as slow after each
 * failure on the way until an answer comes.
 *
 * Ends by `signal`, whose reason it rejects with; the caller aborts it at the deadline. Else
 * rejects with the provider's code: `access_denied`, `expired_token`, …
 */
export async function pollForTokens(
  device: DeviceSignIn,
  ports: { clock: Clock; log: Log },
  signal: AbortSignal,
): Promise<StoredSession> {
  let intervalMs = device.intervalMs > 0 ? device.intervalMs : defaultIntervalMs;
  let failures = 0;
  for (;;) {
    const backoffMs = Math.min(intervalMs * 2 ** failures, longestBackoffMs);
    await pause(ports.clock, Math.max(intervalMs, backoffMs), signal);
    try {
      return await device.poll(signal);
    } catch (error) {
      signal.throwIfAborted();
      if (isKeyfobError(error, ...passing)) {
        failures += 1;
        ports.log('debug', 'device_poll_failed', { code: error.code, failures });
        continue;
      }
      failures = 0;
      if (isKeyfobError(error, 'slow_down')) intervalMs += slowDownMs;
      else if (!isKeyfobError(error, 'authorization_pending')) throw error;
    }
  }
}
