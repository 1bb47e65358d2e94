import { isKeyfobError, type KeyfobError } from '../../shared/errors.ts';

/** What somebody found out who tried again. */
export type Verdict =
  /** The host answers again. */
  | { readonly kind: 'over' }
  /** It can't be reached, whoever asks. */
  | { readonly kind: 'unreachable'; readonly error: KeyfobError }
  /** It answers, with failures that may be of this request alone. */
  | { readonly kind: 'failing' }
  /** They gave up before they knew. */
  | { readonly kind: 'unknown' };

/**
 * Trouble with hosts, so that an outage is found out once and not by everyone who waits for the
 * same thing: one goes ahead and tries again, the others wait for what that comes to.
 */
export interface Troubles {
  /** What the one who goes ahead finds out; undefined where nobody does. */
  verdict(key: string): Promise<Verdict> | undefined;
  /** True from a failure to the next success. */
  suspected(key: string): boolean;
  /** Goes ahead of all others; the returned function tells them. */
  lead(key: string): (verdict: Verdict) => void;
  succeeded(key: string): void;
  failed(key: string): void;
}

/** Creates the memory of a way to a provider: there is no trouble. */
export function createTroubles(): Troubles {
  const leads = new Map<string, Promise<Verdict>>();
  const suspects = new Set<string>();

  return {
    verdict: (key) => leads.get(key),
    suspected: (key) => suspects.has(key),
    lead(key) {
      const { promise, resolve } = Promise.withResolvers<Verdict>();
      leads.set(key, promise);
      return (verdict) => {
        if (leads.get(key) === promise) leads.delete(key);
        resolve(verdict);
      };
    },
    succeeded: (key) => void suspects.delete(key),
    failed: (key) => void suspects.add(key),
  };
}

/** What an error says about the host, to others than the one who got it. */
export function verdictOf(error: unknown): Verdict {
  return isKeyfobError(error, 'network_error', 'timeout', 'tls_error', 'proxy_error')
    ? { kind: 'unreachable', error }
    : { kind: 'failing' };
}
