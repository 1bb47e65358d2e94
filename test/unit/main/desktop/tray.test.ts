import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createShellTray, type ShellTray } from '../../../../main/desktop/tray.ts';
import type { TrayActions } from '../../../../main/desktop/tray-menu.ts';
import type { StateStore } from '../../../../main/state.ts';
import {
  accountAt,
  connectionNamed,
  isoAfter,
  noon,
  storeWith,
} from '../../../support/desktop-state.ts';
import { createFakeClock, type FakeClock } from '../../../support/fake-clock.ts';
import { createEvent } from '../../../support/fake-electron.ts';

const electron = await vi.hoisted(async () =>
  (await import('../../../support/fake-electron.ts')).createFakeElectron(),
);
vi.mock('electron', () => electron);

const account = accountAt('acme/prod/Admin');
let clock: FakeClock;
let state: StateStore;
let clicks: number;
let shellTray: ShellTray;

function open(platform: string) {
  clicks = 0;
  clock = createFakeClock(noon);
  state = storeWith({
    accounts: [account],
    active: account.id,
    connections: [connectionNamed('acme', { expiresAt: isoAfter(58.5) })],
  });
  shellTray = createShellTray({
    platform,
    assets: '/assets',
    state,
    clock,
    actions: {} as TrayActions,
    onClick: () => {
      clicks += 1;
    },
  });
  const tray = electron.trays.at(-1);
  if (tray === undefined) throw new Error('No tray');
  return tray;
}

beforeEach(() => void electron.trays.splice(0));

test.each([
  ['darwin', '/assets/trayTemplate.png', '/assets/trayAttentionTemplate.png'],
  ['win32', '/assets/tray.ico', '/assets/tray-attention.ico'],
  ['linux', '/assets/tray.png', '/assets/tray-attention.png'],
])('on %s the icon changes its shape when a sign-in is needed', async (platform, calm, notched) => {
  const tray = open(platform);
  expect(tray.image).toBe(calm);
  state.set('connections', [connectionNamed('acme', { state: 'signed_out' })]);
  await clock.advance(200);
  expect(tray.image).toBe(notched);
});

test('the tooltip has the state in words, and counts down', async () => {
  const tray = open('darwin');
  expect(tray.tooltip).toBe('Keyfob: acme/prod/Admin, 58 min left');
  await clock.advance(60_000);
  expect(tray.tooltip).toBe('Keyfob: acme/prod/Admin, 57 min left');
  state.set('active', null);
  await clock.advance(200);
  expect(tray.tooltip).toBe('Keyfob: no account is active');
});

describe('on Linux, where an icon may have no click', () => {
  test('the menu is set at once and after every change', async () => {
    const tray = open('linux');
    expect(tray.menus).toHaveLength(1);
    state.set('active', null);
    await clock.advance(200);
    expect(tray.menus).toHaveLength(2);
    expect(tray.menus[1]?.template[0]?.label).toBe('no account is active');
  });

  test('a burst of changes sets it once, and what shows nowhere not at all', async () => {
    const tray = open('linux');
    for (let index = 0; index < 50; index++)
      state.set('active', index % 2 === 0 ? null : account.id);
    state.set('problems', []);
    await clock.advance(200);
    expect(tray.menus).toHaveLength(1);
    state.set('active', null);
    state.set('favourites', []);
    await clock.advance(200);
    expect(tray.menus).toHaveLength(2);
  });

  test('a question asked anew in the same words has a menu that answers it, not the one before', async () => {
    const ask = (id: string) =>
      state.set('confirmations', [
        {
          id,
          account: account.id,
          path: account.path,
          client: 'aws',
          askedAt: '2026-01-01T00:00:00Z',
          expiresAt: '2026-01-01T00:01:00Z',
        },
      ]);
    const tray = open('linux');
    ask('q1');
    await clock.advance(200);
    ask('q2');
    await clock.advance(200);
    expect(tray.menus).toHaveLength(3);
  });

  test('a click, where there is one, is taken too', () => {
    open('linux').emit('click', createEvent());
    expect(clicks).toBe(1);
  });
});

describe.each(['darwin', 'win32'])('on %s', (platform) => {
  test('a click shows the popover, and the menu does not come with it', () => {
    const tray = open(platform);
    tray.emit('click', createEvent());
    expect(clicks).toBe(1);
    expect(tray.menus).toEqual([]);
  });

  test('a right click opens the menu as things stand then', () => {
    const tray = open(platform);
    state.set('active', null);
    tray.emit('right-click');
    expect(tray.popped[0]?.template[0]?.label).toBe('no account is active');
    expect(clicks).toBe(0);
  });
});

test('on a Mac a click with Ctrl is a right click, and the second of two quick ones counts', () => {
  const tray = open('darwin');
  tray.emit('click', { ...createEvent(), ctrlKey: true });
  expect(tray.popped).toHaveLength(1);
  expect(clicks).toBe(0);
  expect(tray.ignoresDoubleClicks).toBe(true);
});

test('closed, it leaves the tray and nothing behind', async () => {
  const tray = open('linux');
  shellTray.close();
  state.set('active', null);
  await clock.advance(120_000);
  expect(tray.destroyed).toBe(true);
  expect(tray.menus).toHaveLength(1);
});
