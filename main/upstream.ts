import type { ClientCertificate, Clock, Fetch, FetchInit, Log, Random } from './ports.ts';
import { attempt, type Outcome, timedOut } from './upstream/attempt.ts';
import { deadlinePassed, startDeadline } from './upstream/deadline.ts';
import { retryDelay } from './upstream/retry.ts';
import { createTroubles, type Verdict, verdictOf } from './upstream/trouble.ts';
import { pause, unlessAborted } from './waiting.ts';

export { createServerClock } from './upstream/server-clock.ts';

/**
 * Calls to a provider: one place for deadlines, retries, size limits and the provider's clock.
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
  readonly certificate?: ClientCertificate;
  /** Signs or otherwise prepares each attempt anew (a signature has a time in it). */
  readonly prepare?: (headers: Record<string, string>) => Promise<Record<string, string>>;
  /** At most so many attempts; default the upstream's. 1 for a caller that paces itself. */
  readonly attempts?: number;
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
   * backoff and jitter, honouring Retry-After, all within one deadline. An attempt that got no
   * answer in time counts as a connection error; an answer that broke off after its headers does
   * not, since the provider has acted on the request by then.
   *
   * However many wait for one operation while its host is in trouble, one of them tries again: that
   * it can't be reached is told to all, and what it answers lets each of them try once.
   *
   * Returns any final answer that is not a redirect, whatever its status.
   * Rejects with `network_error`, `tls_error`, `proxy_error`, `timeout`, `response_redirected`,
   * `response_truncated`, `response_too_large`, and with the signal's reason when it is aborted.
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

/** Creates the way to one provider. */
export function createUpstream(options: UpstreamOptions): Upstream {
  const { clock, deadlineMs = 25_000, attempts = 3 } = options;
  const troubles = createTroubles();

  return {
    async request(request) {
      const { operation, signal } = request;
      const key = `${operation} ${new URL(request.url).host}`;
      let last = request.attempts ?? attempts;
      // Who tries but once finds out nothing for others, and waits for nobody.
      const alone = last === 1;
      const endsAt = clock.now() + deadlineMs;
      const overall = startDeadline(clock, deadlineMs, signal);
      let tell: ((verdict: Verdict) => void) | undefined;

      /** Resolves when it is this request's turn; rejects with what another one found out. */
      async function turn(number: number): Promise<void> {
        while (tell === undefined && troubles.suspected(key)) {
          const other = troubles.verdict(key);
          if (other === undefined) {
            tell = troubles.lead(key);
            return;
          }
          const verdict = await unlessAborted(other, overall.signal);
          if (verdict.kind === 'unreachable') throw verdict.error;
          if (verdict.kind === 'unknown') continue;
          // Its own failure is not ours, but more than one try each would be a storm.
          if (verdict.kind === 'failing') last = number;
          return;
        }
      }

      try {
        for (let number = 1; ; number++) {
          if (!alone) await turn(number);
          const outcome = await attempt(options, request, number, overall.signal);
          const { error, retryable } = outcome;
          if (!retryable && error === undefined) troubles.succeeded(key);
          else if (!alone) troubles.failed(key);
          const delayMs = retryable ? retryDelay(options, number, outcome.retryAfter) : 0;
          // Waiting past the deadline would only replace the provider's answer by a timeout.
          if (!retryable || number >= last || clock.now() + delayMs >= endsAt) {
            tell?.(retryable || error !== undefined ? verdictOf(error) : { kind: 'over' });
            return final(outcome);
          }
          if (tell === undefined && troubles.verdict(key) !== undefined) continue;
          tell ??= troubles.lead(key);
          await pause(clock, delayMs, overall.signal);
        }
      } catch (error) {
        if (error !== deadlinePassed) throw error;
        const late = timedOut(operation, request.url, deadlineMs);
        tell?.(verdictOf(late));
        throw late;
      } finally {
        tell?.({ kind: 'unknown' });
        overall.stop();
      }
    },
  };
}

function final(outcome: Outcome): UpstreamResponse {
  if (outcome.response !== undefined) return outcome.response;
  throw outcome.error;
}
