import { isKeyfobError } from '../../shared/errors.ts';
import { version } from '../../shared/version.ts';
import { field } from './helper-error.ts';
import { commandHelper, type HotSurroundings, unexpected } from './hot.ts';
import type { HotEnding } from './hot-ending.ts';
import { type HotOptions, readHotOptions } from './hot-options.ts';
import { notOurs } from './http-answer.ts';
import { readInput } from './input.ts';

/** `keyfob docker get`: Docker's credential helper, which it runs as `docker-credential-keyfob`. */

export type DockerArguments = HotOptions<never>;

const words = ['get', 'store', 'erase', 'list', 'version'];
const maxInputBytes = 256 * 1024;

/** Docker knows a miss by this very sentence. */
const missing = 'credentials not found in native keychain';

/** The arguments after `docker`; undefined for what a person types. */
export function parseDocker(args: readonly string[]): DockerArguments | undefined {
  const read = readHotOptions(args, {});
  const [word = ''] = read?.words ?? [];
  return read?.words.length === 1 && words.includes(word) ? read : undefined;
}

/** What Docker is told. It reads what went wrong from stdout, and that something did from the exit code. */
export async function answerDocker(
  { words: [action], autostart }: DockerArguments,
  surroundings: HotSurroundings,
  read: typeof readInput = readInput,
): Promise<HotEnding> {
  try {
    switch (action) {
      case 'version':
        return { out: `docker-credential-keyfob ${version}\n` };
      case 'list':
        return { out: `${JSON.stringify(await list(autostart, surroundings))}\n` };
      case 'get':
        return { out: `${JSON.stringify(await get(read, autostart, surroundings))}\n` };
      default:
        // `docker login` is let go on, and `docker logout`: the passwords are Keyfob's own, and
        // what Docker has to say about them is neither needed nor kept.
        read(maxInputBytes);
        return { out: '' };
    }
  } catch (error) {
    const { message, hint } = unexpected(error);
    const said = isKeyfobError(error, 'not_found') ? missing : `${message} ${hint ?? ''}`.trim();
    return { out: `${said}\n`, exitCode: 1 };
  }
}

async function get(
  read: typeof readInput,
  autostart: boolean,
  surroundings: HotSurroundings,
): Promise<object> {
  const url = (read(maxInputBytes) ?? '').trim();
  const input = { host: hostIn(url) };
  const login = await commandHelper('registry.login', input, autostart, surroundings);
  return { ServerURL: url, Username: text(login, 'username'), Secret: text(login, 'secret') };
}

async function list(
  autostart: boolean,
  surroundings: HotSurroundings,
): Promise<Readonly<Record<string, string>>> {
  const value = await commandHelper('registry.list', {}, autostart, surroundings);
  const registries = field(value, 'registries');
  if (!Array.isArray(registries)) throw notOurs();
  return Object.fromEntries(registries.map((one) => [text(one, 'host'), text(one, 'username')]));
}

/** Docker names a registry by its host, or by an address that begins with it. */
function hostIn(url: string): string {
  return url.replace(/^https?:\/\//i, '').replace(/\/.*$/s, '');
}

function text(value: unknown, name: string): string {
  const found = field(value, name);
  if (typeof found === 'string') return found;
  throw notOurs();
}
