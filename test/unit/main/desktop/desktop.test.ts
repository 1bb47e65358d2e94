import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { desktopPlaces } from '../../../../main/desktop/before-ready.ts';
import { type Desktop, openDesktop } from '../../../../main/desktop/desktop.ts';
import { createHelper } from '../../../../main/helper.ts';
import { createNodePorts } from '../../../../main/platform/node-ports.ts';
import { ipcChannels } from '../../../../shared/bridge.ts';
import { isoAfter, signInOf } from '../../../support/desktop-state.ts';
import { eventually } from '../../../support/eventually.ts';
import { createEvent } from '../../../support/fake-electron.ts';

const electron = await vi.hoisted(async () =>
  (await import('../../../support/fake-electron.ts')).createFakeElectron(),
);
vi.mock('electron', () => electron);

const { app } = electron;
let home: string;
let env: Record<string, string>;
let desktop: Desktop | undefined;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'keyfob-desktop-'));
  env = { KEYFOB_HOME: join(home, 'state'), KEYFOB_KEYCHAIN: 'memory', KEYFOB_LOG_LEVEL: 'error' };
  mkdirSync(join(home, 'dist/renderer'), { recursive: true });
  writeFileSync(join(home, 'dist/renderer/index.html'), '<!doctype html>');
  for (const list of [electron.windows, electron.trays, electron.notifications]) list.splice(0);
  electron.dialog.showErrorBox.mockClear();
});

afterEach(async () => {
  await desktop?.helper.stop();
  desktop = undefined;
  app.removeAllListeners();
  electron.sessions.clear();
  electron.session.defaultSession.removeAllListeners();
  for (const [event, listener] of added()) process.off(event, listener);
  rmSync(home, { recursive: true, force: true });
});

const faults = ['uncaughtException', 'unhandledRejection'] as const;
/** The runner's own, which stay. */
const present = new Set<unknown>(faults.flatMap((event) => process.listeners(event as never)));

/** What the shell hears of its own faults by. */
function added(): [event: (typeof faults)[number], listener: (error: unknown) => void][] {
  return faults.flatMap((event) =>
    process
      .listeners(event as never)
      .filter((listener) => !present.has(listener))
      .map((listener): ReturnType<typeof added>[number] => [event, listener as never]),
  );
}

const places = () => desktopPlaces(env, 'linux', home);

async function open(argv: string[] = []) {
  const dist = join(home, 'dist');
  desktop = await openDesktop({ env, platform: 'linux', places: places(), argv, dist });
  return desktop;
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

async function send(command: string, input: unknown) {
  const sender = electron.windows.at(-1)?.webContents;
  const event = { sender, senderFrame: sender?.mainFrame };
  const answer = await electron.ipcHandlers.get(ipcChannels.command)?.(
    event,
    command,
    JSON.stringify(input),
  );
  return JSON.parse(answer ?? 'null');
}

test('opened by a person it shows its window, whose page speaks to the helper', async () => {
  await open();
  expect(electron.windows).toHaveLength(1);
  expect(electron.windows[0]?.webContents.loaded).toEqual(['app://keyfob/index.html']);
  expect(await send('state', {})).toMatchObject({ ok: true, value: { connections: [] } });
});

test('opened at login it shows nothing but its icon', async () => {
  await open(['keyfob', '--hidden']);
  expect(electron.windows).toEqual([]);
  expect(electron.trays).toHaveLength(1);
});

test('the window’s session and the default one are guarded, and the page is served', async () => {
  await open();
  const page = electron.session.fromPartition('keyfob');
  for (const session of [page, electron.session.defaultSession]) {
    expect(session.handlers.permissionRequest).toBeDefined();
    expect(session.handlers.permissionCheck).toBeDefined();
    expect(session.handlers.device).toBeDefined();
    expect(session.handlers.beforeRequest).toBeDefined();
  }
  const serve = page.handlers.schemes.get('app');
  const answer = await serve?.({ url: 'app://keyfob/index.html', method: 'GET' } as Request);
  expect(await answer?.text()).toBe('<!doctype html>');
});

test('there is no application menu, and with it no shortcut for developer tools', async () => {
  await open();
  expect(electron.Menu.last).toBeNull();
});

test('a change made through the socket’s door reaches window and tray', async () => {
  const opened = await open();
  await opened?.helper.client.call('connection.add', {
    kind: 'identity-center',
    name: 'acme',
    startUrl: 'https://acme.awsapps.com/start',
    region: 'eu-west-1',
  });
  const slices = electron.windows[0]?.webContents.sent.map(
    ([, change]) => JSON.parse(String(change)).slice,
  );
  expect(slices).toContain('connections');
  await eventually(() => {
    const labels = electron.trays[0]?.menus.at(-1)?.template.map(({ label }) => label);
    expect(labels).toContain('acme: signed out');
  });
});

test('what the window copies goes to the desktop’s clipboard', async () => {
  await open();
  expect(await send('clipboard.copy', { text: 'acme/prod/Admin' })).toMatchObject({ ok: true });
  expect(await electron.clipboard.readText()).toBe('acme/prod/Admin');
});

test('a promise that nobody has taken care of goes to the log, but not what it said', async () => {
  await open();
  const listener = added().find(([event]) => event === 'unhandledRejection')?.[1];
  listener?.(new Error('the code is 123456'));
  const log = () =>
    readdirSync(places().log)
      .map((name) => readFileSync(join(places().log, name), 'utf8'))
      .join('');
  await eventually(() => expect(log()).toContain('unhandled_rejection'));
  expect(log()).not.toContain('123456');
});

test('closing the window is explained once, and never again', async () => {
  const opened = await open();
  electron.windows[0]?.close();
  await eventually(() => expect(opened?.helper.state.get('settings').closeExplained).toBe(true));
  electron.windows[0]?.close();
  expect(electron.notifications.map(({ options }) => options.title)).toEqual([
    'Keyfob keeps running',
  ]);
});

describe('the popover', () => {
  async function openPopover() {
    const opened = await open(['keyfob', '--hidden']);
    electron.trays[0]?.emit('click', createEvent());
    const window = electron.windows[0];
    if (opened === undefined || window === undefined) throw new Error('No popover');
    window.emit('ready-to-show');
    await settle();
    return { window, state: opened.helper.state };
  }

  test('is what a click on the icon shows, and goes when the focus does', async () => {
    const { window } = await openPopover();
    expect(window.options.frame).toBe(false);
    expect(window.visible).toBe(true);
    window.emit('blur');
    expect(window.visible).toBe(false);
  });

  test('stays while a code has to be typed elsewhere', async () => {
    const { window, state } = await openPopover();
    state.set('signIns', [signInOf('acme', { flow: 'device', userCode: 'ABCD-EFGH' })]);
    window.focused = false;
    window.emit('blur');
    expect(window.visible).toBe(true);
    state.set('signIns', []);
    expect(window.visible).toBe(false);
  });

  test('does not stay for a sign-in in the browser, which shows no code', async () => {
    const { window, state } = await openPopover();
    state.set('signIns', [signInOf('acme')]);
    window.emit('blur');
    expect(window.visible).toBe(false);
  });

  test('is an ordinary window on Wayland', async () => {
    env.WAYLAND_DISPLAY = 'wayland-0';
    const { window } = await openPopover();
    expect(window.options.frame).toBeUndefined();
    expect(window.bounds).toBeUndefined();
  });
});

test('a question brings the window up, without the keyboard and away from the pointer', async () => {
  const opened = await open(['keyfob', '--hidden']);
  const [askedAt, expiresAt] = [isoAfter(0), isoAfter(1)];
  const question = { id: 'q', account: 'a', path: 'acme/prod/Admin', client: 'terraform' };
  opened?.helper.state.set('confirmations', [{ ...question, askedAt, expiresAt }]);
  electron.windows[0]?.emit('ready-to-show');
  await settle();
  expect(electron.windows[0]).toMatchObject({ visible: true, focused: false });
  expect(electron.windows[0]?.options.frame).toBeUndefined();
});

describe('a command that opens pages', () => {
  const command = 'firefox -P work';
  const browser = () => desktop?.helper.state.get('settings').browser;

  test('is set from the window once the person has said yes in the system’s own dialog', async () => {
    await open();
    electron.dialog.showMessageBox.mockResolvedValueOnce({ response: 1 });
    const answer = await send('settings.change', { changes: { browser: command } });
    expect(answer).toMatchObject({ ok: true });
    expect(browser()).toBe(command);
    const [asked] = electron.dialog.showMessageBox.mock.calls.at(-1) ?? [];
    // Return and Esc both cancel.
    expect(asked).toMatchObject({ buttons: ['Cancel', 'Use this command'], defaultId: 0 });
    expect(asked).toMatchObject({ cancelId: 0, detail: expect.stringContaining(command) });
  });

  test('stays as it was where the dialog is cancelled, and a popover stays in sight meanwhile', async () => {
    await open(['keyfob', '--hidden']);
    electron.trays[0]?.emit('click', createEvent());
    const window = electron.windows[0];
    window?.emit('ready-to-show');
    await settle();
    const dialog = Promise.withResolvers<{ response: number }>();
    electron.dialog.showMessageBox.mockReturnValueOnce(dialog.promise);
    const answer = send('settings.change', { changes: { browser: command, theme: 'dark' } });
    await settle();
    window?.emit('blur');
    expect(window?.visible).toBe(true);
    dialog.resolve({ response: 0 });
    expect(await answer).toMatchObject({ ok: false, error: { code: 'refused' } });
    expect(desktop?.helper.state.get('settings')).toMatchObject({
      browser: null,
      theme: 'system',
    });
  });
});

test('run from its sources the app leaves the login items alone', async () => {
  await open();
  await send('settings.change', { changes: { openAtLogin: true, theme: 'dark' } });
  expect(electron.nativeTheme.themeSource).toBe('dark');
  expect(electron.app.setLoginItemSettings).not.toHaveBeenCalled();
});

describe('a headless helper that runs already', () => {
  test('leaves, and its place is taken', async () => {
    const ports = createNodePorts({ env, platform: 'linux', places: places() });
    const headless = createHelper(ports, { version: '1.0.0', places: places() });
    await headless.listen();
    await headless.start();
    const opened = await open();
    await headless.stopped;
    expect(opened?.helper.state.get('helper').socket).toBe(places().socket);
    expect(electron.dialog.showErrorBox).not.toHaveBeenCalled();
  });
});

test('when its helper is told to shut down, the app ends', async () => {
  const opened = await open();
  const quit = vi.fn();
  app.on('quit', quit);
  await opened?.helper.client.call('shutdown', {});
  await eventually(() => expect(quit).toHaveBeenCalledOnce());
  expect(electron.windows[0]?.destroyed).toBe(true);
  expect(electron.trays[0]?.destroyed).toBe(true);
  expect(electron.ipcHandlers.size).toBe(0);
});

test('why there can be no helper is told, before the app ends', async () => {
  const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
  mkdirSync(env.KEYFOB_HOME ?? '', { mode: 0o777 });
  env.KEYFOB_SOCK = join(home, 'no/such/folder', 'x'.repeat(200), 'helper.sock');
  expect(await open()).toBeUndefined();
  await settle();
  expect(electron.dialog.showErrorBox).toHaveBeenCalledOnce();
  expect(exit).toHaveBeenCalledWith(1);
  expect(electron.trays).toEqual([]);
  exit.mockRestore();
});
