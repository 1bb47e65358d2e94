import { browserObstacle } from '../../shared/browser-availability.ts';
import type { CliContext } from './context.ts';

/**
 * Whether this terminal may be far from the browser that the helper would open (SSH, a container).
 * What the machine itself is, the helper knows better: on WSL it looks for a way to Windows' browser.
 */
export function isRemote({ env, platform }: Pick<CliContext, 'env' | 'platform'>): boolean {
  const obstacle = browserObstacle(env, platform);
  return obstacle !== undefined && obstacle !== 'wsl';
}
