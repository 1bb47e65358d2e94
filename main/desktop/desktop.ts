import { homedir } from 'node:os';
import { join } from 'node:path';
import { app, dialog, nativeTheme, screen, session } from 'electron';
import { asKeyfobError } from '../../shared/errors.ts';
import type { Environment, Places } from '../../shared/places.ts';
import { version } from '../../shared/version.ts';
import { placeOf } from '../endpoint/failures.ts';
import { createInProcessClient, createRouter } from '../endpoint/router.ts';
import { createHelper, type Helper } from '../helper.ts';
import { createActions } from './actions.ts';
import { setAppMenu } from './app-menu.ts';
import { createCommandQuestion } from './command-question.ts';
import { followState } from './following.ts';
import { createWindowIpc } from './ipc.ts';
import { hiddenSwitch, setLoginItem } from './login-item.ts';
import { commandBeside } from './own-command.ts';
import { canPlace, placeNear } from './placing.ts';
import { createDesktopPorts, type DesktopPorts } from './ports.ts';
import { servePage } from './protocol.ts';
import { createQuitting, type Quitting } from './quitting.ts';
import { guardSession } from './session-guards.ts';
import { keepsWindowOpen } from './session-words.ts';
import { createShellTray, type ShellTray } from './tray.ts';
import { followUpdates, type Updater } from './updates.ts';
import { partition } from './window-options.ts';
import { createWindows, type Windows } from './windows.ts';

export interface DesktopOptions {
  readonly env: Environment;
  /** `process.platform`. */
  readonly platform: string;
  readonly places: Places;
  /** `process.argv`. */
  readonly argv: readonly string[];
  /** The folder of the bundles. */
  readonly dist: string;
}

export interface Desktop {
  readonly helper: Helper;
  readonly windows: Windows;
}

/**
 * The app, once Electron is ready: the helper, and around it the tray, the window and what else
 * the desktop offers. A headless helper that runs is asked to leave, and its place is taken.
 * Resolves to undefined if there can be no helper; the person has been told why.
 */
export async function openDesktop(options: DesktopOptions): Promise<Desktop | undefined> {
  const { platform, places, dist } = options;
  const { isPackaged } = app;
  const page = session.fromPartition(partition);
  for (const one of [page, session.defaultSession]) guardSession(one, { devTools: !isPackaged });
  servePage(page, join(dist, 'renderer'));
  setAppMenu(platform);
  app.dock?.hide();

  const ports = createDesktopPorts(options);
  const command = commandBeside({
    ...options,
    packaged: isPackaged,
    resources: process.resourcesPath,
  });
  const helper = createHelper(ports, {
    version,
    places,
    ...(command === undefined ? {} : { command }),
  });
  const quitting = createQuitting(helper, ports);
  process.on('unhandledRejection', (error) => {
    ports.log('error', 'unhandled_rejection', placeOf(error));
  });
  // Nobody knows in what state this left us. Electron would show the whole stack.
  process.on('uncaughtException', (error) => {
    ports.log('error', 'uncaught_exception', placeOf(error));
    void quitting.now(1);
  });
  try {
    await helper.listen({ replace: true });
    await helper.start();
  } catch (error) {
    showWhyNot(error);
    await quitting.now(1);
    return undefined;
  }
  const windows = furnish(options, helper, ports, quitting);
  if (!startsHidden(options)) windows.open();
  return { helper, windows };
}

/** Tells a person why there is no app. */
export function showWhyNot(error: unknown): void {
  const { message, hint } = asKeyfobError(error);
  dialog.showErrorBox("Keyfob can't start", hint === undefined ? message : `${message}\n${hint}`);
}

async function loadUpdater(): Promise<Updater> {
  const { autoUpdater } = await import('electron-updater');
  // It would print where everything lies.
  autoUpdater.logger = null;
  return autoUpdater;
}

/** Whether the system has started the app, rather than a person who wants to see it. */
function startsHidden({ argv, platform }: DesktopOptions): boolean {
  if (argv.includes(hiddenSwitch)) return true;
  return platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin;
}

/** Everything around the helper. */
function furnish(
  { env, platform, dist }: DesktopOptions,
  helper: Helper,
  ports: DesktopPorts,
  quitting: Quitting,
): Windows {
  const { state, handlers } = helper;
  const { clock, log, notifier } = ports;
  const assets = join(dist, 'desktop/assets');
  const router = createRouter(handlers, log);
  const client = createInProcessClient(router, { caller: 'window' });
  const question = createCommandQuestion(() => windows.settle());
  const ipc = createWindowIpc({ handlers, state, log, askForCommand: question.ask });
  let tray: ShellTray | undefined;

  const windows = createWindows({
    clock,
    surroundings: () => ({
      preload: join(dist, 'preload/index.cjs'),
      icon: join(assets, 'icon.png'),
      packaged: app.isPackaged,
      dark: nativeTheme.shouldUseDarkColors,
    }),
    place(size) {
      if (tray === undefined || !canPlace(platform, env)) return undefined;
      const pointer = screen.getCursorScreenPoint();
      const icon = tray.bounds();
      const { workArea } = screen.getDisplayNearestPoint(icon.width === 0 ? pointer : icon);
      return placeNear(icon, pointer, workArea, size);
    },
    knowsIcon: () => (tray?.bounds().width ?? 0) > 0,
    keepOpen: () => question.open() || keepsWindowOpen(state.snapshot()),
    attach: ipc.attach,
    onHidden() {
      if (state.get('settings').closeExplained) return;
      notifier.tell(
        'Keyfob keeps running',
        'You find it in the tray, whose menu has Quit. To start it again shows this window.',
      );
      const changes = { closeExplained: true };
      void client.call('settings.change', { changes }).catch(() => undefined);
    },
  });

  const { tell } = notifier;
  const actions = createActions({ client, windows, tell, quit: () => app.quit() });
  tray = createShellTray({
    platform,
    assets,
    state,
    clock,
    actions,
    onClick: () => windows.toggle(),
  });
  notifier.start({ ...actions, open: () => windows.open() }, state);
  app.on('activate', () => windows.open());

  const stopFollowing = followState({
    state,
    onQuestion: () => windows.reveal(),
    onPendingChange: () => windows.settle(),
    setLoginItem(open) {
      // From the sources there is no program that could be started by itself.
      if (!app.isPackaged) return;
      const how = { platform, env, home: homedir(), program: process.execPath };
      setLoginItem(open, how).catch((error: unknown) => {
        log('warn', 'login_item.failed', placeOf(error));
        tell('Opening at login was not changed', 'The autostart entry could not be written.');
      });
    },
  });
  const stopUpdates = app.isPackaged
    ? followUpdates({
        state,
        clock,
        log,
        load: loadUpdater,
        tell,
        quitFor: quitting.for,
      })
    : () => {};

  quitting.before(() => {
    stopUpdates();
    stopFollowing();
    windows.quit();
    ipc.close();
    tray?.close();
    notifier.close();
  });
  return windows;
}
