import type { Environment, Places } from '../../shared/places.ts';
import { createBrowser } from '../platform/browser.ts';
import { createClock } from '../platform/clock.ts';
import { createNodePorts, type NodePorts } from '../platform/node-ports.ts';
import { createWake } from '../platform/wake.ts';
import { createDesktopBrowser } from './browser.ts';
import { createClipboard, type DesktopClipboard } from './clipboard.ts';
import { createDesktopNotifier, type DesktopNotifier } from './notifications.ts';
import { createDesktopWake } from './wake.ts';

/** The helper's ports as a desktop has them. */
export interface DesktopPorts extends NodePorts {
  readonly notifier: DesktopNotifier;
  readonly clipboard: DesktopClipboard;
}

export interface DesktopPortsOptions {
  readonly env: Environment;
  /** `process.platform`. */
  readonly platform: string;
  readonly places: Places;
}

/** Those of plain Node, with the desktop's browser, notifications, clipboard and power events. */
export function createDesktopPorts(options: DesktopPortsOptions): DesktopPorts {
  const { env, platform } = options;
  const clock = createClock();
  const notifier = createDesktopNotifier();
  const clipboard = createClipboard(platform, clock);
  const ports = createNodePorts({
    ...options,
    notifier,
    clipboard,
    wake: createDesktopWake(clock, createWake(clock)),
    browser: createDesktopBrowser(createBrowser({ env, platform, clock }), env),
  });
  return { ...ports, notifier, clipboard };
}
