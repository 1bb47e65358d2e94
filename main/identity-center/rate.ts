/**
 * How many requests a second a service bears, found by trying: multiplicative decrease, additive
 * increase. What got through before a refusal tells how far to step back. Pure: it is told the
 * time and reads no clock.
 */
export interface AdaptiveRate {
  /** Requests per second now; grows while nothing is refused. */
  perSecond(nowMs: number): number;
  /** The service answered a request. */
  accepted(nowMs: number): void;
  /** The service refused a request; `resumesAtMs` is when the next one may go out. */
  refused(nowMs: number, resumesAtMs: number): void;
}

export interface AdaptiveRateOptions {
  /** Where to start, requests per second. */
  readonly initial: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** Most limits are counted by the second, so that is where acceptances are counted. */
const windowMs = 1000;
/** Fewer acceptances than this before a refusal say nothing about the limit. */
const enough = 10;
/** Additive growth per second, as a share of the estimated limit. */
const boldStep = 0.1;
const carefulStep = 0.003;

/** Creates a rate that begins at `initial`. */
export function createAdaptiveRate(options: AdaptiveRateOptions): AdaptiveRate {
  const { initial, minimum, maximum } = options;
  let rate = initial;
  /** The estimated limit; undefined while there is no reason to think of one. */
  let limit: number | undefined;
  let step = boldStep;
  let grownAt: number | undefined;
  let accepted: number[] = [];

  function grow(nowMs: number): void {
    const seconds = (nowMs - (grownAt ?? nowMs)) / 1000;
    if (seconds < 0) return;
    grownAt = nowMs;
    if (limit === undefined) {
      rate *= 2 ** Math.min(seconds, 1);
    } else {
      rate += limit * step * seconds;
      if (rate > limit * 1.2) limit = undefined;
    }
    rate = Math.min(maximum, rate);
  }

  return {
    perSecond(nowMs) {
      grow(nowMs);
      return rate;
    },
    accepted(nowMs) {
      accepted.push(nowMs);
      if (accepted.length > 4 * maximum) accepted = accepted.slice(-maximum);
    },
    refused(nowMs, resumesAtMs) {
      grow(nowMs);
      accepted = accepted.filter((at) => at > nowMs - windowMs);
      const count = accepted.length;
      const known = count >= Math.min(enough, rate / 2);
      const estimate = Math.min(rate, Math.max(rate * (known ? 0.5 : 0.7), count));
      // Two refusals that tell the same limit are believed: from then on it is probed rarely.
      const confirmed = known && limit !== undefined && Math.abs(estimate - limit) < limit * 0.15;
      step = confirmed ? carefulStep : boldStep;
      limit = estimate;
      rate = Math.max(minimum, estimate * 0.95);
      grownAt = resumesAtMs;
    },
  };
}
