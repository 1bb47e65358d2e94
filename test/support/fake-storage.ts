import type { Files, SecretStore } from '../../main/ports.ts';
import { KeyfobError } from '../../shared/errors.ts';

export type SecretCall = `${'get' | 'set' | 'delete'} ${string}`;

/** A secret store in memory that fails and stalls when told to. */
export interface FakeSecrets extends SecretStore {
  readonly values: Map<string, string>;
  /** Every call in order, `set acme` for one. */
  readonly calls: SecretCall[];
  /** Every call (or those of one kind) rejects with `error` until `heal()`. */
  fail(error: Error, only?: 'get' | 'set' | 'delete'): void;
  /** As a locked keychain: every call rejects with `keychain_locked` until `heal()`. */
  lock(): void;
  heal(): void;
  /** Calls from now on wait until the returned function is called. */
  hold(): () => void;
}

export function createFakeSecrets(values = new Map<string, string>()): FakeSecrets {
  const calls: SecretCall[] = [];
  let failure: { error: Error; only: string | undefined } | undefined;
  let held: Promise<void> | undefined;

  async function call<T>(kind: 'get' | 'set' | 'delete', key: string, act: () => T): Promise<T> {
    calls.push(`${kind} ${key}`);
    await held;
    if (failure !== undefined && (failure.only ?? kind) === kind) throw failure.error;
    return act();
  }
  const fail = (error: Error, only?: 'get' | 'set' | 'delete') => {
    failure = { error, only };
  };

  return {
    kind: 'memory',
    values,
    calls,
    get: (key) => call('get', key, () => values.get(key) ?? null),
    set: (key, value) => call('set', key, () => void values.set(key, value)),
    delete: (key) => call('delete', key, () => void values.delete(key)),
    fail,
    lock: () => fail(new KeyfobError('keychain_locked', 'The keychain is locked.')),
    heal() {
      failure = undefined;
    },
    hold() {
      const gate = Promise.withResolvers<void>();
      held = gate.promise;
      return () => {
        if (held === gate.promise) held = undefined;
        gate.resolve();
      };
    },
  };
}

/** Files in memory that fail when told to. */
export interface FakeFiles extends Files {
  /** By name; change it to damage a file. */
  readonly contents: Map<string, string>;
  /** Names in the order written, with what was written. */
  readonly writes: { readonly name: string; readonly text: string }[];
  /** Every call (or those of one kind) rejects with `error` until `heal()`; contents stay. */
  fail(error: Error, only?: 'read' | 'write' | 'remove' | 'setAside'): void;
  /** Every write rejects with `disk_full` until `heal()`; contents stay. */
  fillDisk(): void;
  heal(): void;
}

export function createFakeFiles(contents = new Map<string, string>()): FakeFiles {
  const writes: { name: string; text: string }[] = [];
  let failure: { error: Error; only: string | undefined } | undefined;

  async function call<T>(kind: 'read' | 'write' | 'remove' | 'setAside', act: () => T): Promise<T> {
    await Promise.resolve();
    if (failure !== undefined && (failure.only ?? kind) === kind) throw failure.error;
    return act();
  }
  const fail: FakeFiles['fail'] = (error, only) => {
    failure = { error, only };
  };

  return {
    contents,
    writes,
    read: (name) => call('read', () => contents.get(name) ?? null),
    write: (name, text) =>
      call('write', () => {
        contents.set(name, text);
        writes.push({ name, text });
      }),
    remove: (name) => call('remove', () => void contents.delete(name)),
    setAside: (name) =>
      call('setAside', () => {
        let aside = `${name}.damaged`;
        for (let n = 2; contents.has(aside); n++) aside = `${name}.damaged-${n}`;
        const text = contents.get(name);
        if (text !== undefined) contents.set(aside, text);
        contents.delete(name);
        return `/state/${aside}`;
      }),
    fail,
    fillDisk: () => fail(new KeyfobError('disk_full', 'The disk is full.'), 'write'),
    heal() {
      failure = undefined;
    },
  };
}
