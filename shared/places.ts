/**
 * Where Keyfob's folders and its socket lie. The helper and the hot commands must agree to the
 * letter, and the hot commands can afford no imports: hence plain strings, and no library.
 */

export interface Places {
  /** Connections, settings, the account catalogue, the encrypted secrets file. */
  readonly state: string;
  readonly log: string;
  /** A UNIX socket's path, or a named pipe on Windows. */
  readonly socket: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Resolves the folders for a platform (`process.platform`).
 *
 * `KEYFOB_HOME` puts everything under one folder; `KEYFOB_SOCK` moves the socket alone. Else the
 * XDG base directories on Linux (of which only absolute ones count, says their specification) and
 * the platform's own customs elsewhere.
 */
export function resolvePlaces(env: Environment, platform: string, home: string): Places {
  const slash = platform === 'win32' ? '\\' : '/';
  const under = (...parts: string[]) => parts.join(slash);
  const set = (name: string) =>
    env[name] === undefined || env[name] === '' ? undefined : env[name];

  const xdg = (name: string) => (set(name)?.startsWith('/') ? set(name) : undefined);

  const keyfobHome = set('KEYFOB_HOME');
  let state: string;
  let log: string;
  let runtime: string | undefined;
  if (keyfobHome !== undefined) {
    state = keyfobHome;
    log = under(keyfobHome, 'log');
  } else if (platform === 'win32') {
    state = under(set('LOCALAPPDATA') ?? under(home, 'AppData', 'Local'), 'Keyfob');
    log = under(state, 'Log');
  } else if (platform === 'darwin') {
    state = under(home, 'Library', 'Application Support', 'Keyfob');
    log = under(home, 'Library', 'Logs', 'Keyfob');
  } else {
    state = under(xdg('XDG_STATE_HOME') ?? under(home, '.local', 'state'), 'keyfob');
    log = under(state, 'log');
    const xdgRuntime = xdg('XDG_RUNTIME_DIR');
    if (xdgRuntime !== undefined) runtime = under(xdgRuntime, 'keyfob');
  }

  return { state, log, socket: set('KEYFOB_SOCK') ?? defaultSocket() };

  function defaultSocket(): string {
    if (platform !== 'win32') return under(runtime ?? state, 'helper.sock');
    // Pipes share one namespace for all users; a KEYFOB_HOME of its own gets a pipe of its own.
    const owner = `${set('USERNAME') ?? 'user'}${keyfobHome === undefined ? '' : `-${keyfobHome}`}`;
    return `\\\\.\\pipe\\keyfob-${owner.replace(/[^A-Za-z0-9_.-]/g, '_')}`;
  }
}
