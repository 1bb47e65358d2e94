import { expect, test } from 'vitest';
import { looksSecret } from '../../../../main/activity/looks-secret.ts';
import { asAsked } from '../../../../main/activity/recorded.ts';

test.each([
  'AKIAIOSFODNN7EXAMPLE',
  'ASIAIOSFODNN7EXAMPLE',
  'acme/ASIAIOSFODNN7EXAMPLE/Admin',
  'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqbyJ9.c2lnbmF0dXJl',
  'Bearer eyJhbGciOiJSUzI1NiJ9',
  'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY12',
  // A grant's token, be there a digit in it or not.
  'keyfob_QWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXpBQkNERUZHSEk',
  'keyfob_abcdefghijklmnopqrstuvwxyzabcdefghijklmnopq',
])('%s looks like a key, and is not written down', (text) => {
  expect(looksSecret(text)).toBe(true);
  expect(asAsked(text)).toBe('(left out)');
});

test.each([
  'acme/prod/Admin',
  'acme/123456789012/AdministratorAccess',
  'prod',
  'corp/api',
  'a name with blanks in it',
  'acme/the-very-long-name-of-an-account-in-a-company/ReadOnly',
])('%s does not', (text) => {
  expect(asAsked(text)).toBe(text);
});
