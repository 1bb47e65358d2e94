import type { SecretStore } from '../ports.ts';

/** KEYFOB_KEYCHAIN=memory: secrets that end with the process. */
export function createMemorySecrets(): SecretStore {
  const values = new Map<string, string>();
  return {
    kind: 'memory',
    get: async (key) => values.get(key) ?? null,
    set: async (key, value) => {
      values.set(key, value);
    },
    delete: async (key) => {
      values.delete(key);
    },
  };
}
