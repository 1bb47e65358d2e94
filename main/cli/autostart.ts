import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, parse, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KeyfobError } from '../../shared/errors.ts';
import type { Environment, Places } from '../../shared/places.ts';
import { daemonScript } from './daemon-script.ts';
import { createStartLock } from './start-lock.ts';

export interface AutostartOptions {
  readonly places: Places;
  /** The command's `import.meta.url`, from which the helper's script is found. */
  readonly entry: string;
  /** Another script to run as the helper; for tests. */
  readonly script?: string;
  readonly env?: Environment;
  /** Default 10,000. */
  readonly deadlineMs?: number;
}

/** A helper being started: how its process ended, if it did. */
interface Starting {
  ended(): { readonly code: number | null } | undefined;
}

const ownPrefix = 'keyfob: ';
const seeWhy = 'Run `keyfob daemon` to see why.';
/** What a helper says that found another one running. */
const helperRunning = /\bhelper_running\b|already running/;

/**
 * Starts the headless helper, detached from this terminal, and returns once its socket answers.
 * Any number of commands may do so at the same time: one starts it, all return.
 *
 * Rejects with `no_helper`: it ended at once (its own last words are in the message), or it was not
 * ready in time.
 */
export async function startHelper(options: AutostartOptions): Promise<void> {
  const { places, deadlineMs = 10_000 } = options;
  const script = options.script ?? daemonScript(options.entry);
  const deadline = Date.now() + deadlineMs;
  const lock = createStartLock(places.state, deadlineMs);
  const wordsPath = join(places.log, 'start.log');
  let starting: Starting | undefined;

  try {
    for (let pause = 10; Date.now() < deadline; pause = Math.min(pause * 1.5, 100)) {
      if (await listens(places.socket)) return;
      if (starting === undefined && lock.take()) {
        // Between the look at the socket and the lock, another command may have been through.
        if (await listens(places.socket)) return;
        starting = startDetached(script, wordsPath, options.env ?? process.env);
      }
      const end = starting?.ended();
      if (end !== undefined) {
        const words = lastWords(wordsPath);
        if (!helperRunning.test(words)) throw endedAtOnce(end.code, words, wordsPath);
        // The other one may be on its way out, its socket gone already: then one more try is due.
        starting = undefined;
      }
      await sleep(pause);
    }
  } finally {
    lock.release();
  }
  throw new KeyfobError(
    'no_helper',
    `The helper was started but was not ready within ${Math.round(deadlineMs / 1000)} seconds.`,
    { hint: `Run \`keyfob daemon\` to see why, or look into ${places.log}.` },
  );
}

/** Whether somebody accepts connections on the socket. */
export function listens(socket: string): Promise<boolean> {
  return new Promise((done) => {
    const probe = connect(socket);
    const answer = (value: boolean) => {
      probe.destroy();
      done(value);
    };
    probe.on('connect', () => answer(true));
    probe.on('error', () => answer(false));
  });
}

function startDetached(script: string, wordsPath: string, env: Environment): Starting {
  const words = openWords(wordsPath);
  let end: { code: number | null } | undefined;
  // Its own session and no shared pipe: tools wait until all holders of their pipes are gone.
  const child = spawn(process.execPath, [script], {
    detached: true,
    stdio: ['ignore', 'ignore', words ?? 'ignore'],
    cwd: parse(process.execPath).root,
    env: withAbsolutePaths(env),
    windowsHide: true,
  });
  child.on('exit', (code) => {
    end = { code };
  });
  child.on('error', () => {
    end = { code: null };
  });
  child.unref();
  if (words !== undefined) closeSync(words);
  return { ended: () => end };
}

/** The helper runs in the root folder, so that it keeps no other one busy. */
function withAbsolutePaths(env: Environment): NodeJS.ProcessEnv {
  const absolute: NodeJS.ProcessEnv = { ...env };
  for (const name of [
    'KEYFOB_HOME',
    'KEYFOB_SOCK',
    'KEYFOB_PASSPHRASE_FILE',
    'AWS_CA_BUNDLE',
    'AWS_CONFIG_FILE',
    'NODE_EXTRA_CA_CERTS',
  ]) {
    const value = env[name];
    if (value === undefined || value === '') continue;
    // There, as the AWS tools do, the helper takes a `~` for the home folder.
    if (name === 'AWS_CONFIG_FILE' && /^~[\\/]/.test(value)) continue;
    absolute[name] = resolve(value);
  }
  return absolute;
}

/** Catches what the helper says before its log is open, or when it crashes. */
function openWords(path: string): number | undefined {
  try {
    mkdirSync(parse(path).dir, { recursive: true, mode: 0o700 });
    return openSync(path, 'w', 0o600);
  } catch {
    return undefined;
  }
}

function lastWords(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

/** Its own words where it had time for some; of a crash, the place where it is written down, if it is. */
function endedAtOnce(code: number | null, words: string, wordsPath: string): KeyfobError {
  const [said = '', ...advice] = words.split('\n');
  const isOwn = said.startsWith(ownPrefix);
  const reason = isOwn ? said.slice(ownPrefix.length) : `it ended with code ${code ?? 'none'}.`;
  const hint = isOwn ? advice.map((line) => line.trim()).join('\n') : '';
  return new KeyfobError('no_helper', `The helper could not start: ${reason}`, {
    hint: hint || (words === '' ? seeWhy : `What it said last is in ${wordsPath}.`),
  });
}
