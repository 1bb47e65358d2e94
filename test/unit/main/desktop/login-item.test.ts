import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { autostartEntry, setLoginItem } from '../../../../main/desktop/login-item.ts';

const electron = await vi.hoisted(async () =>
  (await import('../../../support/fake-electron.ts')).createFakeElectron(),
);
vi.mock('electron', () => electron);

const home = mkdtempSync(join(tmpdir(), 'keyfob-login-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const program = '/opt/Keyfob/keyfob';
const on = (platform: string, env = {}) => ({ platform, env, home, program });

beforeEach(() => electron.app.setLoginItemSettings.mockClear());

test.each(['darwin', 'win32'])('on %s the system is asked', async (platform) => {
  await setLoginItem(true, on(platform));
  await setLoginItem(false, on(platform));
  expect(electron.app.setLoginItemSettings.mock.calls).toEqual([
    [{ openAtLogin: true, args: ['--hidden'] }],
    [{ openAtLogin: false, args: ['--hidden'] }],
  ]);
});

describe('on Linux', () => {
  const file = join(home, '.config/autostart/dev.keyfob.app.desktop');

  test('an autostart entry comes and goes, and to take away what is not there is no failure', async () => {
    await setLoginItem(true, on('linux'));
    expect(readFileSync(file, 'utf8')).toBe(autostartEntry(program));
    await setLoginItem(false, on('linux'));
    await setLoginItem(false, on('linux'));
    expect(existsSync(file)).toBe(false);
    expect(electron.app.setLoginItemSettings).not.toHaveBeenCalled();
  });

  test('it lies where XDG_CONFIG_HOME says', async () => {
    const config = join(home, 'elsewhere');
    await setLoginItem(true, on('linux', { XDG_CONFIG_HOME: config }));
    expect(existsSync(join(config, 'autostart/dev.keyfob.app.desktop'))).toBe(true);
  });

  test('it names an AppImage by its own path, not by where it is unpacked just now', async () => {
    await setLoginItem(true, on('linux', { APPIMAGE: '/home/me/Keyfob.AppImage' }));
    expect(readFileSync(file, 'utf8')).toContain('Exec="/home/me/Keyfob.AppImage" --hidden');
  });

  test.each([
    ['/opt/Key fob/keyfob', '"/opt/Key fob/keyfob" --hidden'],
    ['/opt/100%/keyfob', '"/opt/100%%/keyfob" --hidden'],
    ['/opt/$HOME/`id`/"/keyfob', '"/opt/\\\\$HOME/\\\\`id\\\\`/\\\\"/keyfob" --hidden'],
  ])('%s is quoted as the specification has it', (path, exec) => {
    expect(autostartEntry(path).split('\n')).toContain(`Exec=${exec}`);
  });
});
