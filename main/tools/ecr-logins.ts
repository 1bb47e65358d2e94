import type { AwsCredentials } from '../accounts/source.ts';
import type { Ports } from '../ports.ts';
import { unlessAborted } from '../waiting.ts';
import { type EcrRegistry, ecrLogin, type RegistryLogin } from './ecr.ts';

/** A password is asked for anew this long before it ends: a push may take its time. */
const spareMs = 30 * 60_000;
/** More APIs than anybody has registries of: what is held for one's credentials begins anew. */
const maxHeld = 64;

interface Held {
  login?: RegistryLogin;
  flight?: Promise<RegistryLogin>;
}

/**
 * ECR's passwords, kept in memory: Docker asks for one with each pull. They belong to the very
 * credentials that they were got with; who has others gets another. Many who ask at once are one,
 * and one who leaves takes nothing from the others.
 */
export function createEcrLogins(ports: Pick<Ports, 'clock' | 'env' | 'fetch' | 'log' | 'random'>) {
  const all = new WeakMap<AwsCredentials, Map<string, Held>>();
  // The request has a deadline of its own.
  const never = new AbortController().signal;

  function heldFor(registry: EcrRegistry, credentials: AwsCredentials): Held {
    const known = all.get(credentials) ?? new Map<string, Held>();
    all.set(credentials, known);
    const key = `${registry.service} ${registry.api}`;
    const held = known.get(key) ?? {};
    if (known.size >= maxHeld) known.clear();
    known.set(key, held);
    return held;
  }

  return async (
    registry: EcrRegistry,
    credentials: AwsCredentials,
    /** Epoch milliseconds, AWS's. */
    now: number,
    signal: AbortSignal,
  ): Promise<RegistryLogin> => {
    const held = heldFor(registry, credentials);
    const { login } = held;
    if (login !== undefined && login.expiresAt - now > spareMs) return login;
    held.flight ??= ecrLogin(registry, credentials, now, ports, never)
      .then((made) => {
        held.login = made;
        return made;
      })
      .finally(() => {
        delete held.flight;
      });
    return await unlessAborted(held.flight, signal);
  };
}
