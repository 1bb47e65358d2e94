import { expect, test } from 'vitest';
import { credentialProcessLine, groupedAccountId } from '../../../renderer/snippets.ts';

test('the line for ~/.aws/config names the account by its id, which needs no quotes', () => {
  expect(credentialProcessLine({ id: 'acme/111122223333/Admin' })).toBe(
    'credential_process = keyfob credential-process acme/111122223333/Admin',
  );
});

test('account ids are read out in groups of four', () => {
  expect(groupedAccountId('111122223333')).toBe('1111 2222 3333');
});
