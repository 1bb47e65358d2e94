import { beforeEach, describe, expect, test, vi } from 'vitest';
import { guardSession } from '../../../../main/desktop/session-guards.ts';
import { createEvent, type FakeSession } from '../../../support/fake-electron.ts';

const electron = await vi.hoisted(async () =>
  (await import('../../../support/fake-electron.ts')).createFakeElectron(),
);
vi.mock('electron', () => electron);

let session: FakeSession;
beforeEach(() => {
  session = electron.session.fromPartition(crypto.randomUUID());
  guardSession(session as never, { devTools: false });
});

type Call = (...args: unknown[]) => unknown;

test.each([
  'clipboard-read',
  'notifications',
  'media',
  'geolocation',
  'openExternal',
  'fullscreen',
  'hid',
  'unknown',
])('no page gets the permission %s', (permission) => {
  const answers: unknown[] = [];
  const request = session.handlers.permissionRequest as Call;
  request({}, permission, (granted: unknown) => answers.push(granted), {});
  expect(answers).toEqual([false]);
  expect((session.handlers.permissionCheck as Call)({}, permission, 'app://keyfob', {})).toBe(
    false,
  );
});

test('no page gets a device, a pairing or the screen', () => {
  const answers: unknown[] = [];
  const answer = (given: unknown) => answers.push(given);
  expect((session.handlers.device as Call)({ deviceType: 'hid', origin: 'app://keyfob' })).toBe(
    false,
  );
  (session.handlers.bluetooth as Call)({ pairingKind: 'confirm' }, answer);
  (session.handlers.displayMedia as Call)({}, answer);
  expect(answers).toEqual([{ confirmed: false }, null]);
  const protectedClasses = ['hid', 'mass-storage'];
  expect((session.handlers.usb as Call)({ protectedClasses })).toEqual(protectedClasses);
});

test('nothing is downloaded', () => {
  const event = createEvent();
  session.emit('will-download', event, {}, {});
  expect(event.defaultPrevented).toBe(true);
});

describe('requests', () => {
  function isCancelled(url: string): boolean | undefined {
    let cancelled: boolean | undefined;
    session.handlers.beforeRequest?.({ url }, ({ cancel }) => {
      cancelled = cancel;
    });
    return cancelled;
  }

  test('for our own files pass', () => {
    expect(isCancelled('app://keyfob/index.html')).toBe(false);
  });

  test.each([
    'https://example.com/',
    'http://127.0.0.1:4000/v1/status',
    'ws://127.0.0.1:4000/',
    'file:///etc/passwd',
    'data:text/html,x',
    'blob:app://keyfob/1',
    'chrome://gpu',
    'devtools://devtools/bundled/inspector.html',
    'app://other/index.html',
    'app://keyfob.example/',
    'app://keyfob@other/',
    'APP://keyfob.example/',
  ])('for %s are cancelled', (url) => {
    expect(isCancelled(url)).toBe(true);
  });

  test('of developer tools pass where those may be opened', () => {
    guardSession(session as never, { devTools: true });
    expect(isCancelled('devtools://devtools/bundled/inspector.html')).toBe(false);
    expect(isCancelled('https://example.com/')).toBe(true);
  });
});
