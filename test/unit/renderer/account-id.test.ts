import { expect, test } from 'vitest';
import { accountTitle, groupedAccountId } from '../../../renderer/account-id.ts';

test('account ids are read out in groups of four', () => {
  expect(groupedAccountId('111122223333')).toBe('1111 2222 3333');
});

test('an account without a name that can be seen is called by its id', () => {
  const accountId = '111122223333';
  expect(accountTitle({ accountId, accountName: '日本 本番' })).toBe('日本 本番');
  for (const accountName of ['', '  ', '\u200b\u202e']) {
    expect(accountTitle({ accountId, accountName })).toBe('1111 2222 3333');
  }
});
