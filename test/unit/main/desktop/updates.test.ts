import { expect, test } from 'vitest';
import {
  everyMs,
  firstCheckMs,
  followUpdates,
  type Updater,
} from '../../../../main/desktop/updates.ts';
import { defaultSettings } from '../../../../main/state.ts';
import type { Settings } from '../../../../shared/model.ts';
import { storeWith } from '../../../support/desktop-state.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { createFakeLog } from '../../../support/fake-ports.ts';

function setUp(updates: Settings['updates']) {
  const clock = createFakeClock();
  const log = createFakeLog();
  const state = storeWith({ settings: { ...defaultSettings, updates } });
  const listeners = new Map<string, (info: { version: string }) => void>();
  const done: string[] = [];
  const told: { title: string; click: () => void }[] = [];
  const updater: Updater = {
    autoDownload: true,
    autoInstallOnAppQuit: true,
    checkForUpdates: async () => void done.push('check'),
    downloadUpdate: async () => void done.push('download'),
    quitAndInstall: () => void done.push('install'),
    on: (event, listener) => listeners.set(event, listener),
  };
  const stop = followUpdates({
    state,
    clock,
    log,
    load: async () => {
      done.push('load');
      return updater;
    },
    tell: (title, _body, click) => void told.push({ title, click }),
    quitFor(install) {
      done.push('helper stopped');
      install();
    },
  });
  const raise = (event: string) => listeners.get(event)?.({ version: '2.0.0' });
  return { clock, log, state, updater, done, told, stop, raise };
}

test('automatic: looks a minute after the start and every six hours, and downloads by itself', async () => {
  const { clock, updater, done } = setUp('automatic');
  await clock.advance(firstCheckMs - 1);
  expect(done).toEqual([]);
  await clock.advance(1);
  expect(done).toEqual(['load', 'check']);
  expect(updater).toMatchObject({ autoDownload: true, autoInstallOnAppQuit: true });
  await clock.advance(everyMs);
  expect(done).toEqual(['load', 'check', 'check']);
});

test('automatic: what has been downloaded is installed at a click, after the helper has stopped', async () => {
  const { clock, done, told, raise } = setUp('automatic');
  await clock.advance(firstCheckMs);
  raise('update-available');
  expect(told).toEqual([]);
  raise('update-downloaded');
  expect(told).toMatchObject([{ title: 'Update ready' }]);
  told[0]?.click();
  expect(done.slice(2)).toEqual(['helper stopped', 'install']);
});

test('notify: says that there is one, and downloads it at a click', async () => {
  const { clock, updater, done, told, raise } = setUp('notify');
  await clock.advance(firstCheckMs);
  expect(updater).toMatchObject({ autoDownload: false, autoInstallOnAppQuit: false });
  raise('update-available');
  expect(told).toMatchObject([{ title: 'Update available' }]);
  told[0]?.click();
  expect(done).toEqual(['load', 'check', 'download']);
});

test('off: nothing is loaded and nobody is asked, until the person changes it', async () => {
  const { clock, state, done } = setUp('off');
  await clock.advance(firstCheckMs + everyMs);
  expect(done).toEqual([]);
  state.update('settings', (settings) => ({ ...settings, updates: 'automatic' }));
  await clock.advance(everyMs);
  expect(done).toEqual(['load', 'check']);
});

test('a check that fails is noted, and the next one comes all the same', async () => {
  const { clock, log, updater, done } = setUp('automatic');
  updater.checkForUpdates = async () => {
    throw new Error('offline');
  };
  await clock.advance(firstCheckMs);
  expect(log.entries).toMatchObject([{ level: 'warn', event: 'update.failed' }]);
  updater.checkForUpdates = async () => void done.push('check');
  await clock.advance(everyMs);
  expect(done).toEqual(['load', 'check']);
});

test('stopped, it looks no more', async () => {
  const { clock, done, stop } = setUp('automatic');
  stop();
  await clock.advance(everyMs);
  expect(done).toEqual([]);
});
