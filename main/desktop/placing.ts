import type { Environment } from '../../shared/places.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Rectangle extends Point, Size {}

/** Between the icon and the popover, and between the popover and the screen's edge. */
const gap = 8;

/**
 * Whether the platform lets a window choose where it is. Wayland does not; where a session has
 * both, Chromium of this age speaks Wayland.
 */
export function canPlace(platform: string, env: Environment): boolean {
  if (platform !== 'linux') return true;
  return env.XDG_SESSION_TYPE !== 'wayland' && (env.WAYLAND_DISPLAY ?? '') === '';
}

/**
 * Where the popover goes: centred on the icon, on the side of it that has more room, and always
 * wholly within the work area, if need be smaller than it wants to be. Linux tells no bounds of its
 * icons; the pointer, which has just been on one, stands in.
 */
export function placeNear(
  icon: Rectangle,
  pointer: Point,
  workArea: Rectangle,
  wanted: Size,
): Rectangle {
  const size = {
    width: Math.round(Math.min(wanted.width, workArea.width - 2 * gap)),
    height: Math.round(Math.min(wanted.height, workArea.height - 2 * gap)),
  };
  const anchor = isNowhere(icon) ? { ...pointer, width: 0, height: 0 } : icon;
  const middle = { x: anchor.x + anchor.width / 2, y: anchor.y + anchor.height / 2 };
  const bottom = workArea.y + workArea.height;
  const right = workArea.x + workArea.width;
  // A task bar at a side of the screen leaves the icon beside the work area, not above or below it.
  const aside = middle.x < workArea.x ? 'left' : middle.x > right ? 'right' : undefined;

  let x = middle.x - size.width / 2;
  let y = middle.y - size.height / 2;
  if (aside === 'left') x = workArea.x + gap;
  else if (aside === 'right') x = right - size.width - gap;
  else if (middle.y < workArea.y + workArea.height / 2) y = anchor.y + anchor.height + gap;
  else y = anchor.y - size.height - gap;

  return {
    x: Math.round(within(x, workArea.x + gap, right - size.width - gap)),
    y: Math.round(within(y, workArea.y + gap, bottom - size.height - gap)),
    ...size,
  };
}

function isNowhere({ width, height }: Rectangle): boolean {
  return width === 0 || height === 0;
}

function within(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
