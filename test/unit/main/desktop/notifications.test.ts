import { beforeEach, describe, expect, test, vi } from 'vitest';
import {
  createDesktopNotifier,
  type DesktopNotifier,
} from '../../../../main/desktop/notifications.ts';
import type { StateStore } from '../../../../main/state.ts';
import type { Confirmation } from '../../../../shared/model.ts';
import { isoAfter, promptFor, storeWith } from '../../../support/desktop-state.ts';
import { createEvent } from '../../../support/fake-electron.ts';

const electron = await vi.hoisted(async () =>
  (await import('../../../support/fake-electron.ts')).createFakeElectron(),
);
vi.mock('electron', () => electron);

const { notifications } = electron;
let notifier: DesktopNotifier;
let state: StateStore;
let done: unknown[][];

const question: Confirmation = {
  id: 'q1',
  account: 'acme/1/Admin',
  path: 'acme/prod/Admin',
  client: 'terraform',
  askedAt: isoAfter(0),
  expiresAt: isoAfter(1),
};
const asked = {
  kind: 'confirmation',
  connection: 'acme',
  message: 'terraform asks for the credentials of acme/prod/Admin.',
  confirmation: 'q1',
} as const;
const needed = {
  kind: 'sign_in_required',
  connection: 'acme',
  message: 'Sign in to acme again.',
} as const;

beforeEach(() => {
  notifications.splice(0);
  done = [];
  state = storeWith({ confirmations: [question] });
  notifier = createDesktopNotifier();
});

const start = () =>
  notifier.start(
    {
      signIn: (...args) => done.push(['signIn', ...args]),
      answer: (...args) => done.push(['answer', ...args]),
      open: () => done.push(['open']),
    },
    state,
  );

const press = (index: number) =>
  notifications.at(-1)?.emit('action', { ...createEvent(), actionIndex: index });
const buttons = () => notifications.at(-1)?.options.actions.map(({ text }) => text);

test.each([
  ['sign_in_required', 'Sign-in needed', ['Sign in']],
  ['expiring', 'Session ends soon', ['Sign in']],
  ['signed_in', 'Signed in', []],
] as const)('%s has its title, its message and its buttons', (kind, title, texts) => {
  start();
  notifier.notify({ kind, connection: 'acme', message: 'What happened.' });
  expect(notifications.at(-1)).toMatchObject({
    state: 'shown',
    options: { title, body: 'What happened.' },
  });
  expect(buttons()).toEqual(texts);
});

test('its button signs in, to the connection it is about', () => {
  start();
  notifier.notify(needed);
  press(0);
  expect(done).toEqual([['signIn', 'acme']]);
});

test('a click on one opens the window, and does nothing else', () => {
  start();
  notifier.notify(asked);
  notifications.at(-1)?.emit('click', createEvent());
  expect(done).toEqual([['open']]);
});

describe('a question', () => {
  test('is answered by its buttons', () => {
    start();
    notifier.notify(asked);
    expect(buttons()).toEqual(['Allow', 'Refuse']);
    press(0);
    notifier.notify(asked);
    press(1);
    expect(done).toEqual([
      ['answer', 'q1', true],
      ['answer', 'q1', false],
    ]);
  });

  test('that is over is taken away; other notices stay', () => {
    start();
    notifier.notify(asked);
    notifier.notify(needed);
    state.set('confirmations', []);
    expect(notifications.map((one) => one.state)).toEqual(['closed', 'shown']);
  });

  test('stays while another comes and goes', () => {
    start();
    notifier.notify(asked);
    state.set('confirmations', [question, { ...question, id: 'q2' }]);
    state.set('confirmations', [question]);
    expect(notifications.map((one) => one.state)).toEqual(['shown']);
  });

  test('does not take the place of another', () => {
    start();
    notifier.notify(asked);
    notifier.notify({ ...asked, confirmation: 'q2' });
    expect(notifications.map((one) => one.state)).toEqual(['shown', 'shown']);
  });

  test('can’t turn its words around', () => {
    start();
    notifier.notify({ ...asked, message: 'evil\u202E asks\n\nfor acme/prod/Admin.' });
    expect(notifications.at(-1)?.options.body).toBe('evil  asks for acme/prod/Admin.');
  });
});

describe('a code that a tool waits for', () => {
  const mfa = (connection: string) =>
    ({ kind: 'mfa', connection, message: 'acme/prod/Deploy needs the code.' }) as const;

  test('is entered in the window, and its notice waits as long as the tool does', () => {
    start();
    notifier.notify(mfa('acme'));
    expect(notifications.at(-1)?.options).toMatchObject({
      title: 'MFA code needed',
      timeoutType: 'never',
    });
    expect(buttons()).toEqual(['Enter the code']);
    press(0);
    expect(done).toEqual([['open']]);
  });

  test('is taken away when it is over, and no other with it', () => {
    start();
    state.set('prompts', [promptFor('acme/prod/Deploy'), promptFor('corp/x', { id: 'p2' })]);
    for (const connection of ['acme', 'corp']) notifier.notify(mfa(connection));
    notifier.notify(asked);
    state.set('prompts', [promptFor('corp/x', { id: 'p2' })]);
    expect(notifications.map((one) => one.state)).toEqual(['closed', 'shown', 'shown']);
  });
});

test('the latest about a session takes the place of the one before', () => {
  start();
  notifier.notify(needed);
  notifier.notify({ kind: 'signed_in', connection: 'acme', message: 'Signed in to acme.' });
  expect(notifications.map((one) => one.state)).toEqual(['closed', 'shown']);
});

test('what came before the tray was there is shown then', () => {
  notifier.notify(needed);
  expect(notifications).toEqual([]);
  start();
  expect(notifications.map((one) => one.state)).toEqual(['shown']);
});

test('one that Windows has put away is still answered, and gone once the person closes it', () => {
  start();
  notifier.notify(needed);
  notifications.at(-1)?.emit('close', { ...createEvent(), reason: 'timedOut' });
  notifier.notify(needed);
  expect(notifications[0]?.state).toBe('closed');
  notifications.at(-1)?.emit('close', { ...createEvent(), reason: 'userCanceled' });
  notifier.notify(needed);
  expect(notifications[1]?.state).toBe('shown');
});

test('a press on a button that is not there does nothing', () => {
  start();
  notifier.notify(needed);
  press(7);
  expect(done).toEqual([]);
});

test('closing takes all of them away', () => {
  start();
  notifier.notify(needed);
  notifier.close();
  expect(notifications.map((one) => one.state)).toEqual(['closed']);
});
