import type { AwsCredentials } from '../accounts/source.ts';
import type { Ports } from '../ports.ts';
import { type EcrRegistry, ecrLogin, type RegistryLogin } from './ecr.ts';

/** A password is asked for anew this long before it ends: a push may take its time. */
const spareMs = 30 * 60_000;
const maxHeld = 64;

/**
 * ECR's passwords, kept in memory: Docker asks for one with each pull. They belong to the very
 * credentials that they were got with; who has others gets another. Many who ask at once are one.
 */
export function createEcrLogins(ports: Pick<Ports, 'clock' | 'env' | 'fetch' | 'log' | 'random'>) {
  const held = new WeakMap<AwsCredentials, Map<string, Promise<RegistryLogin>>>();

  return async (
    registry: EcrRegistry,
    credentials: AwsCredentials,
    signal: AbortSignal,
  ): Promise<RegistryLogin> => {
    const logins = held.get(credentials) ?? new Map<string, Promise<RegistryLogin>>();
    held.set(credentials, logins);
    const key = `${registry.service} ${registry.api}`;
    const known = await logins.get(key)?.catch(() => undefined);
    if (known !== undefined && known.expiresAt - ports.clock.now() > spareMs) return known;
    if (logins.size >= maxHeld) logins.clear();
    const asked = ecrLogin(registry, credentials, ports, signal);
    logins.set(key, asked);
    asked.catch(() => logins.delete(key));
    return await asked;
  };
}
