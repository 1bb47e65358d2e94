import { field, parseAnswer } from './helper-error.ts';
import { type HotSurroundings, placesOf } from './hot.ts';
import type { HttpAnswer } from './http-answer.ts';
import { requestOverSocket } from './socket-http.ts';

/**
 * What may be named, one a line: for completions, at each press of the Tab key. It starts no helper
 * and says nothing of what fails: a half-typed line is no place for that.
 */

export type NamesOf = 'accounts' | 'connections';

/** The arguments after `__names`; undefined where they ask for something else. */
export function parseNames(args: readonly string[]): NamesOf | undefined {
  const [of, ...rest] = args;
  return rest.length === 0 && (of === 'accounts' || of === 'connections') ? of : undefined;
}

/** Who waits for longer than that has typed on. */
const deadlineMs = 1_500;
const maxBytes = 64 * 1024 * 1024;

/** The names as lines, empty where there is nobody to ask. Never rejects. */
export async function printNames(
  of: NamesOf,
  { env, platform }: Pick<HotSurroundings, 'env' | 'platform'>,
): Promise<string> {
  const { socket } = placesOf(env, platform);
  const limits = { socket, deadlineMs, maxBytes };
  try {
    const names =
      of === 'connections'
        ? connectionsIn(await requestOverSocket({ ...limits, method: 'GET', path: '/v1/status' }))
        : accountsIn(
            await requestOverSocket({
              ...limits,
              method: 'POST',
              path: '/v1/commands/accounts.list',
              body: '{}',
            }),
          );
    return names.map((name) => `${name}\n`).join('');
  } catch {
    return '';
  }
}

function connectionsIn(answer: HttpAnswer): string[] {
  return namesIn(field(parseAnswer(answer), 'connections'), 'name');
}

function accountsIn(answer: HttpAnswer): string[] {
  return namesIn(field(field(parseAnswer(answer), 'value'), 'accounts'), 'path');
}

/** Names come from outside: one with a line break or an escape sequence in it is not offered. */
function namesIn(list: unknown, member: string): string[] {
  if (!Array.isArray(list)) return [];
  return list
    .map((one) => field(one, member))
    .filter((name) => typeof name === 'string')
    .filter((name) => name !== '' && !/\p{Cc}/u.test(name));
}
