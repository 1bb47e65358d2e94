import { describe, expect, test } from 'vitest';
import {
  partition,
  webPreferences,
  windowOptions,
} from '../../../../main/desktop/window-options.ts';

const around = { preload: '/app/preload.cjs', icon: '/app/icon.png', packaged: true, dark: false };

describe.each(['popover', 'ordinary'] as const)('the %s', (mode) => {
  test('gives its page a sandbox, a world of its own and no Node', () => {
    expect(windowOptions(mode, around).webPreferences).toEqual({
      preload: '/app/preload.cjs',
      partition: 'keyfob',
      sandbox: true,
      contextIsolation: true,
      webSecurity: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
      allowRunningInsecureContent: false,
      disableDialogs: true,
      devTools: false,
    });
  });

  test('is not shown before its page has drawn, and does not flash in the wrong theme', () => {
    const light = windowOptions(mode, around);
    const dark = windowOptions(mode, { ...around, dark: true });
    expect(light.show).toBe(false);
    expect(dark.backgroundColor).not.toBe(light.backgroundColor);
  });
});

test('the session is in memory alone', () => {
  expect(partition).not.toMatch(/^persist:/);
});

test('developer tools open in an app that runs from its sources alone', () => {
  expect(webPreferences({ ...around, packaged: false }).devTools).toBe(true);
});

test('the popover is 360 by 568, without a frame, above the others, and not in the task bar', () => {
  expect(windowOptions('popover', around)).toMatchObject({
    width: 360,
    height: 568,
    frame: false,
    resizable: false,
    skipTaskbar: true,
    alwaysOnTop: true,
  });
});

test('the ordinary window can be made as narrow as the popover', () => {
  const options = windowOptions('ordinary', around);
  expect(options.minWidth).toBe(360);
  expect(options.frame).toBeUndefined();
  expect(options.alwaysOnTop).toBeUndefined();
});
