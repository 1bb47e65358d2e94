import { expect, test } from 'vitest';
import { signInUrl } from '../../../../main/console/hosts.ts';

// aws.md section 5.
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

test.each(['us-iso-east-1', 'us-isob-east-1', 'eu-isoe-west-1', 'us-isof-south-1'])(
  'nobody outside can say where the console of %s is',
  (region) => {
    expect(() => signInUrl(region, {})).toThrow(
      expect.objectContaining({ code: 'console_unavailable' }),
    );
  },
);

test('AWS_ENDPOINT_URL_SIGNIN replaces the sign-in, but not in the clear', () => {
  const at = (AWS_ENDPOINT_URL_SIGNIN: string) =>
    signInUrl('eu-west-1', { AWS_ENDPOINT_URL_SIGNIN }).federation;
  expect(at('https://vpce.example.com/')).toBe('https://vpce.example.com/federation');
  expect(at('http://127.0.0.1:8000')).toBe('http://127.0.0.1:8000/federation');
  expect(at('')).toBe('https://eu-west-1.signin.aws.amazon.com/federation');
  expect(() => at('http://example.com')).toThrow('unencrypted');
});
