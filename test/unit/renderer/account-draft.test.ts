import { expect, test } from 'vitest';
import {
  type AccountDraft,
  emptyAccount,
  kindsFor,
  newAccount,
} from '../../../renderer/account-draft.ts';
import { newAccountSchema } from '../../../shared/commands/configured-accounts.ts';

const roleArn = 'arn:aws:iam::123456789012:role/Deploy';

function draft(kind: AccountDraft['kind'], changes: Partial<AccountDraft> = {}): AccountDraft {
  return { ...emptyAccount(kind), name: 'deploy', ...changes };
}

test('each kind of connection offers the kinds that make sense there', () => {
  expect(kindsFor({ kind: 'oidc' })).toEqual(['token', 'aws-web-identity', 'iam-token']);
  expect(kindsFor({ kind: 'identity-center' })).toEqual(['aws-assumed-role', 'iam-token']);
});

test.each([
  draft('aws-assumed-role', { roleArn, source: 'acme/111111111111/Admin' }),
  draft('aws-web-identity', { roleArn }),
  draft('token'),
  draft('iam-token', {
    source: 'acme/111111111111/Admin',
    application: 'arn:aws:sso::111111111111:application/ssoins-1/apl-1',
    subject: 'corp',
  }),
])('a $kind that is complete is what the command takes', (complete) => {
  const wanted = newAccount(complete, 'acme');
  expect(wanted).toMatchObject({ kind: complete.kind, connection: 'acme', name: 'deploy' });
  expect(newAccountSchema.safeParse(wanted).error).toBeUndefined();
});

test.each([
  draft('token', { name: ' ' }),
  draft('aws-assumed-role', { roleArn }),
  draft('aws-assumed-role', { source: 'acme/111111111111/Admin' }),
  draft('aws-web-identity'),
  draft('iam-token', { source: 'acme/111111111111/Admin', subject: 'corp' }),
])('nothing is added while something is missing', (incomplete) => {
  expect(newAccount(incomplete, 'acme')).toBeUndefined();
});

test('scopes and resources are split at blanks, and an ID token has neither', () => {
  const typed = { scopes: ' a  b ', audience: 'api', resource: 'https://one https://two' };
  expect(newAccount(draft('token', typed), 'corp')).toMatchObject({
    scopes: ['a', 'b'],
    audience: 'api',
    resource: ['https://one', 'https://two'],
  });
  const id = newAccount(draft('token', { ...typed, token: 'id' }), 'corp');
  expect(id).toEqual({ kind: 'token', connection: 'corp', name: 'deploy', token: 'id' });
});

test('what belongs to another kind is not sent', () => {
  const switched = draft('aws-web-identity', { roleArn, mfaSerial: 'x', externalId: 'y' });
  expect(newAccount(switched, 'corp')).toEqual({
    kind: 'aws-web-identity',
    connection: 'corp',
    name: 'deploy',
    roleArn,
  });
});

test('a duration that is no number is not passed over in silence', () => {
  const wanted = newAccount(draft('aws-web-identity', { roleArn, duration: 'an hour' }), 'corp');
  expect(wanted).toMatchObject({ durationSeconds: 1 });
});
