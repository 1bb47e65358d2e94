import type { Clock, Fetch, FetchInit, Log, Random } from './ports.ts';

/**
 * Calls to a provider: one place for deadlines, retries, size limits and the provider's clock.
 * (Signatures fixed; the body is being written.)
 */

/** Follows the provider's own clock, so that a wrong local one does no harm. */
export interface ServerClock {
  /** The provider's time as far as known, epoch milliseconds. */
  now(): number;
  /** Learns from a `Date` header received just now; ignores absent and malformed ones. */
  observe(dateHeader: string | null): void;
}

export interface UpstreamRequest {
  /** For messages and the log, e.g. `CreateToken`. */
  readonly operation: string;
  readonly url: string;
  readonly method: FetchInit['method'];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Signs or otherwise prepares each attempt anew (a signature has a time in it). */
  readonly prepare?: (headers: Record<string, string>) => Promise<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

export interface UpstreamResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Upstream {
  /**
   * One call, with retries: at most 3 attempts, on connection errors, 429 and 5xx alone, with
   * backoff and jitter, honouring Retry-After, all within one deadline.
   * Returns any final answer that is not a redirect, whatever its status.
   * Rejects with `network_error`, `tls_error`, `proxy_error`, `timeout`, `response_redirected`,
   * `response_truncated`, `response_too_large`.
   */
  request(request: UpstreamRequest): Promise<UpstreamResponse>;
}

export interface UpstreamOptions {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly serverClock: ServerClock;
  /** For one attempt; default 10,000. */
  readonly attemptTimeoutMs?: number;
  /** For all attempts together; default 25,000. */
  readonly deadlineMs?: number;
  /** Default 3. */
  readonly attempts?: number;
  /** Default 1 MiB. */
  readonly maxBytes?: number;
}
