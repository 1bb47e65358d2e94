import type { BrowserWindowConstructorOptions, WebPreferences } from 'electron';

/** A popover beside the tray's icon, or a window like any other. */
export type WindowMode = 'popover' | 'ordinary';

/** In device-independent pixels. */
export const popoverSize = { width: 360, height: 568 } as const;

export interface WindowSurroundings {
  /** The built preload's full path. */
  readonly preload: string;
  /** The app's icon, for the task bar. */
  readonly icon: string;
  /** Whether this is an installed app, in which nobody opens developer tools. */
  readonly packaged: boolean;
  readonly dark: boolean;
}

/** A name without `persist:`, hence a session in memory alone. */
export const partition = 'keyfob';

/** What the page may do: draw, and call the bridge. */
export function webPreferences(around: WindowSurroundings): WebPreferences {
  return {
    preload: around.preload,
    partition,
    sandbox: true,
    contextIsolation: true,
    webSecurity: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webviewTag: false,
    spellcheck: false,
    navigateOnDragDrop: false,
    allowRunningInsecureContent: false,
    disableDialogs: true,
    devTools: !around.packaged,
  };
}

/** Shown by the shell once the page has drawn itself. */
export function windowOptions(
  mode: WindowMode,
  around: WindowSurroundings,
): BrowserWindowConstructorOptions {
  const common: BrowserWindowConstructorOptions = {
    title: 'Keyfob',
    show: false,
    icon: around.icon,
    // The page's own surfaces, so that nothing flashes before it has drawn.
    backgroundColor: around.dark ? '#15171b' : '#fbfaf8',
    fullscreenable: false,
    webPreferences: webPreferences(around),
  };
  if (mode === 'ordinary') {
    return {
      ...common,
      width: 900,
      height: 640,
      minWidth: popoverSize.width,
      minHeight: 480,
      autoHideMenuBar: true,
    };
  }
  return {
    ...common,
    ...popoverSize,
    frame: false,
    resizable: false,
    movable: false,
    minimizable: false,
    maximizable: false,
    skipTaskbar: true,
    alwaysOnTop: true,
  };
}
