import { beforeEach, expect, test } from 'vitest';
import { createActions } from '../../../../main/desktop/actions.ts';
import type { CommandClient } from '../../../../shared/commands.ts';
import { KeyfobError } from '../../../../shared/errors.ts';
import { signInOf } from '../../../support/desktop-state.ts';
import { settle } from '../../../support/fake-clock.ts';

let called: unknown[][];
let opened: unknown[];
let told: string[][];
let answer: unknown;

beforeEach(() => {
  called = [];
  opened = [];
  told = [];
  answer = {};
});

const actions = createActions({
  client: {
    async call(name: string, input: unknown) {
      called.push([name, input]);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  } as unknown as CommandClient,
  windows: { open: (view) => void opened.push(view) },
  tell: (title, body) => void told.push([title, body]),
  quit: () => void called.push(['quit']),
});

test('each is a command', async () => {
  actions.use('id');
  actions.cancelSignIn('acme');
  actions.openSignInPage(signInOf('acme'));
  actions.openSignInPage(signInOf('acme', { flow: 'device' }));
  actions.copyCode('ABCD-EFGH');
  actions.signOut('acme');
  actions.copyEnvironment('fish');
  actions.copyToken('corp/access');
  actions.openConsole();
  actions.answer('q1', false);
  actions.quit();
  await settle();
  expect(called).toEqual([
    ['accounts.use', { account: 'id' }],
    ['signIn.cancel', { connection: 'acme' }],
    ['link.open', { connection: 'acme', what: 'authorization' }],
    ['link.open', { connection: 'acme', what: 'verification' }],
    ['clipboard.copy', { text: 'ABCD-EFGH' }],
    ['signOut', { connection: 'acme' }],
    ['account.copyEnvironment', { shell: 'fish' }],
    ['account.copyToken', { account: 'corp/access' }],
    ['account.openConsole', {}],
    ['confirmation.answer', { id: 'q1', allow: false }],
    ['quit'],
  ]);
  expect(told).toEqual([]);
});

test.each([
  ['device', [{ signIn: 'acme' }]],
  ['form', [{ signIn: 'acme' }]],
  ['browser', []],
  ['unattended', []],
] as const)('a sign-in by %s opens the window where it is needed', async (flow, views) => {
  answer = signInOf('acme', { flow });
  actions.signIn('acme');
  await settle();
  expect(opened).toEqual(views);
});

test('a sign-in that asks something is shown in the window', () => {
  actions.showSignIn('corp');
  expect(opened).toEqual([{ signIn: 'corp' }]);
  expect(called).toEqual([]);
});

test('a failure is told, with what to do about it', async () => {
  answer = new KeyfobError('sign_in_required', 'acme is signed out.', { hint: 'Sign in to acme.' });
  actions.copyEnvironment('sh');
  await settle();
  expect(told).toEqual([['Nothing was copied', 'acme is signed out. Sign in to acme.']]);
});
