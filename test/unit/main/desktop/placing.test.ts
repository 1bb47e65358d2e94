import { describe, expect, test } from 'vitest';
import { canPlace, placeNear } from '../../../../main/desktop/placing.ts';

const size = { width: 360, height: 568 };
const pointer = { x: 0, y: 0 };

describe('the popover goes', () => {
  test('below an icon in a bar at the top, centred on it', () => {
    const area = { x: 0, y: 25, width: 1440, height: 875 };
    const icon = { x: 1000, y: 0, width: 24, height: 24 };
    expect(placeNear(icon, pointer, area, size)).toEqual({ x: 832, y: 33, ...size });
  });

  test('above an icon in a bar at the bottom, and not beyond the right edge', () => {
    const area = { x: 0, y: 0, width: 1920, height: 1040 };
    const icon = { x: 1800, y: 1040, width: 24, height: 40 };
    expect(placeNear(icon, pointer, area, size)).toEqual({ x: 1552, y: 464, ...size });
  });

  test('beside an icon in a bar at the left', () => {
    const area = { x: 60, y: 0, width: 1860, height: 1080 };
    const icon = { x: 10, y: 1000, width: 40, height: 40 };
    expect(placeNear(icon, pointer, area, size)).toEqual({ x: 68, y: 504, ...size });
  });

  test('beside an icon in a bar at the right', () => {
    const area = { x: 0, y: 0, width: 1860, height: 1080 };
    const icon = { x: 1870, y: 500, width: 40, height: 40 };
    expect(placeNear(icon, pointer, area, size)).toEqual({ x: 1492, y: 236, ...size });
  });

  test('onto the screen the icon is on, whatever the sign of its coordinates', () => {
    const area = { x: -1920, y: -200, width: 1920, height: 1040 };
    const icon = { x: -120, y: 840, width: 24, height: 40 };
    expect(placeNear(icon, pointer, area, size)).toEqual({ x: -368, y: 264, ...size });
  });

  test('near the pointer where nobody tells where the icon is', () => {
    const area = { x: 0, y: 27, width: 1920, height: 1053 };
    const nowhere = { x: 0, y: 0, width: 0, height: 0 };
    expect(placeNear(nowhere, { x: 1700, y: 14 }, area, size)).toEqual({ x: 1520, y: 35, ...size });
  });

  test('onto a low screen as high as there is room, so that its foot is in sight', () => {
    const area = { x: 0, y: 0, width: 911, height: 472 };
    const icon = { x: 700, y: 472, width: 24, height: 40 };
    expect(placeNear(icon, pointer, area, size)).toEqual({ x: 532, y: 8, width: 360, height: 456 });
    const tiny = { x: 0, y: 0, width: 320, height: 480 };
    const shown = { x: 8, y: 8, width: 304, height: 464 };
    expect(placeNear(icon, pointer, tiny, size)).toEqual(shown);
  });
});

test.each([
  ['darwin', {}, true],
  ['win32', {}, true],
  ['linux', { XDG_SESSION_TYPE: 'x11', DISPLAY: ':0' }, true],
  ['linux', { XDG_SESSION_TYPE: 'wayland', DISPLAY: ':0' }, false],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, false],
])('on %s with %o a window can be placed: %s', (platform, env, can) => {
  expect(canPlace(platform, env)).toBe(can);
});
