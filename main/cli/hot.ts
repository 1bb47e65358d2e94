import { isKeyfobError, KeyfobError } from '../../shared/errors.ts';
import { type Environment, type Places, resolvePlaces } from '../../shared/places.ts';
import { field, helperError, parseAnswer } from './helper-error.ts';
import { readHotOptions } from './hot-options.ts';
import { startedBy } from './hot-started-by.ts';
import { tellingQuestions } from './hot-telling.ts';
import { notOurs } from './http-answer.ts';
import { requestOverSocket, type SocketRequest } from './socket-http.ts';

/**
 * What tools run again and again. Nothing here, nor what it imports, may load more than `node:net`
 * and what Node has loaded anyway: the whole process has to cost hardly more than a bare Node.
 */

export interface HotSurroundings {
  readonly env: Environment;
  /** `process.platform`. */
  readonly platform: string;
  /** Starts a helper and returns when it listens; loaded only when needed. */
  readonly startHelper: (places: Places) => Promise<void>;
  /**
   * Default 150,000: a person has a minute for the code of an MFA device and one to confirm, and the
   * provider its time after that.
   */
  readonly deadlineMs?: number;
  /** Between attempts while one helper takes another's place; default 250. */
  readonly pauseMs?: number;
  /** Who runs this command; default `process.ppid`. */
  readonly parent?: number;
}

export interface CredentialProcessArguments {
  /** Absent: the active account. */
  readonly account: string | undefined;
  readonly autostart: boolean;
}

/**
 * The arguments after `credential-process`, or undefined when they ask for what only the cold
 * command can do (help, `--json`) or say wrongly.
 */
export function parseCredentialProcess(
  args: readonly string[],
): CredentialProcessArguments | undefined {
  const read = readHotOptions(args, {});
  if (read === undefined || read.words.length > 1) return undefined;
  return { account: read.words[0], autostart: read.autostart };
}

/**
 * Credentials for a `credential_process =` line: one JSON object, checked to be one.
 *
 * Rejects as `askHelper`.
 */
export async function credentialProcess(
  { account, autostart }: CredentialProcessArguments,
  surroundings: HotSurroundings,
): Promise<string> {
  const query = account === undefined ? '' : `?account=${encodeURIComponent(account)}`;
  const path = `/v1/aws/credentials${query}`;
  return checked(await askHelper({ method: 'GET', path }, autostart, surroundings));
}

/** How often a helper is started for one question. */
const mostStarts = 3;

/**
 * One question to the helper, which is started where none runs, and asked again while one takes
 * another's place. Returns what the answer's JSON holds. Rejects with the helper's error, or with
 * those of `requestOverSocket`.
 */
export async function askHelper(
  question: Pick<SocketRequest, 'method' | 'path' | 'body'>,
  autostart: boolean,
  surroundings: HotSurroundings,
): Promise<unknown> {
  const places = placesOf(surroundings.env, surroundings.platform);
  const deadlineMs = surroundings.deadlineMs ?? 150_000;
  const { socket } = places;
  const parent = surroundings.parent ?? process.ppid;
  const forWhom = surroundings.platform === 'linux' ? startedBy(parent) : undefined;
  const request: SocketRequest = { ...question, socket, deadlineMs, startedBy: forWhom };

  const start = autostart && mayAutostart(surroundings.env) ? surroundings.startHelper : undefined;
  const pause = () => new Promise((resolve) => setTimeout(resolve, surroundings.pauseMs ?? 250));
  async function ask() {
    for (let starts = 0; ; starts += 1) {
      try {
        return await tellingQuestions(socket, requestOverSocket(request));
      } catch (error) {
        if (start === undefined || starts === mostStarts || !isStartable(error)) throw error;
      }
      // A helper that was killed may still seem to listen for a moment.
      if (starts > 0) await pause();
      await start(places);
    }
  }

  for (let attempt = 1; ; attempt += 1) {
    const answer = await ask();
    const body = parseAnswer(answer);
    if (answer.status === 200) return body;
    const error = helperError(body);
    // The next helper will answer.
    const again = error.code === 'helper_stopping' && start !== undefined && attempt < 20;
    if (!again) throw error;
    await pause();
  }
}

/** The same for a command of the helper: returns its value. */
export async function commandHelper(
  name: string,
  input: object,
  autostart: boolean,
  surroundings: HotSurroundings,
): Promise<unknown> {
  const path = `/v1/commands/${name}`;
  const body = JSON.stringify(input);
  return field(await askHelper({ method: 'POST', path, body }, autostart, surroundings), 'value');
}

function checked(body: unknown): string {
  if (field(body, 'Version') !== 1 || typeof field(body, 'AccessKeyId') !== 'string') {
    throw notOurs();
  }
  return `${JSON.stringify(body)}\n`;
}

/** False when `KEYFOB_NO_AUTOSTART` says so; empty and `0` count as unset. */
export function mayAutostart(env: Environment): boolean {
  const value = env.KEYFOB_NO_AUTOSTART;
  return value === undefined || value === '' || value === '0';
}

/** True for a failure that a freshly started helper would mend. */
export function isStartable(error: unknown): boolean {
  return isKeyfobError(error, 'no_helper') && error.details?.startable === true;
}

/** The places, with the home folder from the environment; the system is asked only if it is unset. */
export function placesOf(env: Environment, platform: string): Places {
  const home = platform === 'win32' ? env.USERPROFILE : env.HOME;
  return resolvePlaces(env, platform, home || process.getBuiltinModule('node:os').homedir());
}

/** A failure of Keyfob itself, in the one form that is printed. */
export function unexpected(error: unknown): KeyfobError {
  return isKeyfobError(error)
    ? error
    : new KeyfobError('internal', 'Something inside the keyfob command failed.', {
        hint: 'Run it again with KEYFOB_DEBUG=1 to see where.',
        cause: error,
      });
}
