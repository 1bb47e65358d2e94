/**
 * Whether a browser can be expected to open here and to reach this machine's loopback, as the
 * authorization code flow needs. Judged by signs; pure, so that the helper and the command agree.
 */

/** Why no browser is expected. */
export type BrowserObstacle = 'ssh' | 'container' | 'ci' | 'wsl' | 'no_display';

/** What the environment does not tell. */
export interface MachineSigns {
  readonly container: boolean;
  readonly wsl: boolean;
  /** wslu's opener, which reaches Windows' browser; that in turn reaches WSL's loopback. */
  readonly wslview: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param platform as `process.platform`
 * @returns undefined where a browser can be expected. `KEYFOB_BROWSER` overrules every sign.
 */
export function browserObstacle(
  env: Environment,
  platform: string,
  machine: Partial<MachineSigns> = {},
): BrowserObstacle | undefined {
  const has = (name: string) => (env[name] ?? '') !== '';
  if (has('KEYFOB_BROWSER')) return undefined;
  if (has('SSH_CONNECTION') || has('SSH_TTY')) return 'ssh';
  if (has('CI') && env.CI !== 'false' && env.CI !== '0') return 'ci';
  if (platform !== 'linux') return undefined;
  if (machine.container === true || has('container')) return 'container';
  if (machine.wsl === true || has('WSL_DISTRO_NAME')) {
    return machine.wslview === true ? undefined : 'wsl';
  }
  return has('DISPLAY') || has('WAYLAND_DISPLAY') ? undefined : 'no_display';
}
