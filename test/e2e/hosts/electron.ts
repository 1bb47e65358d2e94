import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ElectronApplication, _electron as electron } from '@playwright/test';
import { type Environment, resolvePlaces } from '../../../shared/places.ts';
import { type Files, type Host, listenToComplaints, makeHome, overSocket } from './host.ts';

/** The app itself, in Electron. */
export interface ElectronHost extends Host {
  readonly kind: 'electron';
  readonly application: ElectronApplication;
}

const root = join(import.meta.dirname, '../../..');

/** @param executablePath as `findElectron` says */
export async function openElectron(
  executablePath: string,
  env: Environment,
  files: Files = {},
): Promise<ElectronHost> {
  const home = makeHome(files);
  const opened = join(home, 'opened-pages');
  const browser = [process.execPath, join(import.meta.dirname, 'note-url.ts'), opened];
  const surroundings = {
    ...process.env,
    KEYFOB_HOME: home,
    KEYFOB_KEYCHAIN: 'memory',
    AWS_CONFIG_FILE: join(home, 'aws-config'),
    KEYFOB_BROWSER: browser.map((word) => `"${word}"`).join(' '),
    ...env,
  };
  const application = await electron.launch({
    executablePath,
    // In a container Chromium's own sandbox finds no user namespaces; the renderer's stays on.
    args: [root, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    env: Object.fromEntries(
      Object.entries(surroundings).filter((entry): entry is [string, string] => !!entry[1]),
    ),
  });
  const answerDialogs = (yes: boolean) =>
    application.evaluate(({ dialog }, response) => {
      dialog.showMessageBox = async () => ({ response, checkboxChecked: false });
    }, Number(yes));
  await answerDialogs(false);
  await application.evaluate(({ clipboard }) => clipboard.clear());
  const page = await application.firstWindow();
  const complaints = listenToComplaints(page);
  const { socket } = resolvePlaces(surroundings, process.platform, home);
  let read = 0;
  let closed = false;
  return {
    kind: 'electron',
    application,
    ...overSocket(socket),
    page,
    complaints,
    socket,
    home,
    notices: undefined,
    async openedUrl() {
      while (!closed) {
        // What follows the last line's end is a line that is being written.
        const urls = existsSync(opened)
          ? readFileSync(opened, 'utf8').split('\n').slice(0, -1)
          : [];
        const url = urls[read];
        if (url !== undefined) {
          read += 1;
          return url;
        }
        await sleep(25);
      }
      throw new Error('No page has been opened');
    },
    clipboard: () => application.evaluate(({ clipboard }) => clipboard.readText()),
    answerDialogs,
    pass: (ms) => sleep(ms),
    async close() {
      closed = true;
      await application.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
