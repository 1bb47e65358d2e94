import { KeyfobError } from '../../shared/errors.ts';

/** What git and a credential helper say to each other (gitcredentials(7), git-credential(1)). */

/** What git asks with, as far as it matters here. */
export interface GitRequest {
  readonly protocol?: string | undefined;
  /** With its port, where the URL has one. */
  readonly host?: string | undefined;
  readonly path?: string | undefined;
  readonly username?: string | undefined;
  /** Secret: what the server has said no to, in either form. */
  readonly password?: string | undefined;
  readonly credential?: string | undefined;
  /** The challenges of the server's answer. */
  readonly wwwauth: readonly string[];
  readonly capabilities: readonly string[];
}

const maxLineBytes = 65_535;

/** Lines of `key=value` up to an empty one; `key[]` repeats, an empty one begins anew. */
export function parseGitRequest(text: string): GitRequest {
  const single = new Map<string, string>();
  const lists = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    if (line === '') break;
    const equals = line.indexOf('=');
    if (equals < 1 || line.includes('\0') || Buffer.byteLength(line) > maxLineBytes) {
      throw new KeyfobError('invalid_input', 'What came on stdin is no question of git.', {
        hint: 'git runs this by itself: `keyfob git install` sets it up.',
      });
    }
    const key = line.slice(0, equals);
    const value = line.slice(equals + 1);
    if (!key.endsWith('[]')) single.set(key, value);
    else if (value === '') lists.delete(key);
    else lists.set(key, [...(lists.get(key) ?? []), value]);
  }
  return {
    protocol: single.get('protocol'),
    host: single.get('host'),
    path: single.get('path'),
    username: single.get('username'),
    password: single.get('password'),
    credential: single.get('credential'),
    wwwauth: lists.get('wwwauth[]') ?? [],
    capabilities: lists.get('capability[]') ?? [],
  };
}

/** Lines for git. Throws `invalid_input` for a value that would be another line, or too long. */
export function gitLines(pairs: readonly (readonly [string, string])[]): string {
  return pairs
    .map(([key, value]) => {
      const line = `${key}=${value}`;
      if (/[\n\r\0]/.test(value) || Buffer.byteLength(line) > maxLineBytes) {
        throw new KeyfobError('invalid_input', `git can't take this ${key}.`, {
          hint: 'It has a newline in it, or is longer than 64 KiB. Ask for fewer scopes.',
        });
      }
      return `${line}\n`;
    })
    .join('');
}

/** A host in the one form that it is compared in: without the port that its protocol has anyway. */
export function plainHost(host: string, protocol: string): string {
  const usual = protocol === 'https' ? ':443' : ':80';
  const lower = host.toLowerCase();
  return lower.endsWith(usual) ? lower.slice(0, -usual.length) : lower;
}
