import { expect, test } from 'vitest';
import { createSettings } from '../../../../main/settings/settings.ts';
import { createStateStore, defaultSettings, emptyState } from '../../../../main/state.ts';
import { KeyfobError } from '../../../../shared/errors.ts';
import { createFakePorts, type FakePorts } from '../../../support/fake-ports.ts';

function open(ports: FakePorts = createFakePorts()) {
  const state = createStateStore(
    emptyState({ version: '0', pid: 1, startedAt: '2026-01-01T00:00:00Z', keychain: 'memory' }),
  );
  return { ports, state, settings: createSettings(ports, state) };
}
const written = (ports: FakePorts) =>
  JSON.parse(ports.files.contents.get('settings.json') ?? 'null') as unknown;

test('without a file the defaults hold, and none is made', async () => {
  const { ports, settings, state } = open();
  await settings.load();
  expect(state.get('settings')).toEqual(defaultSettings);
  expect(ports.files.writes).toEqual([]);
});

test('a change is written, shown, and there after a restart', async () => {
  const { ports, settings, state } = open();
  await settings.load();
  const changed = await settings.change({ theme: 'dark', notifications: { signedIn: false } });
  const expected = {
    ...defaultSettings,
    theme: 'dark',
    notifications: { ...defaultSettings.notifications, signedIn: false },
  };
  expect(changed).toEqual(expected);
  expect(state.get('settings')).toEqual(expected);
  expect(written(ports)).toEqual({ version: 1, ...expected });

  const later = open(ports);
  await later.settings.load();
  expect(later.state.get('settings')).toEqual(expected);
});

test('what is left out or undefined stays; null takes the browser away', async () => {
  const { settings } = open();
  await settings.change({ browser: 'firefox -P work', openAtLogin: true });
  const after = await settings.change({ browser: undefined, theme: 'light' });
  expect(after).toMatchObject({ browser: 'firefox -P work', openAtLogin: true, theme: 'light' });
  expect((await settings.change({ browser: null })).browser).toBeNull();
});

test('two changes at once are both kept', async () => {
  const { ports, settings, state } = open();
  await Promise.all([settings.change({ theme: 'dark' }), settings.change({ updates: 'off' })]);
  await settings.close();
  expect(state.get('settings')).toMatchObject({ theme: 'dark', updates: 'off' });
  expect(written(ports)).toMatchObject({ theme: 'dark', updates: 'off' });
});

test('a change that could not be written has not happened', async () => {
  const { ports, settings, state } = open();
  ports.files.fillDisk();
  await expect(settings.change({ theme: 'dark' })).rejects.toMatchObject({ code: 'disk_full' });
  expect(state.get('settings').theme).toBe('system');
  ports.files.heal();
  expect((await settings.change({ updates: 'notify' })).theme).toBe('system');
});

test('a file that could not be read is a problem, and is not replaced by a change', async () => {
  const { ports, settings, state } = open();
  ports.files.contents.set('settings.json', JSON.stringify({ version: 1, theme: 'dark' }));
  ports.files.fail(new KeyfobError('file_unreadable', 'settings.json can not be read.'), 'read');
  await settings.load();
  expect(state.get('problems')).toMatchObject([{ code: 'file_unreadable' }]);
  await expect(settings.change({ updates: 'off' })).rejects.toMatchObject({
    code: 'file_unreadable',
  });
  expect(written(ports)).toEqual({ version: 1, theme: 'dark' });
  ports.files.heal();
  expect(await settings.change({ updates: 'off' })).toMatchObject({ theme: 'dark' });
});

test.each(['{"version":1,"theme":"pink"}', '{"version":2}', '[]', '{"version":1', ''])(
  'a file holding %j is set aside and named',
  async (text) => {
    const { ports, settings, state } = open();
    ports.files.contents.set('settings.json', text);
    await settings.load();
    expect(state.get('settings')).toEqual(defaultSettings);
    expect(state.get('problems')).toMatchObject([{ code: 'file_damaged' }]);
    expect(ports.files.contents.get('settings.json.damaged')).toBe(text);
  },
);

test('a file of a Keyfob with fewer or more settings is no damage', async () => {
  const { ports, settings, state } = open();
  const other = { version: 1, theme: 'dark', notifications: { expiring: false }, later: true };
  ports.files.contents.set('settings.json', JSON.stringify(other));
  await settings.load();
  expect(state.get('problems')).toEqual([]);
  expect(state.get('settings')).toEqual({
    ...defaultSettings,
    theme: 'dark',
    notifications: { ...defaultSettings.notifications, expiring: false },
  });
});
