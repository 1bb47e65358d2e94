import { EventEmitter, once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Frame } from '@playwright/test';
import { createWindowLink, type WindowLink } from '../../../main/desktop/window-link.ts';
import { createHelper } from '../../../main/helper.ts';
import { createNodePorts } from '../../../main/platform/node-ports.ts';
import type { Notice } from '../../../main/ports.ts';
import { type Environment, resolvePlaces } from '../../../shared/places.ts';
import { bridgeScript, origin, serveRenderer } from './built-page.ts';
import { type Files, type Host, listenToComplaints, makeHome, overSocket } from './host.ts';
import { createMovableClock } from './movable-clock.ts';

/**
 * Keyfob's window without Electron: the real helper in this process, the built renderer in a
 * browser under the policy of production, and Playwright's bindings where IPC would be.
 *
 * @param env what the helper sees: where its providers are
 */
export async function openDouble(
  context: BrowserContext,
  env: Environment,
  files: Files = {},
): Promise<Host> {
  const home = makeHome(files);
  const { platform } = process;
  const surroundings = {
    KEYFOB_HOME: home,
    KEYFOB_KEYCHAIN: 'memory',
    AWS_CONFIG_FILE: join(home, 'aws-config'),
    ...env,
  };
  const places = resolvePlaces(surroundings, platform, home);
  const clock = createMovableClock();
  const opened: string[] = [];
  const browser = new EventEmitter();
  const notices: Notice[] = [];
  let clipboard = '';
  let dialogsSayYes = false;
  const ports = {
    ...createNodePorts({ env: surroundings, platform, places }),
    clock,
    browser: {
      available: true,
      async open(url: string) {
        opened.push(url);
        browser.emit('opened');
      },
    },
    notifier: { notify: (notice: Notice) => void notices.push(notice) },
    clipboard: {
      async write(text: string) {
        clipboard = text;
      },
    },
  };
  const helper = createHelper(ports, { version: '0.0.0', places });
  const { socket } = await helper.listen();
  await helper.start();

  const link = createWindowLink({
    ...helper,
    log: ports.log,
    askForCommand: async () => dialogsSayYes,
  });
  const stopChanges = await bind(context, link);
  await context.addInitScript({ content: await bridgeScript() });
  await context.route(`${origin}/**`, serveRenderer);
  const page = await context.newPage();
  const complaints = listenToComplaints(page);
  await page.goto(`${origin}/index.html`);

  return {
    kind: 'double',
    ...overSocket(socket),
    page,
    complaints,
    socket,
    home,
    async openedUrl() {
      if (opened.length === 0) await once(browser, 'opened');
      return opened.shift() ?? '';
    },
    clipboard: async () => clipboard,
    async answerDialogs(yes) {
      dialogsSayYes = yes;
    },
    get notices() {
      return notices.map(({ kind }) => kind);
    },
    pass: async (ms) => clock.advance(ms),
    async close() {
      stopChanges();
      link.close();
      await helper.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Only our own page's main frame is answered, as in the app. */
async function bind(context: BrowserContext, link: WindowLink): Promise<() => void> {
  const isOurs = (frame: Frame) =>
    frame.parentFrame() === null && new URL(frame.url()).origin === origin;
  const waiting: string[] = [];
  let wake = () => {};
  const stop = link.listen((change) => {
    waiting.push(change);
    wake();
  });
  await context.exposeBinding('keyfobInvoke', async ({ frame }, command: string, input: string) => {
    if (!isOurs(frame)) throw new Error('Refused');
    return await link.invoke(command, input);
  });
  await context.exposeBinding('keyfobChanges', async ({ frame }) => {
    if (!isOurs(frame)) throw new Error('Refused');
    if (waiting.length === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return waiting.splice(0);
  });
  return () => {
    stop();
    wake();
  };
}
