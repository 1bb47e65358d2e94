import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import type { BrowserContext, Frame, Page, Route } from '@playwright/test';
import { build } from 'vite';
import { contentSecurityPolicy } from '../../../main/desktop/content-security-policy.ts';
import { createWindowLink, type WindowLink } from '../../../main/desktop/window-link.ts';
import { createHelper, type Helper } from '../../../main/helper.ts';
import { createNodePorts } from '../../../main/platform/node-ports.ts';
import { type Environment, resolvePlaces } from '../../../shared/places.ts';

/**
 * Keyfob's window without Electron: the real helper in this process, the built renderer in a
 * browser under the policy of production, and Playwright's bindings where IPC would be.
 */
export interface Double {
  readonly helper: Helper;
  readonly page: Page;
  /** What the page complained about: errors, and whatever its policy refused. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

const origin = 'https://app.invalid';
const root = join(import.meta.dirname, '../../..');

/** @param env what the helper sees: where its providers are */
export async function openDouble(context: BrowserContext, env: Environment): Promise<Double> {
  const home = mkdtempSync(join(tmpdir(), 'keyfob-e2e-'));
  const surroundings = { ...env, KEYFOB_HOME: home, KEYFOB_KEYCHAIN: 'memory' };
  const places = resolvePlaces(surroundings, process.platform, home);
  const { platform } = process;
  const nodePorts = createNodePorts({ env: surroundings, platform, places });
  const ports = { ...nodePorts, browser: browserOf(context) };
  const helper = createHelper(ports, { version: '0.0.0', places });
  await helper.start();

  const link = createWindowLink({ ...helper, log: ports.log });
  const stopChanges = await bind(context, link);
  await context.addInitScript({ content: await bridgeScript() });
  await context.route(`${origin}/**`, serveRenderer);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  await page.goto(`${origin}/index.html`);

  return {
    helper,
    page,
    complaints,
    async close() {
      stopChanges();
      link.close();
      await helper.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** The person's browser: another tab of the same one. */
function browserOf(context: BrowserContext) {
  return {
    available: true,
    async open(url: string) {
      const tab = await context.newPage();
      await tab.goto(url);
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

/** The bridge as one classic script. */
async function bridgeScript(): Promise<string> {
  const result = await build({
    configFile: false,
    root,
    logLevel: 'warn',
    build: {
      write: false,
      minify: false,
      rolldownOptions: {
        input: join(import.meta.dirname, 'page-bridge.ts'),
        output: { format: 'iife' },
      },
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  const chunk = output !== undefined && 'output' in output ? output.output[0] : undefined;
  if (chunk === undefined) throw new Error('The bridge was not built');
  return chunk.code;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

async function serveRenderer(route: Route): Promise<void> {
  const { pathname } = new URL(route.request().url());
  const path = join(root, 'dist/renderer', pathname);
  const contentType = types[extname(path)];
  if (contentType === undefined) return route.fulfill({ status: 404 });
  await route.fulfill({
    body: readFileSync(path),
    headers: {
      'content-type': contentType,
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
    },
  });
}
