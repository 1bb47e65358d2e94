import { beforeEach, expect, test, vi } from 'vitest';
import { followState } from '../../../../main/desktop/following.ts';
import { defaultSettings, type StateStore } from '../../../../main/state.ts';
import { isoAfter, promptFor, signInOf, storeWith } from '../../../support/desktop-state.ts';

const electron = await vi.hoisted(async () =>
  (await import('../../../support/fake-electron.ts')).createFakeElectron(),
);
vi.mock('electron', () => electron);

let state: StateStore;
let done: unknown[];

function follow(settings = defaultSettings) {
  done = [];
  state = storeWith({ settings });
  return followState({
    state,
    setLoginItem: (open) => done.push(open),
    onQuestion: () => done.push('question'),
    onPendingChange: () => done.push('pending'),
  });
}

beforeEach(() => {
  electron.nativeTheme.themeSource = 'system';
});

const ask = (...ids: string[]) =>
  state.set(
    'confirmations',
    ids.map((id) => ({
      id,
      account: 'acme/1/Admin',
      path: 'acme/prod/Admin',
      client: 'terraform',
      askedAt: isoAfter(0),
      expiresAt: isoAfter(1),
    })),
  );

test('the theme is the chosen one, from the start and after each change', () => {
  follow({ ...defaultSettings, theme: 'dark' });
  expect(electron.nativeTheme.themeSource).toBe('dark');
  state.update('settings', (settings) => ({ ...settings, theme: 'light' }));
  expect(electron.nativeTheme.themeSource).toBe('light');
});

test('the login item follows a change, and only a change', () => {
  follow({ ...defaultSettings, openAtLogin: true });
  state.update('settings', (settings) => ({ ...settings, theme: 'light' }));
  expect(done).toEqual([]);
  state.update('settings', (settings) => ({ ...settings, openAtLogin: false }));
  expect(done).toEqual([false]);
});

test('each question is shown once', () => {
  follow();
  ask('q1');
  ask('q1', 'q2');
  ask('q2');
  ask();
  expect(done.filter((one) => one === 'question')).toHaveLength(2);
});

test('a code that a tool waits for is asked for at once, and once', () => {
  follow();
  state.set('prompts', [promptFor('acme/prod/Deploy')]);
  ask('q1');
  state.set('prompts', []);
  expect(done.filter((one) => one === 'question')).toHaveLength(2);
});

test('what begins and ends is told', () => {
  follow();
  state.set('signIns', [signInOf('acme')]);
  expect(done).toEqual(['pending']);
  state.set('prompts', [promptFor('acme/prod/Deploy')]);
  state.set('prompts', []);
  expect(done).toEqual(['pending', 'question', 'pending', 'pending']);
});

test('stopped, it follows no more', () => {
  follow()();
  ask('q1');
  expect(done).toEqual([]);
});
