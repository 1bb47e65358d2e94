import { expect, test } from 'vitest';
import { createAccountSearch, foldText } from '../../../shared/search.ts';
import { accountsOf } from '../../support/accounts.ts';

const accounts = accountsOf(
  ['Production EU', 'Admin', 'ReadOnly'],
  ['Sandbox', 'Admin'],
  ['Zürich Café', 'Admin'],
  ['Preproduction', 'Admin'],
);
const search = createAccountSearch(accounts);
const find = (query: string, ranking = {}) => search.find(query, ranking).map(({ path }) => path);

test('an empty query matches all, in the order given', () => {
  expect(find('')).toEqual(accounts.map(({ path }) => path));
});

test('every word must match, wherever it stands', () => {
  expect(find('read production')).toEqual(['acme/Production-EU/ReadOnly']);
  expect(find('production nonsense')).toEqual([]);
});

test('case and accents do not matter, in the query or in the names', () => {
  expect(find('ZURICH cafe')).toEqual(['acme/Zürich-Café/Admin']);
  expect(find('zürich')).toEqual(['acme/Zürich-Café/Admin']);
  expect(foldText('Straße Łódź Ærø İI')).toBe('strasse lodz aero ii');
});

test('account ids, email addresses and parts of paths match', () => {
  expect(find('000000000002')).toEqual(['acme/Sandbox/Admin']);
  expect(find('aws+3@example')).toEqual(['acme/Zürich-Café/Admin']);
  expect(find('eu/read')).toEqual(['acme/Production-EU/ReadOnly']);
});

test('the beginning of a segment comes before the middle of one', () => {
  expect(find('prod')).toEqual([
    'acme/Production-EU/Admin',
    'acme/Production-EU/ReadOnly',
    'acme/Preproduction/Admin',
  ]);
});

test('favourites come first, then recent ones, the latest first', () => {
  const ids = Object.fromEntries(accounts.map(({ id, path }) => [path, id]));
  const ranking = {
    favourites: [ids['acme/Zürich-Café/Admin']],
    recent: [ids['acme/Sandbox/Admin'], ids['acme/Production-EU/ReadOnly']],
  };
  expect(find('', ranking)).toEqual([
    'acme/Zürich-Café/Admin',
    'acme/Sandbox/Admin',
    'acme/Production-EU/ReadOnly',
    'acme/Preproduction/Admin',
    'acme/Production-EU/Admin',
  ]);
});

test('a keystroke over 5,000 accounts costs milliseconds', () => {
  const many = createAccountSearch(
    accountsOf(
      ...Array.from({ length: 2_500 }, (_, n) => [`Team ${n} Über`, 'Admin', 'Dev'] as const),
    ),
  );
  const queries = ['t', 'te', 'team', 'team 1', 'team 12', 'team 12 u', 'uber admin', 'zzz'];
  const rounds = Array.from({ length: 10 }, () => {
    const startedAt = performance.now();
    for (const query of queries) many.find(query);
    return (performance.now() - startedAt) / queries.length;
  });
  // A frame has 16 ms. The best round, since machines that run tests are busy with others.
  expect(Math.min(...rounds)).toBeLessThan(16);
});
