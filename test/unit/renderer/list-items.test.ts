import { describe, expect, test } from 'vitest';
import { type ListItem, listItems, noteOf } from '../../../renderer/list-items.ts';
import type { Account, ConnectionView } from '../../../shared/model.ts';
import { account, connection, oidcConnection } from './samples.ts';

const state = {
  connections: [connection('acme'), connection('labs')],
  accounts: [
    account('acme', 'prod', 'Admin'),
    account('acme', 'prod', 'ReadOnly'),
    account('labs', 'sandbox', 'Admin'),
  ],
  favourites: [] as string[],
};
const idOf = (path: string, accounts: readonly Account[] = state.accounts) =>
  accounts.find((one) => one.path === path)?.id ?? '?';

/** A line as one word: a heading, a note, or an account's path. */
function shown(items: readonly ListItem[]): string[] {
  return items.map((item) => {
    if (item.kind === 'section') return `[${item.section}]`;
    if (item.kind === 'connection') return `[${item.connection.settings.name}]`;
    return item.kind === 'note' ? `(${item.note})` : item.account.path;
  });
}

test('every connection shows, with its accounts in the order of the catalogue', () => {
  expect(shown(listItems(state, '', []))).toEqual([
    '[acme]',
    'acme/prod/Admin',
    'acme/prod/ReadOnly',
    '[labs]',
    'labs/sandbox/Admin',
  ]);
});

test('favourites come first, and are not repeated below', () => {
  const favourites = [idOf('labs/sandbox/Admin')];
  expect(shown(listItems({ ...state, favourites }, '', []))).toEqual([
    '[favourites]',
    'labs/sandbox/Admin',
    '[acme]',
    'acme/prod/Admin',
    'acme/prod/ReadOnly',
    '[labs]',
  ]);
});

describe('recent accounts', () => {
  const accounts = Array.from({ length: 20 }, (_, index) =>
    account('acme', `team-${index}`, 'Dev'),
  );
  const many = { ...state, connections: [connection('acme')], accounts };
  const recent = [7, 3, 9, 1, 5, 2].map((index) => accounts[index]?.id ?? '?');

  test('stand above a long list, the latest first, five at most', () => {
    expect(shown(listItems(many, '', recent)).slice(0, 7)).toEqual([
      '[recent]',
      ...['acme/team-7/Dev', 'acme/team-3/Dev', 'acme/team-9/Dev', 'acme/team-1/Dev'],
      'acme/team-5/Dev',
      '[acme]',
    ]);
  });

  test('are left out of a short one, where all are in view', () => {
    expect(shown(listItems(state, '', [idOf('labs/sandbox/Admin')]))[0]).toBe('[acme]');
  });

  test('that are favourites, or gone, are left out', () => {
    const favourites = [recent[0] ?? '?'];
    const items = shown(
      listItems({ ...many, favourites }, '', [...recent.slice(0, 2), 'acme/0/X']),
    );
    expect(items.slice(0, 4)).toEqual([
      '[favourites]',
      'acme/team-7/Dev',
      '[recent]',
      'acme/team-3/Dev',
    ]);
    expect(items[4]).toBe('[acme]');
  });

  test('no line has the key of another', () => {
    const keys = listItems({ ...many, favourites: [recent[5] ?? '?'] }, '', recent).map(
      ({ key }) => key,
    );
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('a search', () => {
  test('shows what it finds and nothing else, the favourites first', () => {
    const favourites = [idOf('labs/sandbox/Admin')];
    expect(shown(listItems({ ...state, favourites }, 'ADMIN', []))).toEqual([
      'labs/sandbox/Admin',
      'acme/prod/Admin',
    ]);
  });

  test('of blanks is none', () => {
    expect(listItems(state, '  ', [])).toEqual(listItems(state, '', []));
  });

  test('finds nothing where there is nothing', () => {
    expect(listItems(state, 'nothing-like-this', [])).toEqual([]);
  });
});

test('one connection alone can be shown, and searched', () => {
  expect(shown(listItems(state, '', [], 'labs'))).toEqual(['[labs]', 'labs/sandbox/Admin']);
  expect(shown(listItems(state, 'admin', [], 'labs'))).toEqual(['labs/sandbox/Admin']);
});

test('below an OpenID connection nothing is missing: its accounts are a person’s own', () => {
  const corp = oidcConnection('corp');
  expect(noteOf(corp)).toBeUndefined();
  expect(noteOf({ ...corp, session: { state: 'signed_out', renewable: false } })).toBeUndefined();
  const error = { code: 'network_error', message: 'No way there.' };
  expect(noteOf({ ...corp, session: { ...corp.session, error } })).toBe('sessionError');
  // What failed earlier and works by now is no news.
  const catalogue = { ...corp.catalogue, error };
  expect(noteOf({ ...corp, catalogue })).toBeUndefined();
});

describe('below a connection it says', () => {
  const error = { code: 'network_error', message: 'No way there.' };
  const signedIn = { state: 'signed_in', renewable: true } as const;
  const cases: readonly [string | undefined, Partial<ConnectionView>][] = [
    [undefined, {}],
    ['sessionError', { session: { state: 'unknown', renewable: false, error } }],
    // Signed out is said by the heading, with the button beside it.
    [undefined, { session: { state: 'signed_out', renewable: false, error } }],
    ['syncError', { session: signedIn, catalogue: { accounts: 3, syncing: false, error } }],
    ['syncing', { session: signedIn, catalogue: { accounts: 0, syncing: true } }],
    [undefined, { session: signedIn, catalogue: { accounts: 3, syncing: true } }],
    [
      'signedOut',
      {
        session: { state: 'signed_out', renewable: false },
        catalogue: { accounts: 0, syncing: false },
      },
    ],
    [
      'empty',
      {
        session: signedIn,
        catalogue: { accounts: 0, syncing: false, syncedAt: '2026-11-21T10:00:00Z' },
      },
    ],
  ];
  test.each(cases)('%s', (note, parts) => {
    expect(noteOf({ ...connection('acme'), ...parts })).toBe(note);
  });
});
