import { expect, test } from 'vitest';
import { groupedAccountId } from '../../../renderer/account-id.ts';

test('account ids are read out in groups of four', () => {
  expect(groupedAccountId('111122223333')).toBe('1111 2222 3333');
});
