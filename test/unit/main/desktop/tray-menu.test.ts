import { beforeEach, describe, expect, test } from 'vitest';
import { type TrayActions, trayMenu } from '../../../../main/desktop/tray-menu.ts';
import type { SignIn, State } from '../../../../shared/model.ts';
import {
  accountAt,
  asksPassword,
  connectionNamed,
  isoAfter,
  noon,
  promptFor,
  signInOf,
  stateWith,
  tokenOf,
} from '../../../support/desktop-state.ts';
import type { FakeMenuItem } from '../../../support/fake-electron.ts';

let done: unknown[][];
beforeEach(() => {
  done = [];
});

/** Every action, recorded by its name and arguments. */
const actions = new Proxy({} as TrayActions, {
  get:
    (_target, name) =>
    (...args: unknown[]) =>
      done.push([name, ...args]),
});

const menuOf = (part: Partial<State>) =>
  trayMenu(stateWith(part), noon, actions) as unknown as readonly FakeMenuItem[];

/** The lines of a menu, indented; `(*)` is checked, `( )` is not, `-` can't be chosen. */
function lines(items: readonly FakeMenuItem[], indent = ''): string[] {
  return items.flatMap(({ label, type, enabled, checked, submenu }) => {
    if (type === 'separator') return [`${indent}---`];
    const mark = type === 'radio' ? (checked ? '(*) ' : '( ) ') : enabled === false ? '- ' : '';
    return [`${indent}${mark}${label}`, ...lines(submenu ?? [], `${indent}  `)];
  });
}

function choose(items: readonly FakeMenuItem[], ...labels: string[]): void {
  const [first, ...rest] = labels;
  const item = items.find(({ label }) => label === first);
  if (item === undefined) throw new Error(`No ${first} among ${lines(items).join(', ')}`);
  if (rest.length > 0) choose(item.submenu ?? [], ...rest);
  else item.click?.();
}

const paths = ['acme/prod/Admin', 'acme/dev/Admin', 'corp/test/ReadOnly'];
const accounts = paths.map(accountAt);
const [prod, dev, corp] = accounts.map(({ id }) => id);
const working = {
  accounts,
  active: prod ?? null,
  favourites: [dev ?? ''],
  recent: [prod ?? '', corp ?? ''],
  connections: [connectionNamed('acme'), connectionNamed('corp', { state: 'signed_out' })],
};

test('the menu is complete by itself', () => {
  expect(lines(menuOf(working))).toEqual([
    '- acme/prod/Admin, 58 min left',
    '---',
    '( ) acme/dev/Admin',
    '(*) acme/prod/Admin',
    '( ) corp/test/ReadOnly',
    '---',
    'acme: signed in, 58 min left',
    '  Sign out',
    'corp: signed out',
    '  Sign in',
    '---',
    'Copy as environment',
    '  sh, bash, zsh',
    '  fish',
    '  PowerShell',
    'Open the AWS console',
    '---',
    'Open Keyfob',
    'Settings',
    '---',
    'Quit Keyfob',
  ]);
});

test('a session that ends for good can be taken up again before it has', () => {
  const connections = [connectionNamed('acme', { renewable: false })];
  expect(lines(menuOf({ connections }))).toEqual(
    expect.arrayContaining(['acme: signed in, 58 min left', '  Sign in', '  Sign out']),
  );
});

test('without anything set up yet it leads to the window', () => {
  expect(lines(menuOf({}))).toEqual([
    '- no account is active',
    '---',
    '- Copy as environment',
    '  sh, bash, zsh',
    '  fish',
    '  PowerShell',
    '- Open the AWS console',
    '---',
    'Open Keyfob',
    'Settings',
    '---',
    'Quit Keyfob',
  ]);
});

test('each item does what it says', () => {
  const menu = menuOf(working);
  choose(menu, 'corp/test/ReadOnly');
  choose(menu, 'acme: signed in, 58 min left', 'Sign out');
  choose(menu, 'corp: signed out', 'Sign in');
  choose(menu, 'Copy as environment', 'sh, bash, zsh');
  choose(menu, 'Copy as environment', 'fish');
  choose(menu, 'Copy as environment', 'PowerShell');
  choose(menu, 'Open the AWS console');
  choose(menu, 'Open Keyfob');
  choose(menu, 'Settings');
  choose(menu, 'Quit Keyfob');
  expect(done).toEqual([
    ['use', corp],
    ['signOut', 'acme'],
    ['signIn', 'corp'],
    ['copyEnvironment', 'sh'],
    ['copyEnvironment', 'fish'],
    ['copyEnvironment', 'powershell'],
    ['openConsole'],
    ['open', 'accounts'],
    ['open', 'settings'],
    ['quit'],
  ]);
});

describe('accounts', () => {
  const many = Array.from({ length: 9 }, (_, index) => accountAt(`acme/dev${index}/Admin`));
  const radios = (part: Partial<State>) =>
    lines(menuOf({ accounts: many, ...part })).filter((line) => line.includes('/Admin'));

  test('the favourites and the five most recent are listed, each once', () => {
    const ids = many.map(({ id }) => id);
    const shown = radios({
      favourites: ids.slice(0, 2),
      recent: ids.slice(1),
      active: ids[1] ?? null,
    });
    expect(shown.slice(1)).toEqual([
      '( ) acme/dev0/Admin',
      '(*) acme/dev1/Admin',
      '( ) acme/dev2/Admin',
      '( ) acme/dev3/Admin',
      '( ) acme/dev4/Admin',
      '( ) acme/dev5/Admin',
    ]);
  });

  test('the active one is there although it is neither, so that no other shows as active', () => {
    expect(
      radios({ favourites: [many[0]?.id ?? ''], active: many[8]?.id ?? null }).slice(1),
    ).toEqual(['( ) acme/dev0/Admin', '(*) acme/dev8/Admin']);
  });

  test('with none active there are no radio items, of which Electron would check the first', () => {
    expect(radios({ favourites: [many[0]?.id ?? ''] })).toEqual(['acme/dev0/Admin']);
  });

  test('one that is not in the catalogue any more is left out', () => {
    expect(radios({ favourites: ['gone'], recent: ['gone too'], active: 'gone' })).toEqual([]);
  });
});

test('a token is copied as a token: it is no environment, and has no console', () => {
  const token = tokenOf('corp');
  const menu = menuOf({
    accounts: [token],
    active: token.id,
    connections: [connectionNamed('corp')],
  });
  expect(lines(menu)).toEqual([
    '- corp/access, 58 min left',
    '---',
    '(*) corp/access',
    '---',
    'corp: signed in, 58 min left',
    '  Sign out',
    '---',
    'Copy token',
    '---',
    'Open Keyfob',
    'Settings',
    '---',
    'Quit Keyfob',
  ]);
  choose(menu, 'Copy token');
  expect(done).toEqual([['copyToken', 'corp/access']]);
});

test('a code of an MFA device is entered in the window', () => {
  const menu = menuOf({ ...working, prompts: [promptFor('acme/prod/Deploy')] });
  expect(menu[0]?.label).toBe('Enter the MFA code for acme/prod/Deploy…');
  choose(menu, 'Enter the MFA code for acme/prod/Deploy…');
  expect(done).toEqual([['open', 'accounts']]);
});

describe('a sign-in under way', () => {
  const menuFor = (part: Partial<SignIn>) =>
    menuOf({ connections: [connectionNamed('corp')], signIns: [signInOf('corp', part)] });

  test('that asks something here leads to the window, where it can be answered', () => {
    const menu = menuFor({ flow: 'form', asks: asksPassword });
    choose(menu, 'corp: waiting for your answer', 'Answer in the window…');
    choose(menu, 'corp: waiting for your answer', 'Cancel the sign-in');
    expect(done).toEqual([
      ['showSignIn', 'corp'],
      ['cancelSignIn', 'corp'],
    ]);
  });

  test.each(['form', 'unattended'] as const)(
    'in which nobody is asked now (%s) has no page and no question',
    (flow) => {
      expect(lines(menuFor({ flow }))).toEqual(
        expect.arrayContaining(['corp: signing in', '  Cancel the sign-in']),
      );
      expect(lines(menuFor({ flow })).join()).not.toMatch(/Open the page|Answer/);
    },
  );

  test('shows its code, and can be copied, opened and cancelled', () => {
    const signIn = signInOf('acme', { flow: 'device', userCode: 'ABCD-EFGH' });
    const menu = menuOf({ connections: [connectionNamed('acme')], signIns: [signIn] });
    choose(menu, 'acme: enter ABCD-EFGH', 'Open the page');
    choose(menu, 'acme: enter ABCD-EFGH', 'Copy the code');
    choose(menu, 'acme: enter ABCD-EFGH', 'Cancel the sign-in');
    expect(done).toEqual([
      ['openSignInPage', signIn],
      ['copyCode', 'ABCD-EFGH'],
      ['cancelSignIn', 'acme'],
    ]);
  });

  test('by the browser has no code', () => {
    const menu = menuOf({ connections: [connectionNamed('acme')], signIns: [signInOf('acme')] });
    expect(lines(menu)).toContain('acme: waiting for the browser');
    expect(lines(menu)).not.toContain('  Copy the code');
  });

  test('that has ended is none', () => {
    const signIns = [signInOf('acme', { state: 'cancelled' })];
    const menu = menuOf({ connections: [connectionNamed('acme')], signIns });
    expect(lines(menu)).toContain('acme: signed in, 58 min left');
  });
});

test('a question comes first, and can be answered', () => {
  const question = {
    id: 'q1',
    account: prod ?? '',
    path: 'acme/prod/Admin',
    client: 'terraform',
    askedAt: isoAfter(0),
    expiresAt: isoAfter(1),
  };
  const menu = menuOf({ ...working, confirmations: [question] });
  const label = 'terraform asks for acme/prod/Admin';
  expect(menu[0]?.label).toBe(label);
  choose(menu, label, 'Allow');
  choose(menu, label, 'Refuse');
  expect(done).toEqual([
    ['answer', 'q1', true],
    ['answer', 'q1', false],
  ]);
});

test('a name is shown as it is: no mnemonic, no new line, no change of direction, no endless line', () => {
  const odd = [accountAt('acme/R&D/Ad\u202Emin'), accountAt(`acme/${'x'.repeat(200)}/Admin`)];
  const labels = menuOf({ accounts: odd, favourites: odd.map(({ id }) => id) }).map(
    ({ label }) => label,
  );
  expect(labels).toContain('acme/R&&D/Ad min');
  expect(labels.every((label) => (label?.length ?? 0) <= 80)).toBe(true);
});

test.each([
  ['unknown', undefined, 'acme: waiting for the keychain', ['Sign in']],
  [
    'unknown',
    { code: 'keychain_locked', message: 'Locked.' },
    'acme: the keychain does not answer',
    ['Sign in'],
  ],
  ['expired', undefined, 'acme: expired, being renewed', ['Sign in', 'Sign out']],
] as const)('a session that is %s (%o)', (state, error, label, choices) => {
  const session = error === undefined ? { state } : { state, error };
  const menu = menuOf({ connections: [connectionNamed('acme', session)] });
  const item = menu.find((one) => one.label === label);
  expect(item?.submenu?.map((one) => one.label)).toEqual(choices);
});
