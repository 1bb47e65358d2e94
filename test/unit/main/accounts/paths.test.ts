import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameAccounts, slugOf } from '../../../../main/accounts/paths.ts';
import type { ListedAccount } from '../../../../main/accounts/source.ts';
import { accountIdOf, accountsOf } from '../../../support/accounts.ts';

const id = '123456789012';

describe('an AWS account name becomes one segment', () => {
  test.each([
    ['prod', 'prod'],
    ['My Prod', 'My-Prod'],
    ['  lots \t of\n space ', 'lots-of-space'],
    ['team/prod', 'team-prod'],
    ['a"; rm -rf $HOME #', 'a-rm--rf-HOME'],
    ['R&D (EU)', 'R-D-EU'],
    ['~root', 'root'],
    ['100%', '100'],
    ['Zürich Straße', 'Zürich-Straße'],
    ['Zu\u0308rich', 'Zürich'],
    ['本番 環境', '本番-環境'],
    ['tab\u0000null\u202eflipped\u200b', 'tab-null-flipped'],
    ['a_b.c+d=e,f@g-h', 'a_b.c+d=e,f@g-h'],
    ['--flag', 'flag'],
    ['', id],
    ['   ', id],
    ['🚀', id],
    ['..', id],
    ['x'.repeat(300), 'x'.repeat(100)],
  ])('%j → %s', (name, slug) => {
    expect(slugOf(name, id)).toBe(slug);
  });
});

test('two AWS accounts of the same name both carry their ids', () => {
  expect(accountsOf(['prod'], ['dev'], ['prod']).map(({ path }) => path)).toEqual([
    'acme/dev/Admin',
    'acme/prod~000000000001/Admin',
    'acme/prod~000000000003/Admin',
  ]);
});

test('names that differ only in what a path can not hold are the same name', () => {
  expect(accountsOf(['a b'], ['a/b']).map(({ path }) => path)).toEqual([
    'acme/a-b~000000000001/Admin',
    'acme/a-b~000000000002/Admin',
  ]);
});

test('no path can pose as the id of another account', () => {
  const [first] = accountsOf([accountIdOf(2), 'Admin'], ['dev', 'Admin']);
  expect(first?.path).toBe('acme/000000000002~000000000001/Admin');
});

test('an account without a name goes by its id', () => {
  const [account] = accountsOf(['']);
  expect(account?.path).toBe('acme/000000000001/Admin');
  expect(account?.id).toBe(account?.path);
});

test('a role name that AWS would not allow stays one shell-safe segment', () => {
  const [account] = nameAccounts('acme', [
    { accountId: id, accountName: 'prod', roleName: 'a/b $(c)' },
  ]);
  expect(account?.path).toBe('acme/prod/a%002fb%0020%0024%0028c%0029');
  expect(account?.roleName).toBe('a/b $(c)');
});

const awkwardName = fc.oneof(
  fc.constantFrom('prod', 'Prod', 'a b', 'a/b', 'a-b', 'prod~000000000001', '000000000002', ''),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const listing: fc.Arbitrary<ListedAccount[]> = fc
  .array(
    fc.record({ name: awkwardName, roles: fc.array(awkwardName, { minLength: 1, maxLength: 3 }) }),
    {
      maxLength: 8,
    },
  )
  .map((rows) =>
    rows.flatMap(({ name, roles }, index) =>
      roles
        .filter((role) => role !== '')
        .map((roleName) => ({ accountId: accountIdOf(index + 1), accountName: name, roleName })),
    ),
  );

test('distinct accounts never share an id or a path, nor does a path equal another id', () => {
  fc.assert(
    fc.property(listing, (listed) => {
      const distinct = new Set(listed.map(({ accountId, roleName }) => `${accountId} ${roleName}`));
      const accounts = nameAccounts('acme', listed);
      expect(accounts).toHaveLength(distinct.size);
      const owners = new Map<string, string>();
      for (const { id: own, path } of accounts) {
        for (const name of [own, path]) {
          expect(owners.get(name) ?? own).toBe(own);
          owners.set(name, own);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('the order of a listing changes nothing', () => {
  fc.assert(
    fc.property(
      listing.chain((listed) =>
        fc.tuple(fc.constant(listed), fc.shuffledSubarray(listed, { minLength: listed.length })),
      ),
      ([listed, shuffled]) => {
        expect(nameAccounts('acme', shuffled)).toEqual(nameAccounts('acme', listed));
      },
    ),
    { numRuns: 200 },
  );
});

test('no path needs quoting in a shell or on a command line', () => {
  fc.assert(
    fc.property(listing, (listed) => {
      for (const { path } of nameAccounts('acme', listed)) {
        expect(path).toMatch(/^acme\/[\p{L}\p{M}\p{N}_.+=,@~-]+\/[\w+=,.@%-]+$/u);
        expect(path.split('/')).toHaveLength(3);
        expect(path).not.toMatch(/\/\.{1,2}\//);
      }
    }),
  );
});
