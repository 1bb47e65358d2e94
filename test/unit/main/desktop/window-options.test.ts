import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  partition,
  webPreferences,
  windowOptions,
} from '../../../../main/desktop/window-options.ts';

const around = { preload: '/app/preload.cjs', icon: '/app/icon.png', packaged: true, dark: false };

/** The colour of the page's surface in light and in dark, as the style sheet has it. */
function paper(): string[] {
  const sheet = join(import.meta.dirname, '../../../../renderer/styles/base.css');
  const [, colours = ''] = /--paper: light-dark\((.+)\);/.exec(readFileSync(sheet, 'utf8')) ?? [];
  return [...colours.matchAll(/oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)/g)].map(([, ...numbers]) =>
    hexOfOklch(...(numbers.map(Number) as [number, number, number])),
  );
}

/** The conversion of CSS Color 4, sections 10.8 and 17. */
function hexOfOklch(lightness: number, chroma: number, hue: number): string {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  const digits = linear.map((one) => {
    const encoded = one <= 0.0031308 ? 12.92 * one : 1.055 * one ** (1 / 2.4) - 0.055;
    return Math.round(encoded * 255)
      .toString(16)
      .padStart(2, '0');
  });
  return `#${digits.join('')}`;
}

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

  test('is not shown before its page has drawn, and has the paper’s colour until then', () => {
    const [light, dark] = paper();
    expect(windowOptions(mode, around)).toMatchObject({ show: false, backgroundColor: light });
    expect(windowOptions(mode, { ...around, dark: true }).backgroundColor).toBe(dark);
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
