import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameAccounts } from '../../../../main/accounts/paths.ts';
import { createResolver } from '../../../../main/accounts/resolve.ts';
import { isKeyfobError, type KeyfobError } from '../../../../shared/errors.ts';
import type { Account } from '../../../../shared/model.ts';
import { createAccountSearch } from '../../../../shared/search.ts';
import { accountsOf, listedAccount } from '../../../support/accounts.ts';

const resolverOf = (accounts: readonly Account[]) =>
  createResolver(accounts, createAccountSearch(accounts).find);

function failureOf(accounts: readonly Account[], text: string): KeyfobError {
  try {
    resolverOf(accounts).resolve(text);
  } catch (error) {
    if (isKeyfobError(error)) return error;
  }
  throw new Error(`${text} was resolved`);
}

describe('among accounts with names of their own', () => {
  const accounts = accountsOf(['prod', 'Admin', 'ReadOnly'], ['dev', 'Admin'], ['Café', 'Billing']);
  test.each([
    ['acme/prod/Admin', 'acme/prod/Admin'],
    ['acme/000000000001/Admin', 'acme/prod/Admin'],
    ['ACME/Prod/admin', 'acme/prod/Admin'],
    ['acme/000000000001/readonly', 'acme/prod/ReadOnly'],
    ['prod/Admin', 'acme/prod/Admin'],
    ['000000000001/ReadOnly', 'acme/prod/ReadOnly'],
    ['dev', 'acme/dev/Admin'],
    ['acme/dev', 'acme/dev/Admin'],
    ['000000000002', 'acme/dev/Admin'],
    ['ReadOnly', 'acme/prod/ReadOnly'],
    ['cafe\u0301', 'acme/Café/Billing'],
  ])('%s is %s', (text, path) => {
    expect(resolverOf(accounts).resolve(text).path).toBe(path);
  });

  test.each(['prod', 'Admin', 'acme', 'acme/prod'])('%s is ambiguous', (text) => {
    expect(failureOf(accounts, text).code).toBe('ambiguous_account');
  });

  test.each(['pro', 'rod/Admin', 'acme/prod/Adm', '', '/', 'prod/', '/prod/Admin', 'acme//Admin'])(
    '%j is unknown: only whole segments count',
    (text) => {
      expect(failureOf(accounts, text).code).toBe('unknown_account');
    },
  );
});

test('an exact path beats one that differs in case', () => {
  const accounts = accountsOf(['prod'], ['Prod']);
  const resolver = resolverOf(accounts);
  expect(resolver.resolve('acme/prod/Admin')).toMatchObject({ accountId: '000000000001' });
  expect(resolver.resolve('acme/Prod/Admin')).toMatchObject({ accountId: '000000000002' });
  expect(failureOf(accounts, 'acme/PROD/Admin').code).toBe('ambiguous_account');
});

test('up to five candidates are named, and how many more there are', () => {
  const rows = Array.from({ length: 7 }, (_, index) => [`team-${index}`] as const);
  const error = failureOf(accountsOf(...rows), 'Admin');
  expect(error.details?.candidates).toEqual([0, 1, 2, 3, 4].map((n) => `acme/team-${n}/Admin`));
  expect(error.details?.matches).toBe(7);
  expect(error.hint).toContain('acme/team-4/Admin, or one of 2 more');
});

test('the same account name in two connections is ambiguous until the connection is named', () => {
  const accounts = [
    ...nameAccounts('acme', listedAccount(1, 'prod')),
    ...nameAccounts('beta', listedAccount(2, 'prod')),
  ];
  expect(failureOf(accounts, 'prod/Admin').details?.candidates).toEqual([
    'acme/prod/Admin',
    'beta/prod/Admin',
  ]);
  expect(resolverOf(accounts).resolve('beta/prod').connection).toBe('beta');
});

describe('a slug that two AWS accounts share', () => {
  const accounts = accountsOf(['prod', 'Admin', 'Audit'], ['prod', 'Admin']);

  test.each(['acme/prod/Admin', 'prod/Admin', 'prod', 'acme/prod', 'ACME/PROD/ADMIN'])(
    '%s is ambiguous',
    (text) => {
      expect(failureOf(accounts, text).code).toBe('ambiguous_account');
    },
  );

  test('stays ambiguous where only one of them has the role, lest a tool changes accounts silently', () => {
    const error = failureOf(accounts, 'acme/prod/Audit');
    expect(error.code).toBe('ambiguous_account');
    expect(error.details?.candidates).toEqual(['acme/prod~000000000001/Audit']);
  });

  test('resolves with the id', () => {
    const resolver = resolverOf(accounts);
    expect(resolver.resolve('prod~000000000002')).toMatchObject({ accountId: '000000000002' });
    expect(resolver.resolve('acme/prod~000000000001/Audit')).toMatchObject({ roleName: 'Audit' });
    expect(resolver.resolve('acme/000000000002/Admin')).toMatchObject({
      accountId: '000000000002',
    });
  });

  test('is not taken for one that differs in case', () => {
    const three = accountsOf(['prod'], ['prod'], ['Prod']);
    expect(resolverOf(three).resolve('acme/Prod/Admin')).toMatchObject({
      accountId: '000000000003',
    });
    expect(failureOf(three, 'acme/prod/Admin').details?.matches).toBe(3);
  });
});

test('twelve digits mean the account of that id, even where another is called so', () => {
  const accounts = accountsOf(['000000000002'], ['dev']);
  const resolver = resolverOf(accounts);
  for (const text of ['000000000002', '000000000002/Admin', 'ACME/000000000002/admin']) {
    expect(resolver.resolve(text).path).toBe('acme/dev/Admin');
  }
});

test('an unknown account is answered with the nearest three', () => {
  const accounts = accountsOf(['prod'], ['prod-eu'], ['product'], ['sandbox'], ['billing']);
  const error = failureOf(accounts, 'acme/prof/Admin');
  expect(error.details?.nearest).toEqual([
    'acme/prod/Admin',
    'acme/prod-eu/Admin',
    'acme/product/Admin',
  ]);
  expect(error.hint).toContain('Did you mean acme/prod/Admin');
});

test('the beginning of a name is answered with what a search for it finds', () => {
  const accounts = accountsOf(['Production', 'Admin'], ['Sandbox', 'Admin'], ['Staging', 'Admin']);
  expect(failureOf(accounts, 'prod').details?.nearest).toEqual(['acme/Production/Admin']);
  expect(failureOf(accounts, 'acme/sand').details?.nearest).toEqual(['acme/Sandbox/Admin']);
  expect(failureOf(accounts, 'sand/admni').details?.nearest).toContain('acme/Sandbox/Admin');
});

test('an unknown account that resembles nothing is answered with how to list them', () => {
  const error = failureOf(accountsOf(['prod']), 'zzzzzzzz');
  expect(error.details?.nearest).toEqual([]);
  expect(error.hint).toContain('keyfob accounts');
});

test('where nothing is listed yet, the hint is to sign in', () => {
  expect(failureOf([], 'prod').hint).toContain('keyfob login');
});

test('what a caller wrote is shown without control characters and not at any length', () => {
  const error = failureOf([], `\u001b[31m${'x'.repeat(5_000)}`);
  expect(error.message).not.toContain('\u001b');
  expect(error.message.length).toBeLessThan(200);
});

test('every id and every path resolves to its own account, whatever the names', () => {
  const rows = fc.array(
    fc.tuple(
      fc.constantFrom('prod', 'Prod', 'a b', '', '000000000002', 'prod~1', 'ß'),
      fc.constantFrom('A', 'a', 'B'),
    ),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(rows, (all) => {
      const accounts = accountsOf(...all);
      const resolver = resolverOf(accounts);
      for (const account of accounts) {
        expect(resolver.resolve(account.id)).toBe(account);
        expect(resolver.resolve(account.path)).toBe(account);
      }
    }),
  );
});
