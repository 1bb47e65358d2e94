import { expect, test } from 'vitest';
import { accountTitle, groupedAccountId } from '../../../renderer/account-id.ts';
import { account } from './samples.ts';

test('account ids are read out in groups of four', () => {
  expect(groupedAccountId('111122223333')).toBe('1111 2222 3333');
});

test('an account without a name that can be seen is called by its id', () => {
  const titleOf = (accountName: string) =>
    accountTitle({ ...account('acme', 'prod', 'Admin'), accountId: '111122223333', accountName });
  expect(titleOf('日本 本番')).toBe('日本 本番');
  for (const accountName of ['', '  ', '\u200b\u202e']) {
    expect(titleOf(accountName)).toBe('1111 2222 3333');
  }
});
