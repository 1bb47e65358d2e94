import { beforeEach, describe, expect, test, vi } from 'vitest';
import {
  appId,
  desktopPlaces,
  prepareApp,
  toastActivator,
} from '../../../../main/desktop/before-ready.ts';
import { createEvent, FakeWebContents } from '../../../support/fake-electron.ts';

const electron = await vi.hoisted(async () =>
  (await import('../../../support/fake-electron.ts')).createFakeElectron(),
);
vi.mock('electron', () => electron);

const { app, calls } = electron;
const places = { state: '/home/me/keyfob', log: '/home/me/keyfob/log', socket: '/run/keyfob.sock' };
let second: unknown[][];

beforeEach(() => {
  app.removeAllListeners();
  calls.splice(0);
  second = [];
  app.lock = true;
  app.commandLine.switches.clear();
});

const prepare = (platform = 'linux') =>
  prepareApp(places, platform, (...args: unknown[]) => void second.push(args));

test('the lock comes first, then the sandbox and the scheme, all before Electron is ready', () => {
  expect(prepare()).toBe(true);
  expect(calls).toEqual([
    'setPath userData',
    'requestSingleInstanceLock',
    'enableSandbox',
    'registerSchemesAsPrivileged',
  ]);
});

test('a sandbox that the kernel does not have is not insisted on', () => {
  app.commandLine.switches.add('no-sandbox');
  prepare();
  expect(calls).not.toContain('enableSandbox');
});

test('each home has an instance, and Chromium’s files, of its own', () => {
  prepare();
  expect(app.paths.get('userData')).toBe('/home/me/keyfob/chromium');
});

test('a second instance ends at once, and does nothing', () => {
  app.lock = false;
  expect(prepare()).toBe(false);
  expect(calls).toEqual(['setPath userData', 'requestSingleInstanceLock', 'quit']);
  expect(app.eventNames()).toEqual([]);
});

test('the first shows itself then, and is told nothing of what the second was given', () => {
  prepare();
  const argv = ['keyfob', '--inspect=9229', '--open=https://example.com', 'app://keyfob/../x'];
  app.emit('second-instance', createEvent(), argv, '/tmp', { any: 'thing' });
  expect(second).toEqual([[]]);
});

test('without a window Keyfob stays', () => {
  prepare();
  expect(app.listenerCount('window-all-closed')).toBe(1);
});

test('whatever web contents come into being can go nowhere', () => {
  prepare();
  const contents = new FakeWebContents();
  app.emit('web-contents-created', createEvent(), contents);
  const event = createEvent();
  contents.emit('will-navigate', event);
  expect(event.defaultPrevented).toBe(true);
  expect(contents.openHandler?.({ url: 'https://example.com/' })).toEqual({ action: 'deny' });
});

describe('on Windows', () => {
  test('notifications have a sender', () => {
    prepare('win32');
    expect(app.setAppUserModelId.mock.calls).toEqual([[appId]]);
    expect(app.setToastActivatorCLSID.mock.calls).toEqual([[toastActivator]]);
  });
});

test('folders are absolute, whatever the variables say', () => {
  const { state, log, socket } = desktopPlaces({ KEYFOB_HOME: 'here' }, 'linux', '/home/me');
  expect([state, log, socket].every((path) => path.startsWith('/'))).toBe(true);
});
