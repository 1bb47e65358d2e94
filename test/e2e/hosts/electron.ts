import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ElectronApplication, _electron as electron } from '@playwright/test';
import { type Environment, resolvePlaces } from '../../../shared/places.ts';
import { type Host, listenToComplaints, overSocket } from './host.ts';

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
): Promise<ElectronHost> {
  const home = mkdtempSync(join(tmpdir(), 'keyfob-e2e-'));
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
  const page = await application.firstWindow();
  const complaints = listenToComplaints(page);
  const { socket } = resolvePlaces(surroundings, process.platform, home);
  let read = 0;
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
      for (let wait = 0; wait < 200; wait += 1) {
        const urls = existsSync(opened) ? readFileSync(opened, 'utf8').split('\n') : [];
        const url = urls[read];
        if (url !== undefined && url !== '') {
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
      await application.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
