import { expect, test } from 'vitest';
import { signInUrl } from '../../../../main/console/hosts.ts';

// The endpoints that AWS lists for each partition.
test.each([
  ['us-east-1', 'signin.aws.amazon.com', 'console.aws.amazon.com'],
  ['eu-west-1', 'eu-west-1.signin.aws.amazon.com', 'eu-west-1.console.aws.amazon.com'],
  ['cn-north-1', 'signin.amazonaws.cn', 'console.amazonaws.cn'],
  ['cn-northwest-1', 'cn-northwest-1.signin.amazonaws.cn', 'cn-northwest-1.console.amazonaws.cn'],
  ['us-gov-west-1', 'signin.amazonaws-us-gov.com', 'console.amazonaws-us-gov.com'],
  [
    'us-gov-east-1',
    'us-gov-east-1.signin.amazonaws-us-gov.com',
    'us-gov-east-1.console.amazonaws-us-gov.com',
  ],
  ['eusc-de-east-1', 'signin.amazonaws-eusc.eu', 'console.amazonaws-eusc.eu'],
])('%s signs in at %s', (region, signIn, console) => {
  expect(signInUrl(region, {})).toEqual({
    federation: `https://${signIn}/federation`,
    destination: `https://${console}/console/home?region=${region}`,
  });
});

test.each([
  ['us-iso-west-1', 'us-iso-west-1.signin.c2shome.ic.gov'],
  ['us-isob-east-1', 'signin.sc2shome.sgov.gov'],
  ['eu-isoe-west-1', 'signin.csphome.adc-e.uk'],
  ['us-isof-south-1', 'signin.csphome.hci.ic.gov'],
])('%s, of an isolated partition, signs in at %s', (region, signIn) => {
  expect(signInUrl(region, {})).toEqual({
    federation: `https://${signIn}/federation`,
    destination: `https://${signIn.replace('signin.', 'console.')}/console/home?region=${region}`,
  });
});

test.each([
  ['s3', '/s3/home'],
  ['EC2', '/ec2/home'],
  ['dynamodb', '/dynamodbv2/home'],
  ['constructor', '/constructor/home'],
])('the service %s is the page %s', (service, path) => {
  const { destination } = signInUrl('eu-west-1', {}, { service });
  expect(destination).toBe(`https://eu-west-1.console.aws.amazon.com${path}?region=eu-west-1`);
});

test.each(['', '..', 's3/../iam', 's3?x=1', '//evil.example.com', 's3#'])(
  '%j is no service',
  (service) => {
    expect(() => signInUrl('eu-west-1', {}, { service })).toThrow(
      expect.objectContaining({ code: 'invalid_input', hint: expect.any(String) }),
    );
  },
);

test('a destination is a page of the console of this partition, and of nobody else', () => {
  const at = (destination: string) => signInUrl('cn-north-1', {}, { destination }).destination;
  const page = 'https://cn-north-1.console.amazonaws.cn/s3/buckets/a?region=cn-north-1#x';
  expect(at(page)).toBe(page);
  for (const wrong of [
    'https://console.aws.amazon.com/',
    'http://console.amazonaws.cn/',
    'https://evilconsole.amazonaws.cn/',
    'https://console.amazonaws.cn.example.com/',
    'https://user@console.amazonaws.cn/',
    'https://console.amazonaws.cn:8443/',
    'javascript:alert(1)',
    'console.amazonaws.cn',
  ]) {
    expect(() => at(wrong), wrong).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  }
});

test('AWS_ENDPOINT_URL_SIGNIN replaces the sign-in, but not in the clear', () => {
  const at = (AWS_ENDPOINT_URL_SIGNIN: string) =>
    signInUrl('eu-west-1', { AWS_ENDPOINT_URL_SIGNIN }).federation;
  expect(at('https://vpce.example.com/')).toBe('https://vpce.example.com/federation');
  expect(at('http://127.0.0.1:8000')).toBe('http://127.0.0.1:8000/federation');
  expect(at('')).toBe('https://eu-west-1.signin.aws.amazon.com/federation');
  expect(() => at('http://example.com')).toThrow('unencrypted');
});
