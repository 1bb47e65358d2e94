import { field } from './helper-error.ts';
import { askHelper, type HotSurroundings } from './hot.ts';
import { notOurs } from './http-answer.ts';

/** `keyfob token` where it only has to print a token: as hot as `credential-process`. */

export interface TokenArguments {
  /** Absent: the active account. */
  readonly account: string | undefined;
  readonly scopes: readonly string[];
  readonly audience?: string | undefined;
  /** Seconds, as written. */
  readonly minTtl?: string | undefined;
  readonly idToken: boolean;
  readonly autostart: boolean;
  /** A process that keeps what it gets: asking again before its end, it was refused with it. */
  readonly holder?: number | undefined;
}

/**
 * The arguments after `token`, or undefined when they ask for what only the cold command can do
 * (help, `--json`) or say wrongly.
 */
export function parseToken(args: readonly string[]): TokenArguments | undefined {
  const values = {
    '--scope': [] as string[],
    '--audience': [] as string[],
    '--min-ttl': [] as string[],
  };
  let account: string | undefined;
  let idToken = false;
  let autostart = true;
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i] ?? '';
    const equals = arg.startsWith('--') ? arg.indexOf('=') : -1;
    const name = equals === -1 ? arg : arg.slice(0, equals);
    if (isNamed(name, values)) {
      if (equals === -1) i += 1;
      const value = equals === -1 ? args[i] : arg.slice(equals + 1);
      if (value === undefined || value === '' || value.startsWith('-')) return undefined;
      values[name].push(value);
    } else if (arg === '--id-token') idToken = true;
    else if (arg === '--no-autostart') autostart = false;
    else if (account === undefined && arg !== '' && !arg.startsWith('-')) account = arg;
    else return undefined;
  }
  const { '--scope': scopes, '--audience': audiences, '--min-ttl': minTtls } = values;
  if (audiences.length > 1 || minTtls.length > 1) return undefined;
  return { account, scopes, audience: audiences[0], minTtl: minTtls[0], idToken, autostart };
}

function isNamed<T extends object>(name: string, values: T): name is Extract<keyof T, string> {
  return Object.hasOwn(values, name);
}

/** The helper's whole answer to `GET /v1/token`. Rejects as `askHelper`. */
export async function fetchToken(
  { account, scopes, audience, minTtl, idToken, autostart, holder }: TokenArguments,
  surroundings: HotSurroundings,
): Promise<{ readonly [name: string]: unknown; readonly access_token: string }> {
  const query = [
    pair('account', account),
    pair('scope', scopes.length === 0 ? undefined : scopes.join(' ')),
    pair('audience', audience),
    pair('min_ttl', minTtl),
    pair('id_token', idToken ? 'true' : undefined),
    pair('holder', holder?.toString()),
  ].filter((one) => one !== '');
  const path = `/v1/token${query.length === 0 ? '' : `?${query.join('&')}`}`;
  const body = await askHelper({ method: 'GET', path }, autostart, surroundings);
  const token = field(body, 'access_token');
  if (typeof token !== 'string' || token === '') throw notOurs();
  return { ...(body as object), access_token: token };
}

/** The token alone, as a line. */
export async function printToken(
  given: TokenArguments,
  surroundings: HotSurroundings,
): Promise<string> {
  return `${(await fetchToken(given, surroundings)).access_token}\n`;
}

function pair(name: string, value: string | undefined): string {
  return value === undefined ? '' : `${name}=${encodeURIComponent(value)}`;
}
