import { expect, test } from 'vitest';
import {
  type AccountDraft,
  emptyAccount,
  isWrongDuration,
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

test.each([
  ['aws-web-identity', '43200', 43_200],
  ['aws-web-identity', ' 900 ', 900],
  ['aws-web-identity', '', undefined],
  ['aws-assumed-role', '3600', 3_600],
] as const)('%s lasts %j seconds', (kind, duration, durationSeconds) => {
  const right = draft(kind, { roleArn, source: 'acme/1/Admin', duration });
  expect(isWrongDuration(right)).toBe(false);
  expect(newAccount(right, 'corp')).toHaveProperty('kind', kind);
  expect(newAccount(right, 'corp')).toEqual(
    durationSeconds === undefined
      ? expect.not.objectContaining({ durationSeconds: expect.anything() })
      : expect.objectContaining({ durationSeconds }),
  );
});

test.each([
  ['aws-web-identity', 'an hour'],
  ['aws-web-identity', '899'],
  ['aws-web-identity', '43201'],
  ['aws-web-identity', '1e3'],
  ['aws-web-identity', '900.5'],
  ['aws-assumed-role', '3601'],
] as const)('nothing is added while the duration of %s is %j', (kind, duration) => {
  const wrong = draft(kind, { roleArn, source: 'acme/1/Admin', duration });
  expect(isWrongDuration(wrong)).toBe(true);
  expect(newAccount(wrong, 'corp')).toBeUndefined();
});

test('a duration left over from another kind is no matter', () => {
  const token = draft('token', { duration: 'an hour' });
  expect(isWrongDuration(token)).toBe(false);
  expect(newAccount(token, 'corp')).toBeDefined();
});
