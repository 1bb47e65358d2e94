import { join, resolve } from 'node:path';
import { app } from 'electron';
import { type Environment, type Places, resolvePlaces } from '../../shared/places.ts';
import { guardNavigation } from './navigation-guards.ts';
import { registerScheme } from './protocol.ts';

/** What Windows knows the app's notifications by; electron-builder's `appId`. */
export const appId = 'dev.keyfob.app';

/**
 * By which Windows finds who answers a notification's buttons. Drawn by lot, once: Electron draws
 * another at every start, which the notifications of the one before no longer lead to.
 */
export const toastActivator = '{2BC8B54E-1C16-4E57-8C8B-8AE0B0C11B83}';

/** Where the helper's folders lie, by their full paths. */
export function desktopPlaces(env: Environment, platform: string, home: string): Places {
  const { state, log, socket } = resolvePlaces(env, platform, home);
  return {
    state: resolve(state),
    log: resolve(log),
    socket: platform === 'win32' ? socket : resolve(socket),
  };
}

/**
 * What must be done before Electron is ready, in this order. False: another instance runs already,
 * which has been told, and this one is to end.
 *
 * @param onSecondInstance what to do when the app is started once more. It is not told the other's
 *   arguments: any local program can make them up.
 */
export function prepareApp(
  places: Places,
  platform: string,
  onSecondInstance: () => void,
): boolean {
  // The lock lies there too, so that each KEYFOB_HOME has an instance of its own.
  app.setPath('userData', join(places.state, 'chromium'));
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return false;
  }
  // Where the kernel lets nobody have a sandbox, an AppImage is started without one; to insist then
  // leaves a white page.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  registerScheme();
  if (platform === 'win32') {
    app.setAppUserModelId(appId);
    app.setToastActivatorCLSID(toastActivator);
  }
  app.on('second-instance', () => onSecondInstance());
  // Closing the window is not quitting; without this listener it would be.
  app.on('window-all-closed', () => {});
  app.on('web-contents-created', (_event, contents) => guardNavigation(contents));
  return true;
}
