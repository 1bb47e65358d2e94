import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { compileCache } from './compile-cache.ts';
import type { KeychainOutcome, KeychainStep } from './keychain-process.ts';

const script = fileURLToPath(new URL('keychain-process.ts', import.meta.url));

/** Starts a process that works on the keychain of `env`. */
export function startKeychainSteps(
  env: Readonly<Record<string, string>>,
  steps: readonly KeychainStep[],
  ...args: string[]
) {
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...compileCache, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(steps));
  return child;
}

/** Each call is a process of its own: nothing is remembered from one to the next. */
export async function runKeychainSteps(
  env: Readonly<Record<string, string>>,
  ...steps: KeychainStep[]
): Promise<KeychainOutcome[]> {
  const child = startKeychainSteps(env, steps);
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return JSON.parse(output);
}

/** As `runKeychainSteps`. Throws where a step failed. */
export async function keychainValues(
  env: Readonly<Record<string, string>>,
  ...steps: KeychainStep[]
): Promise<unknown[]> {
  const outcomes = await runKeychainSteps(env, ...steps);
  return outcomes.map((outcome) => {
    if ('error' in outcome) throw new Error(JSON.stringify(outcome.error));
    return outcome.value;
  });
}
