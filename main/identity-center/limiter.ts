import { isKeyfobError } from '../../shared/errors.ts';
import type { Clock, Log } from '../ports.ts';
import { createAdaptiveRate } from './rate.ts';

/** Keeps many requests to one service within what the service bears. */
export interface Limiter {
  /**
   * Runs `task` when its turn comes. A task that rejects with `too_many_requests` slows everyone
   * down and is run again; any other outcome is handed on. Rejects with the signal's reason when
   * aborted while waiting, and with `too_many_requests` when the service has refused everything for
   * `patienceMs`, or asks for a longer wait than that.
   */
  run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /** A request made past the queue: it waits for nobody, and the queue makes room for it. */
  yieldTurn(): void;
}

export interface LimiterOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Requests under way at once; default 8. */
  readonly concurrency?: number;
  /** Requests per second at first; default 40. */
  readonly initialRate?: number;
  /** How long a service may refuse everything; default 10 minutes. */
  readonly patienceMs?: number;
}

/** Used when a refusal does not say how long to wait; doubled while refusals follow one another. */
const firstPauseMs = 200;
const longestPauseMs = 20_000;

/** Creates the limiter of one portal. */
export function createLimiter(options: LimiterOptions): Limiter {
  const { clock, log } = options;
  const concurrency = options.concurrency ?? 8;
  const patienceMs = options.patienceMs ?? 600_000;
  const rate = createAdaptiveRate({
    initial: options.initialRate ?? 40,
    minimum: 0.2,
    maximum: 500,
  });

  const queue: (() => void)[] = [];
  let running = 0;
  /** When the next request may start. */
  let nextAt = Number.NEGATIVE_INFINITY;
  let cancelTimer: (() => void) | undefined;
  /** Raised by each slowing down: refusals of requests sent before it say nothing new. */
  let epoch = 0;
  let pauseMs = firstPauseMs;
  let refusedSince: number | undefined;

  function spend(now: number): void {
    const interval = 1000 / rate.perSecond(now);
    // A timer that fires late may be made up for, by one request.
    nextAt = Math.max(nextAt, now - interval) + interval;
  }

  function pump(): void {
    cancelTimer?.();
    cancelTimer = undefined;
    while (running < concurrency && queue.length > 0) {
      const now = clock.now();
      if (now < nextAt) {
        cancelTimer = clock.after(nextAt - now, pump);
        return;
      }
      spend(now);
      queue.shift()?.();
    }
  }

  function turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const start = () => {
        signal.removeEventListener('abort', onAbort);
        running++;
        resolve();
      };
      const onAbort = () => {
        const index = queue.indexOf(start);
        if (index !== -1) queue.splice(index, 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      queue.push(start);
      pump();
    });
  }

  function slowDown(sentIn: number, retryAfterMs: number | undefined): void {
    const now = clock.now();
    refusedSince ??= now;
    if (sentIn === epoch) {
      epoch++;
      const pause = retryAfterMs ?? pauseMs;
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      nextAt = Math.max(nextAt, now + pause);
      rate.refused(now, nextAt);
      log('debug', 'limiter.slowed', { pauseMs: pause, perSecond: rate.perSecond(now) });
    } else if (retryAfterMs !== undefined) {
      nextAt = Math.max(nextAt, now + retryAfterMs);
    }
  }

  return {
    async run(task, signal) {
      for (;;) {
        await turn(signal);
        const sentIn = epoch;
        try {
          const value = await task();
          rate.accepted(clock.now());
          pauseMs = firstPauseMs;
          refusedSince = undefined;
          return value;
        } catch (error) {
          if (!isKeyfobError(error, 'too_many_requests')) throw error;
          const seconds = error.details?.retryAfterSeconds;
          const retryAfterMs = typeof seconds === 'number' ? seconds * 1000 : undefined;
          const waited = clock.now() - (refusedSince ?? clock.now());
          if (waited + (retryAfterMs ?? 0) > patienceMs) throw error;
          slowDown(sentIn, retryAfterMs);
        } finally {
          running--;
          pump();
        }
      }
    },
    yieldTurn: () => spend(clock.now()),
  };
}
