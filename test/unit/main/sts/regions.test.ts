import { expect, test } from 'vitest';
import { stsRegion } from '../../../../main/sts/regions.ts';

test.each([
  ['arn:aws:iam::111122223333:role/A', 'eu-west-1', 'eu-west-1'],
  ['arn:aws:iam::111122223333:role/A', undefined, 'us-east-1'],
  ['arn:aws-cn:iam::111122223333:role/A', undefined, 'cn-north-1'],
  ['arn:aws-cn:iam::111122223333:role/A', 'cn-northwest-1', 'cn-northwest-1'],
  ['arn:aws-us-gov:iam::111122223333:role/A', undefined, 'us-gov-west-1'],
])('%s from %s is asked of STS in %s', (arn, given, expected) => {
  expect(stsRegion(arn, given)).toBe(expected);
});

test('a region of another partition is not asked: it could not know the role', () => {
  expect(stsRegion('arn:aws-cn:iam::111122223333:role/A', 'eu-west-1')).toBe('cn-north-1');
});
