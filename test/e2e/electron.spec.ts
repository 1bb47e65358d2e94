import type { ElectronApplication } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { whySkipped } from './hosts/found.ts';
import type { Host } from './hosts/host.ts';

/** What only the real shell can show. Its settings are held by unit tests besides. */

test.describe('in Electron @electron', () => {
  // biome-ignore lint/suspicious/noSkippedTests: where there is no Electron, each is listed as skipped, with the reason.
  test.skip(({ host }) => host !== 'electron', whySkipped);

  test('the page comes by the app’s own scheme, into a world without Node', async ({ app }) => {
    expect(app.page.url()).toMatch(/^app:\/\/keyfob\//);
    const found = await app.page.evaluate(() => ({
      bridge: Object.isFrozen(window.keyfob),
      node: ['require', 'process', 'module', 'Buffer'].filter((name) => name in window),
    }));
    expect(found).toEqual({ bridge: true, node: [] });
  });

  test('the renderer runs in a sandbox', async ({ app }) => {
    const preferences = await applicationOf(app).evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows();
      const contents = window?.webContents as unknown as
        | { getLastWebPreferences(): Record<string, unknown> }
        | undefined;
      return contents?.getLastWebPreferences();
    });
    expect(preferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
    });
  });

  test('neither a link, nor a redirect, nor window.open leads anywhere else', async ({ app }) => {
    const { page } = app;
    const before = page.url();
    const opened = await page.evaluate(() => {
      const window_ = window.open('https://example.com/');
      location.href = 'https://example.com/';
      location.assign('file:///etc/passwd');
      return window_ === null;
    });
    expect(opened).toBe(true);
    await page.waitForTimeout(300);
    expect(page.url()).toBe(before);
    expect(applicationOf(app).windows()).toHaveLength(1);
  });

  test('another window with our preload is not answered', async ({ app }) => {
    const answer = await applicationOf(app).evaluate(async ({ app: electron, BrowserWindow }) => {
      const window = new BrowserWindow({
        show: false,
        webPreferences: {
          preload: `${electron.getAppPath()}/dist/preload/index.cjs`,
          sandbox: true,
        },
      });
      await window.loadURL('data:text/html,<p>Not ours</p>');
      const said: string = await window.webContents.executeJavaScript(
        'Promise.resolve(window.keyfob?.state({})).then((it) => JSON.stringify(it ?? null), String)',
      );
      window.destroy();
      return said;
    });
    expect(answer).not.toContain('"ok":true');
  });

  test('closing the window hides it, and Keyfob goes on', async ({ app }) => {
    const application = applicationOf(app);
    await application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    await expect
      .poll(() =>
        application.evaluate(({ BrowserWindow }) =>
          BrowserWindow.getAllWindows().some((window) => window.isVisible()),
        ),
      )
      .toBe(false);
    expect((await app.state()).helper.socket).toBe(app.socket);
  });
});

function applicationOf(app: Host): ElectronApplication {
  if (!('application' in app)) throw new Error('This host is no Electron');
  return app.application as ElectronApplication;
}
