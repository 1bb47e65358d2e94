import { expect, test } from 'vitest';
import { readAddress } from '../../../../main/identity-center/address.ts';

test.each([
  [
    'https://acme.awsapps.com/start/#/?tab=accounts',
    { startUrl: 'https://acme.awsapps.com/start', name: 'acme' },
  ],
  [
    'https://d-1234567890.awsapps.com/start',
    { startUrl: 'https://d-1234567890.awsapps.com/start' },
  ],
  [
    'https://ssoins-1234567890abcdef.portal.eu-west-1.app.aws',
    { startUrl: 'https://ssoins-1234567890abcdef.portal.eu-west-1.app.aws', region: 'eu-west-1' },
  ],
  [
    'https://ssoins-1234567890abcdef.us-east-1.portal.amazonaws.com/',
    {
      startUrl: 'https://ssoins-1234567890abcdef.us-east-1.portal.amazonaws.com',
      region: 'us-east-1',
    },
  ],
  [
    'https://identitycenter.amazonaws.com/ssoins-1234567890abcdef',
    { startUrl: 'https://identitycenter.amazonaws.com/ssoins-1234567890abcdef' },
  ],
])('%s', (text, address) => {
  expect(readAddress(text)).toEqual(address);
});

test.each(['', 'acme', 'https://evil.example/start', 'http://acme.awsapps.com/start'])(
  '%j is told what is wrong with it',
  (text) => {
    expect(() => readAddress(text)).toThrow(
      expect.objectContaining({ code: 'invalid_start_url', hint: expect.stringMatching(/\S/) }),
    );
  },
);
