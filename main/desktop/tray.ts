import { join } from 'node:path';
import { Menu, type MenuItemConstructorOptions, Tray } from 'electron';
import type { Clock } from '../ports.ts';
import type { StateStore } from '../state.ts';
import type { Rectangle } from './placing.ts';
import { needsPerson, tooltip } from './session-words.ts';
import { type TrayActions, trayMenu } from './tray-menu.ts';

export interface ShellTray {
  /** Where the icon is; empty where the platform does not tell. */
  bounds(): Rectangle;
  close(): void;
}

export interface ShellTrayDeps {
  /** `process.platform`. */
  readonly platform: string;
  /** The folder with the icons. */
  readonly assets: string;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly actions: TrayActions;
  /** A click on the icon, where there is such a thing. */
  readonly onClick: () => void;
}

/** Changes come in bursts. */
const settleMs = 100;
/** The time left is told in minutes. */
const everyMs = 60_000;

/** The icon's file: in outline, with a notch when the person is needed. */
function trayIcon(platform: string, attention: boolean): string {
  if (platform === 'darwin') return attention ? 'trayAttentionTemplate.png' : 'trayTemplate.png';
  const name = attention ? 'tray-attention' : 'tray';
  return platform === 'win32' ? `${name}.ico` : `${name}.png`;
}

/** Puts the icon into the tray, and keeps it, its tooltip and its menu up to date. */
export function createShellTray(deps: ShellTrayDeps): ShellTray {
  const { platform, assets, state, clock, actions } = deps;
  const icon = () => join(assets, trayIcon(platform, needsPerson(state.snapshot())));
  let shownIcon = icon();
  let shownTooltip: string | undefined;
  let shownMenu: string | undefined;
  let cancelSettle: (() => void) | undefined;
  let cancelTick: (() => void) | undefined;
  const tray = new Tray(shownIcon);

  const template = () => trayMenu(state.snapshot(), clock.now(), actions);

  function refresh(): void {
    const wantedIcon = icon();
    if (wantedIcon !== shownIcon) tray.setImage(wantedIcon);
    shownIcon = wantedIcon;
    const wantedTooltip = tooltip(state.snapshot(), clock.now());
    if (wantedTooltip !== shownTooltip) tray.setToolTip(wantedTooltip);
    shownTooltip = wantedTooltip;
    if (platform === 'linux') refreshMenu();
  }

  /** Elsewhere the menu is made when it is opened. On Linux a new one closes the one that is open. */
  function refreshMenu(): void {
    const wanted = template();
    const text = JSON.stringify(wanted);
    if (text === shownMenu) return;
    shownMenu = text;
    tray.setContextMenu(Menu.buildFromTemplate(wanted satisfies MenuItemConstructorOptions[]));
  }

  function tick(): void {
    refresh();
    cancelTick = clock.after(everyMs, tick);
  }

  /** Kept until the next one: what nobody holds may be collected while it is open. */
  let poppedUp: Menu;
  function popUpMenu(): void {
    poppedUp = Menu.buildFromTemplate(template());
    tray.popUpContextMenu(poppedUp);
  }

  if (platform !== 'linux') tray.on('right-click', popUpMenu);
  // Where it waits for a second click, the second of two quick ones is lost.
  if (platform === 'darwin') tray.setIgnoreDoubleClickEvents(true);
  tray.on('click', ({ ctrlKey }) => {
    // A Mac's other right click.
    if (platform === 'darwin' && ctrlKey) popUpMenu();
    else deps.onClick();
  });
  const unsubscribe = state.subscribe(() => {
    cancelSettle ??= clock.after(settleMs, () => {
      cancelSettle = undefined;
      refresh();
    });
  });
  tick();

  return {
    bounds: () => tray.getBounds(),
    close() {
      unsubscribe();
      cancelSettle?.();
      cancelTick?.();
      tray.destroy();
    },
  };
}
