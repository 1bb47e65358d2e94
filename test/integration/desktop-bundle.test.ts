import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { ipcChannels } from '../../shared/bridge.ts';
import { eventually } from '../support/eventually.ts';
import { createFakeElectron } from '../support/fake-electron.ts';

/** The built shell, as Electron would load it, with the built page and around a real helper. */

const bundle = join(import.meta.dirname, '../../dist/desktop/app.cjs');
const home = mkdtempSync(join(tmpdir(), 'keyfob-bundle-'));
const electron = createFakeElectron();
afterAll(() => rmSync(home, { recursive: true, force: true }));

function loadBundle(): void {
  const require = createRequire(bundle);
  const path = require.resolve('electron');
  // The package itself would look for its binary, and download it.
  const stub = { id: path, filename: path, loaded: true, exports: electron };
  require.cache[path] = stub as unknown as NonNullable<(typeof require.cache)[string]>;
  require(bundle);
}

test('the built shell opens its window, serves its page, answers it, and quits in good order', async () => {
  vi.stubEnv('KEYFOB_HOME', home);
  vi.stubEnv('KEYFOB_SOCK', join(home, 'helper.sock'));
  vi.stubEnv('KEYFOB_KEYCHAIN', 'memory');
  loadBundle();
  // What has to come before Electron is ready has come by now: nothing was waited for.
  expect(electron.calls).toEqual([
    'setPath userData',
    'requestSingleInstanceLock',
    'enableSandbox',
    'registerSchemesAsPrivileged',
  ]);

  electron.makeReady();
  await eventually(() => expect(electron.windows).toHaveLength(1));
  const contents = electron.windows[0]?.webContents;
  const page = electron.session.fromPartition('keyfob').handlers.schemes.get('app');
  const html = await page?.({ url: contents?.loaded[0] ?? '', method: 'GET' } as Request);
  expect(await html?.text()).toContain('<div id="root">');

  const event = { sender: contents, senderFrame: contents?.mainFrame };
  const answer = await electron.ipcHandlers.get(ipcChannels.command)?.(event, 'state', '{}');
  expect(JSON.parse(answer ?? '')).toMatchObject({
    ok: true,
    value: { helper: { socket: join(home, 'helper.sock'), pid: process.pid } },
  });

  const quit = vi.fn();
  electron.app.on('quit', quit);
  electron.app.quit();
  await eventually(() => expect(quit).toHaveBeenCalledOnce());
});
