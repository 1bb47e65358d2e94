import { expect, test } from 'vitest';
import { browserObstacle } from '../../../shared/browser-availability.ts';

const desktop = { DISPLAY: ':0' };

test.each([
  ['a Linux desktop', desktop, 'linux', {}, undefined],
  ['a Wayland desktop', { WAYLAND_DISPLAY: 'wayland-0' }, 'linux', {}, undefined],
  ['macOS', {}, 'darwin', {}, undefined],
  ['Windows', {}, 'win32', {}, undefined],
  ['Linux without a display', { DISPLAY: '' }, 'linux', {}, 'no_display'],
  ['SSH with X forwarding', { ...desktop, SSH_CONNECTION: '1 2 3 4' }, 'linux', {}, 'ssh'],
  ['SSH to a Mac', { SSH_TTY: '/dev/ttys001' }, 'darwin', {}, 'ssh'],
  ['CI', { ...desktop, CI: 'true' }, 'linux', {}, 'ci'],
  ['CI=false', { ...desktop, CI: 'false' }, 'linux', {}, undefined],
  ['a container by its file', desktop, 'linux', { container: true }, 'container'],
  ['a container by its environment', { ...desktop, container: 'podman' }, 'linux', {}, 'container'],
  ['WSL', { ...desktop, WSL_DISTRO_NAME: 'Debian' }, 'linux', {}, 'wsl'],
  ['WSL by its kernel', desktop, 'linux', { wsl: true }, 'wsl'],
  ['WSL with wslview', { WSL_DISTRO_NAME: 'Debian' }, 'linux', { wslview: true }, undefined],
  [
    'SSH with KEYFOB_BROWSER',
    { SSH_TTY: 'x', KEYFOB_BROWSER: 'x' },
    'linux',
    { container: true },
    undefined,
  ],
])('%s', (_case, env, platform, machine, obstacle) => {
  expect(browserObstacle(env, platform, machine)).toBe(obstacle);
});
