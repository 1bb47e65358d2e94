import { field } from './helper-error.ts';
import { askHelper, type HotSurroundings } from './hot.ts';
import { readHotOptions } from './hot-options.ts';
import { notOurs } from './http-answer.ts';

/** `keyfob token` where it only has to print a token: as hot as `credential-process`. */

export interface TokenArguments {
  /** Absent: the active account. */
  readonly account: string | undefined;
  /** With blanks between them; absent: the account's own. */
  readonly scope?: string | undefined;
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
  const read = readHotOptions(args, {
    '--scope': 'list',
    '--audience': 'value',
    '--min-ttl': 'value',
    '--id-token': 'flag',
  });
  if (read === undefined || read.words.length > 1) return undefined;
  const { values, autostart } = read;
  if (!/^\d{1,7}$/.test(values['--min-ttl'] ?? '0')) return undefined;
  return {
    account: read.words[0],
    scope: values['--scope'],
    audience: values['--audience'],
    minTtl: values['--min-ttl'],
    idToken: values['--id-token'] !== undefined,
    autostart,
  };
}

/** The helper's whole answer to `GET /v1/token`. Rejects as `askHelper`. */
export async function fetchToken(
  { account, scope, audience, minTtl, idToken, autostart, holder }: TokenArguments,
  surroundings: HotSurroundings,
): Promise<{ readonly [name: string]: unknown; readonly access_token: string }> {
  const query = [
    pair('account', account),
    pair('scope', scope),
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
