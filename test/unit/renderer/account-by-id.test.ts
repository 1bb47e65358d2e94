import { expect, test } from 'vitest';
import { accountById } from '../../../renderer/account-by-id.ts';
import type { Account } from '../../../shared/account.ts';

function account(id: string): Account {
  const [connection = '', name = ''] = id.split('/');
  return { kind: 'token', id, path: id, connection, name, token: 'access' } as Account;
}

test('an account is found by its id in the list that it is in, and in no other', () => {
  const [api, jobs] = [account('corp/api'), account('corp/jobs')];
  const accounts = [api, jobs];
  expect(accountById(accounts, 'corp/jobs')).toBe(jobs);
  expect(accountById(accounts, 'corp/api')).toBe(api);
  const later = [account('corp/api')];
  expect(accountById(later, 'corp/api')).toBe(later[0]);
  expect(accountById(later, 'corp/jobs')).toBeUndefined();
});

test('without a list or an id there is none', () => {
  expect(accountById(undefined, 'corp/api')).toBeUndefined();
  expect(accountById([account('corp/api')], null)).toBeUndefined();
  expect(accountById([account('corp/api')], undefined)).toBeUndefined();
});
