import { expect, test } from 'vitest';
import { hideSecrets } from '../../../../../main/cli/edits/hide-secrets.ts';

test.each([
  ['    token: abc.def', '    token: (hidden)'],
  ['  - password: "a b"', '  - password: (hidden)'],
  ['    client-key-data: LS0t', '    client-key-data: (hidden)'],
  ['  user: {name: a, token: abc}', '  user: {name: a, token: (hidden)}'],
  ['  user: {password: abc, name: a}', '  user: {password: (hidden), name: a}'],
  ['\t\t\t"auth": "YTpi",', '\t\t\t"auth": "(hidden)",'],
  ['{"identitytoken":"a\\"b","x":1}', '{"identitytoken":"(hidden)","x":1}'],
  ['\textraheader = AUTHORIZATION: basic x', '\textraheader = (hidden)'],
])('%j is shown as %j', (line, shown) => {
  expect(hideSecrets(`before\n${line}\nafter\n`)).toBe(`before\n${shown}\nafter\n`);
});

test.each([
  '    command: /opt/keyfob',
  '  name: token',
  '    args: [kube, token, corp/access]',
  '      - token',
  '\t"credsStore": "desktop",',
  '\thelper = store',
  'users:',
])('%j is shown as it is', (line) => {
  expect(hideSecrets(`${line}\n`)).toBe(`${line}\n`);
});

test('no file is no file', () => {
  expect(hideSecrets(null)).toBeNull();
});
