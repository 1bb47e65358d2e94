import { join } from 'node:path';
import { findElectron } from '../../../main/desktop/electron-binary.ts';

const root = join(import.meta.dirname, '../../..');

/** The full path of the Electron binary that the suite runs with; undefined: the double alone. */
export const electronBinary = findElectron(root, process.env, process.platform);

export const whySkipped = 'only Electron can show it, and there is no Electron binary here';

/** Says plainly which hosts the suite runs with. */
export function hostsLine(): string {
  return electronBinary === undefined
    ? 'e2e: host double (the built window in a Chromium). No Electron binary in node_modules/electron/dist or ELECTRON_OVERRIDE_DIST_PATH: tests tagged @electron are skipped.'
    : 'e2e: hosts double (the built window in a Chromium) and electron (the app itself).';
}
