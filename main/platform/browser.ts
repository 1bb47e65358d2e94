import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { release } from 'node:os';
import { delimiter, join } from 'node:path';
import { browserObstacle, type MachineSigns } from '../../shared/browser-availability.ts';
import { KeyfobError } from '../../shared/errors.ts';
import type { Browser, Clock } from '../ports.ts';
import { browserCommand } from './browser-command.ts';

export interface BrowserOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `process.platform`. */
  readonly platform: string;
  readonly clock: Clock;
  /** For tests; else looked for on this machine. */
  readonly machine?: MachineSigns;
}

/** An opener that has not failed by then is taken to have worked: some stay until the browser closes. */
const graceMs = 3_000;

/** The user's browser, started without a shell. */
export function createBrowser(options: BrowserOptions): Browser {
  const { env, platform, clock } = options;
  let machine = options.machine;
  const signs = () => {
    machine ??= lookAround(env);
    return machine;
  };

  return {
    get available() {
      return browserObstacle(env, platform, signs()) === undefined;
    },
    async open(url, chosen) {
      const target = webAddress(url);
      const wsl = platform === 'linux' && (signs().wsl || (env.WSL_DISTRO_NAME ?? '') !== '');
      const [command, ...args] = browserCommand(target, env, wsl ? 'wsl' : platform, chosen);
      await start(command, args, env, clock);
    },
  };
}

/** Only the web: an opener would start other programs for other schemes. */
function webAddress(url: string): string {
  const parsed = URL.parse(url);
  if (parsed?.protocol === 'https:' || parsed?.protocol === 'http:') return parsed.href;
  throw new KeyfobError('browser_failed', 'Only http and https addresses are opened.', {
    hint: 'Check the start URL of the connection: `keyfob connection show`.',
  });
}

async function start(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  clock: Clock,
): Promise<void> {
  let stopWaiting = () => {};
  try {
    await new Promise<void>((resolve, reject) => {
      const child = spawn(command, args, {
        env,
        shell: false,
        detached: true,
        stdio: 'ignore',
        windowsHide: true,
      });
      child.unref();
      child.on('error', reject);
      child.on('exit', (code, signal) =>
        code === 0 ? resolve() : reject(new Error(`ended with ${signal ?? `exit code ${code}`}`)),
      );
      stopWaiting = clock.after(graceMs, resolve);
    });
  } catch (error) {
    throw new KeyfobError('browser_failed', `The browser could not be opened with ${command}.`, {
      hint: 'Open the address yourself, sign in with `--device`, or set another command in the settings or KEYFOB_BROWSER.',
      details: { command },
      cause: error,
    });
  } finally {
    stopWaiting();
  }
}

function lookAround(env: Readonly<Record<string, string | undefined>>): MachineSigns {
  return {
    container: existsSync('/.dockerenv') || existsSync('/run/.containerenv'),
    // "5.15.153.1-microsoft-standard-WSL2"
    wsl: /microsoft|wsl/i.test(release()),
    wslview: (env.PATH ?? '').split(delimiter).some((folder) => isProgram(join(folder, 'wslview'))),
  };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
