import { KeyfobError } from '../../shared/errors.ts';
import { isLoopback } from '../../shared/loopback.ts';
import { type GitRequest, gitLines, parseGitRequest, plainHost } from './git-credential.ts';
import { field } from './helper-error.ts';
import { commandHelper, type HotSurroundings } from './hot.ts';
import type { HotEnding } from './hot-ending.ts';
import { type HotOptions, readHotOptions } from './hot-options.ts';
import { fetchToken } from './hot-token.ts';
import { notOurs } from './http-answer.ts';
import { readInput } from './input.ts';

/** `keyfob git get`: git's credential helper, for the one host that it was installed for. */

export type GitArguments = HotOptions<keyof typeof options>;

const options = {
  '--host': 'value',
  '--account': 'value',
  '--username': 'value',
  '--scope': 'value',
  '--audience': 'value',
  '--auth': 'value',
} as const;

const maxInputBytes = 1024 * 1024;
/** What forges take who look at the password alone. */
const usualUsername = 'oauth2';

/**
 * The arguments after `git`: those of the installed line, then git's own word at the end. Undefined
 * for what a person types.
 */
export function parseGit(args: readonly string[]): GitArguments | undefined {
  const read = readHotOptions(args, options);
  if (read?.words.length !== 1) return undefined;
  const [action = ''] = read.words;
  const auth = read.values['--auth'] ?? 'auto';
  if (!['auto', 'basic', 'bearer'].includes(auth)) return undefined;
  // git may come up with other words; a person's typing error has no host.
  const isGits = ['get', 'store', 'erase', 'capability'].includes(action);
  return isGits || read.values['--host'] !== undefined ? read : undefined;
}

/** What git is told. A word that this does not know is passed over in silence, as git wants it. */
export async function answerGit(
  given: GitArguments,
  surroundings: HotSurroundings,
  read: typeof readInput = readInput,
): Promise<HotEnding> {
  const [action] = given.words;
  if (action === 'capability') return { out: 'version 0\ncapability authtype\n' };
  if (action === 'erase' && given.values['--host'] === undefined) return { out: '' };
  if (action !== 'get' && action !== 'erase') return { out: '' };
  const text = read(maxInputBytes, (sofar) => sofar.includes('\n\n') || sofar.startsWith('\n'));
  const request = parseGitRequest(text ?? '\0');
  try {
    if (!isOurs(given, request)) return { out: '' };
    if (action === 'erase') {
      await refuse(given, request, surroundings);
      return { out: '' };
    }
    return { out: await credential(given, request, surroundings) };
  } catch (failure) {
    // git has been told no already, and asks for a credential again when it needs one.
    if (action === 'erase') return { out: '' };
    // Nobody else has anything for this host: git is not to ask for a password.
    return { out: 'quit=1\n', failure };
  }
}

function isOurs({ values }: GitArguments, { protocol = '', host = '' }: GitRequest): boolean {
  const bound = values['--host'];
  if (bound === undefined) {
    throw new KeyfobError('invalid_input', 'This line names no host to give a token to.', {
      hint: 'Let `keyfob git install HOST ACCOUNT` write it.',
    });
  }
  if (plainHost(bound, protocol) !== plainHost(host, protocol)) return false;
  if (protocol === 'https') return true;
  if (protocol !== 'http') return false;
  if (URL.canParse(`http://${host}`) && isLoopback(new URL(`http://${host}`).hostname)) return true;
  throw new KeyfobError('refused', `${host} would get the token unencrypted.`, {
    hint: 'Use an https:// address for the repository.',
  });
}

async function credential(
  { values, autostart }: GitArguments,
  request: GitRequest,
  surroundings: HotSurroundings,
): Promise<string> {
  const account = values['--account'];
  const host = request.host ?? '';
  if (isCodeCommit(request)) {
    const { path } = request;
    if (path === undefined) throw pathMissing(host);
    const input = { host, path, ...(account === undefined ? {} : { account }) };
    const login = await commandHelper('account.codecommit', input, autostart, surroundings);
    return gitLines([
      ['username', text(login, 'username')],
      ['password', text(login, 'password')],
      ['password_expiry_utc', epochSeconds(field(login, 'expiresAt'))],
    ]);
  }
  const answer = await fetchToken(
    {
      account,
      scope: values['--scope'],
      audience: values['--audience'],
      idToken: false,
      autostart,
    },
    surroundings,
  );
  if (String(answer.token_type).toLowerCase() === 'dpop') throw boundToken();
  const expiry = ['password_expiry_utc', epochSeconds(answer.expires_at)] as const;
  if (wantsBearer(values['--auth'], request)) {
    return gitLines([
      ['capability[]', 'authtype'],
      ['authtype', 'Bearer'],
      ['credential', answer.access_token],
      ['ephemeral', '1'],
      expiry,
    ]);
  }
  return gitLines([
    ['username', values['--username'] ?? request.username ?? usualUsername],
    ['password', answer.access_token],
    expiry,
  ]);
}

/** The server took the credential for none: what may be cached of it is not handed out again. */
async function refuse(
  { values }: GitArguments,
  request: GitRequest,
  surroundings: HotSurroundings,
): Promise<void> {
  const token = request.password ?? request.credential;
  if (token === undefined || isCodeCommit(request)) return;
  const { '--account': account, '--scope': scope, '--audience': audience } = values;
  const input = {
    token,
    ...(account === undefined ? {} : { account }),
    ...(scope === undefined ? {} : { scope: scope.split(' ') }),
    ...(audience === undefined ? {} : { audience }),
  };
  // Where no helper runs, none has anything in hand.
  await commandHelper('account.refused', input, false, surroundings);
}

function isCodeCommit({ host = '' }: GitRequest): boolean {
  return /^git-codecommit(?:-fips)?\./i.test(host);
}

/** The bearer form where git knows it and the server has named it, or somebody wants it. */
function wantsBearer(auth: string | undefined, { capabilities, wwwauth }: GitRequest): boolean {
  if (!capabilities.includes('authtype') || auth === 'basic') return false;
  return auth === 'bearer' || wwwauth.some((challenge) => /^bearer\b/i.test(challenge));
}

function epochSeconds(time: unknown): string {
  const at = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  if (Number.isNaN(at)) throw notOurs();
  return String(Math.floor(at / 1000));
}

function text(value: unknown, name: string): string {
  const found = field(value, name);
  if (typeof found === 'string') return found;
  throw notOurs();
}

function pathMissing(host: string): KeyfobError {
  return new KeyfobError('invalid_input', 'CodeCommit needs the path of the repository.', {
    hint: `Run \`git config --global credential.https://${host}.useHttpPath true\`.`,
  });
}

function boundToken(): KeyfobError {
  return new KeyfobError(
    'not_offered',
    'This token is bound to a key, and git has no proof of it.',
    {
      hint: 'Use a connection without DPoP for git.',
    },
  );
}
