import type { Session } from 'electron';
import { isOurs } from './origin.ts';

/**
 * Denies a session whatever a page could ask of the machine or of the network: no permission, no
 * device, no download, no request but for our own files.
 *
 * @param devTools whether the requests of developer tools pass, which share the session
 */
export function guardSession(session: Session, { devTools }: { devTools: boolean }): void {
  session.setPermissionRequestHandler((_contents, _permission, callback) => callback(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setBluetoothPairingHandler((_details, callback) => callback({ confirmed: false }));
  session.setDisplayMediaRequestHandler((_request, callback) => callback(null));
  session.setUSBProtectedClassesHandler(({ protectedClasses }) => protectedClasses);
  session.on('will-download', (event) => event.preventDefault());
  session.webRequest.onBeforeRequest(({ url }, callback) => {
    const passes = isOurs(url) || (devTools && url.startsWith('devtools://'));
    callback({ cancel: !passes });
  });
}
