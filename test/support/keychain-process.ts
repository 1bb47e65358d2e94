/**
 * A process that works on the keychain of its environment: the session bus is chosen once in a
 * process, so each kind of keychain needs one of its own. Takes a JSON list of steps on stdin,
 * prints a JSON list of outcomes; with `forever`, repeats the steps until it is killed.
 */
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { createClock } from '../../main/platform/clock.ts';
import type { Keytar } from '../../main/platform/keychain.ts';
import { createSecrets } from '../../main/platform/secrets.ts';
import { asKeyfobError, type ErrorInfo } from '../../shared/errors.ts';
import { createFakeFiles } from './fake-storage.ts';

export type KeychainStep =
  | { readonly do: 'get' | 'delete'; readonly key: string }
  | { readonly do: 'set'; readonly key: string; readonly value: string }
  /** The names and secrets of all items, past Keyfob's own code. */
  | { readonly do: 'list' };

export type KeychainOutcome = { readonly value: unknown } | { readonly error: ErrorInfo };

const keytar = createRequire(import.meta.url)('keytar') as Keytar & {
  findCredentials(service: string): Promise<{ account: string; password: string }[]>;
};

const secrets = createSecrets({
  env: process.env,
  platform: process.platform,
  clock: createClock(),
  files: createFakeFiles(),
  passphrase: async () => null,
});

async function run(step: KeychainStep): Promise<unknown> {
  switch (step.do) {
    case 'get':
      return await secrets.get(step.key);
    case 'set':
      return await secrets.set(step.key, step.value);
    case 'delete':
      return await secrets.delete(step.key);
    case 'list':
      return await keytar.findCredentials('Keyfob');
  }
}

const steps: KeychainStep[] = JSON.parse(await text(process.stdin));
// The clock's timers keep no process alive, and neither does waiting for the keychain.
const alive = setInterval(() => undefined, 1_000);
do {
  const outcomes: KeychainOutcome[] = [];
  for (const step of steps) {
    try {
      outcomes.push({ value: (await run(step)) ?? null });
    } catch (error) {
      outcomes.push({ error: asKeyfobError(error).toInfo() });
    }
  }
  process.stdout.write(`${JSON.stringify(outcomes)}\n`);
} while (process.argv.includes('forever'));
clearInterval(alive);
