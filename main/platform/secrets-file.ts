import { KeyfobError } from '../../shared/errors.ts';
import type { Files, SecretStore } from '../ports.ts';
import {
  type Cost,
  decryptSecrets,
  deriveKey,
  encryptSecrets,
  isKeyOf,
  newKeyDerivation,
  parseSecretsFile,
  type SecretsKey,
} from './secrets-file-format.ts';

/** Asks for the passphrase: of the file that is there, or for one to be made. Null: nobody to ask. */
export type AskPassphrase = (purpose: 'open' | 'create') => Promise<string | null>;

export interface FileSecretsOptions {
  readonly files: Files;
  readonly passphrase: AskPassphrase;
  /** scrypt's, for a file to be made; tests have no time for the usual one. */
  readonly cost?: Cost;
}

const fileName = 'secrets.json';

/**
 * KEYFOB_KEYCHAIN=file: secrets in one encrypted file of the state folder.
 *
 * Besides the port's codes, rejects with those of the Files port. A damaged file is set aside and
 * named in a `secret_damaged`; the call after that finds no file.
 */
export function createFileSecrets(options: FileSecretsOptions): SecretStore {
  const { files, passphrase, cost } = options;
  let opened:
    | { readonly key: SecretsKey; readonly secrets: ReadonlyMap<string, string> }
    | undefined;
  let tail: Promise<unknown> = Promise.resolve();

  function queued<T>(task: () => Promise<T>): Promise<T> {
    const result = tail.then(task);
    tail = result.catch(() => undefined);
    return result;
  }

  async function load(): Promise<typeof opened> {
    if (opened !== undefined) return opened;
    const text = await files.read(fileName);
    if (text === null) return undefined;
    const file = parseSecretsFile(text);
    if (file === undefined) throw await setAside();
    const key = await deriveKey(file.kdf, await ask('open'));
    if (!isKeyOf(key, file)) throw wrongPassphrase();
    const secrets = decryptSecrets(key, file);
    if (secrets === undefined) throw await setAside();
    opened = { key, secrets };
    return opened;
  }

  async function setAside(): Promise<KeyfobError> {
    const movedTo = await files.setAside(fileName);
    return new KeyfobError('secret_damaged', `${fileName}, the encrypted secrets, is damaged.`, {
      hint: `It was moved to ${movedTo}. Put back a good copy, or sign in again.`,
      details: { file: fileName, movedTo },
    });
  }

  async function ask(purpose: 'open' | 'create'): Promise<string> {
    const answer = await passphrase(purpose);
    if (answer !== null && answer !== '') return answer;
    throw new KeyfobError('passphrase_required', 'The encrypted secrets need a passphrase.', {
      hint: 'Set KEYFOB_PASSPHRASE_FILE to a file that holds it, or run `keyfob daemon` in a terminal to be asked.',
    });
  }

  async function save(key: SecretsKey, secrets: ReadonlyMap<string, string>): Promise<void> {
    await files.write(fileName, encryptSecrets(key, secrets));
    opened = { key, secrets };
  }

  return {
    kind: 'file',
    get: (name) => queued(async () => (await load())?.secrets.get(name) ?? null),
    set: (name, value) =>
      queued(async () => {
        const now = await load();
        const key = now?.key ?? (await deriveKey(newKeyDerivation(cost), await ask('create')));
        await save(key, new Map(now?.secrets).set(name, value));
      }),
    delete: (name) =>
      queued(async () => {
        const now = await load();
        if (now === undefined || !now.secrets.has(name)) return;
        const rest = new Map(now.secrets);
        rest.delete(name);
        await save(now.key, rest);
      }),
  };
}

function wrongPassphrase(): KeyfobError {
  return new KeyfobError('passphrase_wrong', 'The passphrase does not open the secrets.', {
    hint: 'Check KEYFOB_PASSPHRASE_FILE, or type it again. Nothing was changed.',
  });
}
