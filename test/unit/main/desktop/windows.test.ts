import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Size } from '../../../../main/desktop/placing.ts';
import { createWindows, type Windows } from '../../../../main/desktop/windows.ts';
import { createFakeClock, type FakeClock, settle } from '../../../support/fake-clock.ts';
import { createEvent } from '../../../support/fake-electron.ts';

const electron = await vi.hoisted(async () =>
  (await import('../../../support/fake-electron.ts')).createFakeElectron(),
);
vi.mock('electron', () => electron);

let clock: FakeClock;
let windows: Windows;
let where: { x: number; y: number } | undefined;
let wanted: Size;
let knowsIcon: boolean;
let pending: boolean;
let hidden: number;
let attached: unknown[];

beforeEach(() => {
  electron.windows.splice(0);
  clock = createFakeClock();
  where = { x: 100, y: 30 };
  knowsIcon = true;
  pending = false;
  hidden = 0;
  attached = [];
  windows = createWindows({
    clock,
    surroundings: () => ({ preload: '/p.cjs', icon: '/i.png', packaged: true, dark: false }),
    place: (size) => {
      wanted = size;
      return where && { ...where, ...size };
    },
    knowsIcon: () => knowsIcon,
    keepOpen: () => pending,
    attach(contents) {
      attached.push(contents);
      return () => attached.splice(attached.indexOf(contents), 1);
    },
    onHidden: () => {
      hidden += 1;
    },
  });
});

function last() {
  const window = electron.windows.at(-1);
  if (window === undefined) throw new Error('No window');
  return window;
}

/** Lets a new window's page draw itself. */
async function drawn() {
  last().emit('ready-to-show');
  await settle();
  return last();
}

const isPopover = () => last().options.frame === false;

async function openPopover() {
  windows.toggle();
  return await drawn();
}

async function openOrdinary() {
  windows.open();
  return await drawn();
}

test('there is no window before one is needed, and it shows once it has drawn', async () => {
  expect(electron.windows).toEqual([]);
  windows.open();
  expect(last().visible).toBe(false);
  expect((await drawn()).visible).toBe(true);
  expect(last().webContents.loaded).toEqual(['app://keyfob/index.html']);
  expect(attached).toEqual([last().webContents]);
});

test('settings are opened as a place in the page, whether the page is there already or not', async () => {
  windows.open('settings');
  expect((await drawn()).webContents.loaded).toEqual(['app://keyfob/index.html#settings']);
  windows.open();
  windows.open('settings');
  expect(electron.windows).toHaveLength(1);
  expect(last().webContents.loaded).toEqual([
    'app://keyfob/index.html#settings',
    'app://keyfob/index.html#settings',
  ]);
});

test('a sign-in is opened by the name of its connection', async () => {
  windows.open({ signIn: 'acme & co' });
  expect((await drawn()).webContents.loaded).toEqual([
    'app://keyfob/index.html#sign-in=acme%20%26%20co',
  ]);
});

test('under Wayland, where nothing hidden is drawn, it shows once it has loaded', async () => {
  where = undefined;
  windows.open();
  last().webContents.emit('did-finish-load', createEvent());
  await settle();
  expect(last().visible).toBe(true);
});

test('elsewhere one that has loaded but not drawn would flash', async () => {
  windows.open();
  last().webContents.emit('did-finish-load', createEvent());
  await settle();
  expect(last().visible).toBe(false);
});

test('a window whose page can’t be loaded shows all the same', async () => {
  windows.open();
  last().webContents.emit('did-fail-load', createEvent());
  await settle();
  expect(last().visible).toBe(true);
});

describe('a click on the icon', () => {
  test('shows the popover where it belongs, and the next one hides it', async () => {
    const window = await openPopover();
    expect(isPopover()).toBe(true);
    expect(window.bounds).toEqual({ x: 100, y: 30, width: 360, height: 568 });
    windows.toggle();
    expect(window.visible).toBe(false);
    windows.toggle();
    await settle();
    expect(window.visible).toBe(true);
    expect(electron.windows).toHaveLength(1);
  });

  test('which takes the focus away first does not show it again', async () => {
    const window = await openPopover();
    window.emit('blur');
    await clock.advance(20);
    windows.toggle();
    await settle();
    expect(window.visible).toBe(false);
    await clock.advance(300);
    windows.toggle();
    await settle();
    expect(window.visible).toBe(true);
  });

  test('shows an ordinary window where none can be placed', async () => {
    where = undefined;
    windows.toggle();
    await drawn();
    expect(isPopover()).toBe(false);
    expect(last().bounds).toBeUndefined();
  });

  test('puts the popover in the place of the ordinary window', async () => {
    const ordinary = await openOrdinary();
    windows.toggle();
    await drawn();
    expect(ordinary.destroyed).toBe(true);
    expect(isPopover()).toBe(true);
    expect(attached).toEqual([last().webContents]);
  });
});

test('the popover comes to whichever desktop the person is on, and above a full screen', async () => {
  const options = { visibleOnFullScreen: true, skipTransformProcessType: true };
  expect((await openPopover()).everywhere).toEqual(options);
  expect((await openOrdinary()).everywhere).toBeUndefined();
});

describe('made larger by the keyboard', () => {
  const press = (key: string, held: object = { control: true }) =>
    last().webContents.emit('before-input-event', createEvent(), {
      type: 'keyDown',
      key,
      control: false,
      meta: false,
      alt: false,
      ...held,
    });

  test('the page of a popover has as much room as before, now and when it comes again', async () => {
    const window = await openPopover();
    press('+');
    press('+');
    expect(window.webContents.zoomFactor).toBe(1.5);
    expect(window.bounds).toEqual({ x: 100, y: 30, width: 540, height: 852 });
    windows.toggle();
    windows.toggle();
    await settle();
    expect(wanted).toEqual({ width: 540, height: 852 });
  });

  test('an ordinary window stays where and as large as the person has made it', async () => {
    const window = await openOrdinary();
    press('=', { meta: true });
    expect(window.webContents.zoomFactor).toBe(1.25);
    expect(window.bounds).toBeUndefined();
  });
});

describe('when the focus goes elsewhere', () => {
  test('the popover hides', async () => {
    const window = await openPopover();
    window.emit('blur');
    expect(window.visible).toBe(false);
    expect(hidden).toBe(0);
  });

  test('an ordinary window stays', async () => {
    const window = await openOrdinary();
    window.emit('blur');
    expect(window.visible).toBe(true);
  });

  test('the popover stays while a code is to be typed or a question is open, and goes after', async () => {
    const window = await openPopover();
    pending = true;
    window.focused = false;
    window.emit('blur');
    windows.settle();
    expect(window.visible).toBe(true);
    pending = false;
    windows.settle();
    expect(window.visible).toBe(false);
  });

  test('what is over does not take away a popover that is in use', async () => {
    const window = await openPopover();
    windows.settle();
    expect(window.visible).toBe(true);
  });

  test('to the developer tools, the popover stays', async () => {
    const window = await openPopover();
    window.webContents.devToolsFocused = true;
    window.emit('blur');
    expect(window.visible).toBe(true);
  });
});

describe('closing', () => {
  test('hides the window, and says so', async () => {
    const window = await openOrdinary();
    window.close();
    expect(window).toMatchObject({ visible: false, destroyed: false });
    expect(hidden).toBe(1);
    windows.open();
    await settle();
    expect(window.visible).toBe(true);
  });

  test('hides the popover, as Esc does, and there is nothing to explain', async () => {
    const window = await openPopover();
    window.close();
    expect(window).toMatchObject({ visible: false, destroyed: false });
    expect(hidden).toBe(0);
  });

  test('closes once Keyfob quits', async () => {
    const window = await openOrdinary();
    windows.quit();
    expect(window.destroyed).toBe(true);
    expect(attached).toEqual([]);
  });
});

describe('a question', () => {
  test('shows the popover without taking the keyboard', async () => {
    windows.reveal();
    const window = await drawn();
    expect(isPopover()).toBe(true);
    expect(window).toMatchObject({ visible: true, focused: false });
  });

  test('never shows a window under the pointer', async () => {
    knowsIcon = false;
    windows.reveal();
    const window = await drawn();
    expect(isPopover()).toBe(false);
    expect(window.bounds).toBeUndefined();
  });

  test('leaves a window alone that is in sight', async () => {
    const window = await openOrdinary();
    windows.reveal();
    await settle();
    expect(electron.windows).toEqual([window]);
  });
});

describe('when the page dies', () => {
  test('a window in sight is made anew', async () => {
    const window = await openOrdinary();
    await clock.advance(60_000);
    window.webContents.emit('render-process-gone', createEvent(), { reason: 'crashed' });
    expect(window.destroyed).toBe(true);
    expect(electron.windows).toHaveLength(2);
    expect((await drawn()).visible).toBe(true);
    expect(attached).toEqual([last().webContents]);
  });

  test('soon after it was made, nothing is tried again until somebody wants it', async () => {
    const window = await openOrdinary();
    window.webContents.emit('render-process-gone', createEvent(), { reason: 'crashed' });
    expect(electron.windows).toHaveLength(1);
    await openOrdinary();
    expect(electron.windows).toHaveLength(2);
  });
});
