import { expect, test } from 'vitest';
import type { Notice } from '../../../../main/ports.ts';
import { chosenBrowser, chosenNotifier } from '../../../../main/settings/chosen-ports.ts';
import { defaultSettings } from '../../../../main/state.ts';
import { createFakeBrowser, createFakeNotifier } from '../../../support/fake-ports.ts';

test("pages open with the connection's browser, else with the chosen one, else the system's", async () => {
  const browser = createFakeBrowser();
  let settings = defaultSettings;
  const chosen = chosenBrowser(browser, () => settings);
  await chosen.open('https://a.test/');
  settings = { ...settings, browser: 'firefox' };
  await chosen.open('https://b.test/');
  await chosen.open('https://c.test/', 'chromium --incognito');
  expect(browser.opened).toEqual(['https://a.test/', 'https://b.test/', 'https://c.test/']);
  expect(browser.commands).toEqual([undefined, 'firefox', 'chromium --incognito']);
});

test('whether one can open stays what the machine says', () => {
  const browser = createFakeBrowser();
  const chosen = chosenBrowser(browser, () => ({ ...defaultSettings, browser: 'firefox' }));
  expect(chosen.available).toBe(true);
  browser.available = false;
  expect(chosen.available).toBe(false);
});

test.each([
  ['expiring', 'expiring'],
  ['sign_in_required', 'signInRequired'],
  ['signed_in', 'signedIn'],
  ['confirmation', 'confirmation'],
] as const)('a notice %s is shown unless %s is off', (kind, setting) => {
  const notifier = createFakeNotifier();
  const notifications = { ...defaultSettings.notifications };
  const chosen = chosenNotifier(notifier, () => ({ ...defaultSettings, notifications }));
  const notice: Notice = { kind, connection: 'acme', message: 'So it is.' };
  chosen.notify(notice);
  expect(notifier.notices).toEqual([notice]);
  notifications[setting] = false;
  chosen.notify(notice);
  expect(notifier.notices).toHaveLength(1);
});
