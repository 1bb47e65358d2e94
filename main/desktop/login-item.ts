import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { app } from 'electron';
import type { Environment } from '../../shared/places.ts';

/** Said to an app that the system started: it shows no window. */
export const hiddenSwitch = '--hidden';

export interface LoginItemOptions {
  /** `process.platform`. */
  readonly platform: string;
  readonly env: Environment;
  readonly home: string;
  /** The program to start: `process.execPath`. */
  readonly program: string;
}

/**
 * Has the system start Keyfob when the person logs in, or no longer. Rejects with what the file
 * system says. On Linux this is an entry of the XDG Desktop Application Autostart Specification.
 */
export async function setLoginItem(open: boolean, options: LoginItemOptions): Promise<void> {
  const { platform, env, home } = options;
  if (platform !== 'linux') {
    app.setLoginItemSettings({ openAtLogin: open, args: [hiddenSwitch] });
    return;
  }
  const config = env.XDG_CONFIG_HOME;
  const folder = config === undefined || config === '' ? join(home, '.config') : config;
  const file = join(folder, 'autostart', 'dev.keyfob.app.desktop');
  if (!open) {
    await rm(file, { force: true });
    return;
  }
  await mkdir(dirname(file), { recursive: true });
  // What an AppImage unpacks lies elsewhere at every start; the image itself stays.
  await writeFile(file, autostartEntry(env.APPIMAGE ?? options.program));
}

/** The autostart entry's text. */
export function autostartEntry(program: string): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Keyfob',
    'Comment=Credential helper in your tray',
    `Exec=${quoted(program)} ${hiddenSwitch}`,
    'Icon=keyfob-desktop',
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/**
 * Quoting of the Desktop Entry Specification, section "The Exec key": within quotes a backslash
 * goes before `"`, backtick, `$` and `\`; the string type then doubles each backslash, and a
 * percent sign is doubled as it would begin a field code.
 */
function quoted(program: string): string {
  const escaped = program.replace(/["`$\\]/g, '\\$&').replaceAll('\\', '\\\\');
  return `"${escaped.replaceAll('%', '%%')}"`;
}
