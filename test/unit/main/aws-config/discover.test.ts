import { expect, test } from 'vitest';
import { discoverConnections } from '../../../../main/aws-config/discover.ts';
import { acme } from '../../../support/connections.ts';

const session = (name: string, host: string, more = '') =>
  `[sso-session ${name}]\nsso_start_url = https://${host}/start\nsso_region = eu-west-1\n${more}\n`;

test('each sso-session is found, with its scopes', () => {
  const text = session('work', 'work.awsapps.com', 'sso_registration_scopes = a:b, c:d,a:b');
  expect(discoverConnections(text, [])).toEqual([
    {
      name: 'work',
      startUrl: 'https://work.awsapps.com/start',
      region: 'eu-west-1',
      scopes: ['a:b', 'c:d'],
      source: 'sso-session work',
      exists: false,
    },
  ]);
});

test('a profile of the old form counts, once for each instance', () => {
  const old = (name: string) =>
    `[profile ${name}]\nsso_start_url = https://d-1234567890.awsapps.com/start/\nsso_region = us-east-1\nsso_account_id = 1\n`;
  expect(discoverConnections(`${old('dev')}${old('prod')}`, [])).toEqual([
    {
      name: 'dev',
      startUrl: 'https://d-1234567890.awsapps.com/start',
      region: 'us-east-1',
      scopes: ['sso:account:access'],
      source: 'profile dev',
      exists: false,
    },
  ]);
});

test('an sso-session goes before the profile that repeats it', () => {
  const text = `[profile dev]\nsso_session = work\nsso_start_url = https://work.awsapps.com/start\nsso_region = eu-west-1\n${session('work', 'work.awsapps.com')}`;
  expect(discoverConnections(text, []).map(({ source }) => source)).toEqual(['sso-session work']);
});

test('what Keyfob has already is marked, under the name it has there', () => {
  const [found] = discoverConnections(session('other', 'acme.awsapps.com'), [acme]);
  expect(found).toMatchObject({ name: 'acme', exists: true });
});

test('the same portal in another region is another connection, with a name of its own', () => {
  const text = session('acme', 'acme.awsapps.com').replace('eu-west-1', 'us-east-1');
  expect(discoverConnections(text, [acme])).toMatchObject([{ name: 'acme-2', exists: false }]);
});

test('names become such as a connection may have', () => {
  const text = ['"my work"', '_x', 'ACME', '日本', 'a'.repeat(80)]
    .map((name, n) => session(name, `p${n}.awsapps.com`))
    .join('');
  expect(discoverConnections(text, [acme]).map(({ name }) => name)).toEqual([
    'my-work',
    'x',
    'ACME-2',
    'aws',
    'a'.repeat(56),
  ]);
});

test.each([
  ['no region', '[sso-session a]\nsso_start_url = https://a.awsapps.com/start'],
  ['no start URL', '[sso-session a]\nsso_region = eu-west-1'],
  ['no region of AWS', session('a', 'a.awsapps.com').replace('eu-west-1', 'mars-1')],
  ['a foreign host', session('a', 'evil.example')],
])('a section with %s is left out, and the next one is found', (_what, text) => {
  const found = discoverConnections(`${text}\n${session('b', 'b.awsapps.com')}`, []);
  expect(found.map(({ name }) => name)).toEqual(['b']);
});
