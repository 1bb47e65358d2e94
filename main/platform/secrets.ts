import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { KeyfobError } from '../../shared/errors.ts';
import type { Clock, Files, SecretStore } from '../ports.ts';
import { createKeychain } from './keychain.ts';
import { isSecretServiceLocked } from './secret-service.ts';
import { type AskPassphrase, createFileSecrets } from './secrets-file.ts';
import { createMemorySecrets } from './secrets-memory.ts';

export interface SecretsOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `process.platform`. */
  readonly platform: string;
  readonly clock: Clock;
  readonly files: Files;
  readonly passphrase: AskPassphrase;
}

/**
 * Chooses the store by KEYFOB_KEYCHAIN: `os` (as when unset), `file` or `memory`. Throws
 * `invalid_input` for anything else: to guess would be to put secrets where nobody wants them.
 */
export function createSecrets(options: SecretsOptions): SecretStore & { readonly busy: boolean } {
  const { env, platform, clock, files, passphrase } = options;
  const kind = env.KEYFOB_KEYCHAIN || 'os';
  switch (kind) {
    case 'os':
      return createKeychain({
        clock,
        platform,
        isLocked: async () => platform === 'linux' && (await isSecretServiceLocked(env)),
        // One keychain serves all homes of a user; connections of the same name must not meet in it.
        ...(env.KEYFOB_HOME ? { home: shortHash(resolve(env.KEYFOB_HOME)) } : {}),
      });
    case 'file':
      return { ...createFileSecrets({ files, passphrase }), busy: false };
    case 'memory':
      return { ...createMemorySecrets(), busy: false };
    default:
      throw new KeyfobError('invalid_input', `KEYFOB_KEYCHAIN is ${JSON.stringify(kind)}.`, {
        hint: 'Expected os, file or memory; os is the default.',
      });
  }
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
