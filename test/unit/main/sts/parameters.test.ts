import { describe, expect, test } from 'vitest';
import { checkAssumeRole, checkWebIdentity, roleOf } from '../../../../main/sts/parameters.ts';

const roleArn = 'arn:aws:iam::111122223333:role/team/Deploy';

function failureOf(task: () => void): { code?: string; hint?: string; details?: object } {
  try {
    task();
  } catch (error) {
    return error as object;
  }
  return {};
}

test('a role’s ARN tells its AWS account and its name', () => {
  expect(roleOf(roleArn)).toEqual({ accountId: '111122223333', roleName: 'Deploy' });
  expect(roleOf('arn:aws-us-gov:iam::111122223333:role/A+b=c,d.e@f-g_h').roleName).toBe(
    'A+b=c,d.e@f-g_h',
  );
});

test.each([
  '',
  'Deploy',
  'arn:aws:iam::1:role/Deploy',
  'arn:aws:iam::111122223333:user/ada',
  'arn:aws:sts::111122223333:assumed-role/Deploy/ada',
  'arn:aws:iam::111122223333:role/',
  'arn:aws:iam::111122223333:role/a b',
  'arn:aws:iam::111122223333:role/Deploy\nX',
  `arn:aws:iam::111122223333:role/${'x'.repeat(65)}`,
])('%j is no role', (text) => {
  expect(failureOf(() => roleOf(text))).toMatchObject({
    code: 'invalid_input',
    details: { field: 'roleArn' },
  });
});

describe('AssumeRole', () => {
  const tag = (key: string, value = '') => ({ key, value });

  test('takes everything at its limits', () => {
    expect(
      failureOf(() =>
        checkAssumeRole({
          roleArn,
          sessionName: 'a'.repeat(64),
          durationSeconds: 3_600,
          policy: '{"Statement":[]}',
          policyArns: Array.from({ length: 10 }, () => 'arn:aws:iam::aws:policy/ReadOnlyAccess'),
          externalId: 'x'.repeat(1_224),
          tags: Array.from({ length: 50 }, (_, n) => tag(`k${n}`, 'ü'.repeat(256))),
          transitiveTagKeys: ['k0'],
          sourceIdentity: 'ada@example.com',
          mfaSerial: 'GAHT12345678',
        }),
      ),
    ).toEqual({});
  });

  test.each<[string, object, string?]>([
    ['sessionName', { sessionName: 'a' }],
    ['sessionName', { sessionName: 'a b' }],
    ['sessionName', { sessionName: 'x'.repeat(65) }],
    ['durationSeconds', { durationSeconds: 899 }],
    ['durationSeconds', { durationSeconds: 3_601 }],
    ['policy', { policy: '{' }, 'malformed_policy_document'],
    ['policy', { policy: '[]' }, 'malformed_policy_document'],
    ['policy', { policy: 'x'.repeat(2_049) }, 'packed_policy_too_large'],
    ['policyArns', { policyArns: ['ReadOnlyAccess'] }],
    ['policyArns', { policyArns: Array(11).fill('arn:aws:iam::aws:policy/X') }],
    ['externalId', { externalId: 'x' }],
    ['externalId', { externalId: 'a b' }],
    ['sourceIdentity', { sourceIdentity: 'aws:ada' }],
    ['mfaSerial', { mfaSerial: 'short' }],
    ['tags', { tags: [tag('')] }],
    ['tags', { tags: [tag('k', 'a&b')] }],
    ['tags', { tags: [tag('AWS:x')] }],
    ['tags', { tags: [tag('team'), tag('Team')] }],
    ['tags', { tags: Array.from({ length: 51 }, (_, n) => tag(`k${n}`)) }],
    ['transitiveTagKeys', { tags: [tag('a')], transitiveTagKeys: ['b'] }],
  ])('refuses a wrong %s: %j', (field, changes, code = 'invalid_input') => {
    expect(failureOf(() => checkAssumeRole({ roleArn, ...changes }))).toMatchObject({
      code,
      hint: expect.stringMatching(/\.$/),
      details: { field },
    });
  });
});

test('web identity lasts up to twelve hours', () => {
  expect(failureOf(() => checkWebIdentity({ roleArn, durationSeconds: 43_200 }))).toEqual({});
  expect(failureOf(() => checkWebIdentity({ roleArn, durationSeconds: 43_201 }))).toMatchObject({
    details: { field: 'durationSeconds' },
  });
});
