import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAwsConfig } from '../../../../main/aws-config/parse.ts';

function sections(text: string) {
  const { profiles, ssoSessions } = parseAwsConfig(text);
  const plain = (all: typeof profiles) =>
    Object.fromEntries([...all].map(([name, keys]) => [name, Object.fromEntries(keys)]));
  return { profiles: plain(profiles), ssoSessions: plain(ssoSessions) };
}

test('profiles and sso-sessions are read, other sections are passed over', () => {
  const text = `
[default]
region = eu-west-1
[profile dev]
sso_session = acme
[sso-session acme]
sso_start_url = https://acme.awsapps.com/start
sso_region = eu-west-1
[services local]
sso_region = us-east-1
[plugins]
x = y
[stray]
sso_region = us-east-1
`;
  expect(sections(text)).toEqual({
    profiles: { default: { region: 'eu-west-1' }, dev: { sso_session: 'acme' } },
    ssoSessions: {
      acme: { sso_start_url: 'https://acme.awsapps.com/start', sso_region: 'eu-west-1' },
    },
  });
});

// What one tool or another takes.
test.each([
  ['a section given twice is one', '[profile a]\nx = 1\n[profile b]\n[profile a]\ny = 2', '1', '2'],
  ['the last of two equal keys wins', '[profile a]\nx = 0\nx = 1\ny = 2', '1', '2'],
  ['a comment after a space is none of the value', '[profile a]\nx = 1 # c\ny = 2 ; c', '1', '2'],
  ['a # without a space is', '[profile a]\nx = https://a/#/b\ny=;', 'https://a/#/b', ''],
  ['a comment after a header', '[profile a] # c\nx = 1\ny = 2', '1', '2'],
  ['keys in capitals', '[profile a]\nX = 1\nY = 2', '1', '2'],
  ['colons', '[profile a]\nx: 1\ny : 2', '1', '2'],
  ['a URL after a colon', '[profile a]\nx: https://a/b=c\ny=2', 'https://a/b=c', '2'],
  ['nested blocks', '[profile a]\nx = 1\ns3 =\n  x = 9\n  y = 9\ny = 2', '1', '2'],
  ['continued values', '[profile a]\nx = 1\n  and more\ny = 2', '1', '2'],
  ['quoted names', '[profile "a"]\nx = 1\ny = 2', '1', '2'],
  ['spaces in brackets', '[ profile  a ]\nx = 1\ny = 2', '1', '2'],
  ['quoted values', '[profile a]\nx = "1"\ny = \'2\'', '1', '2'],
  ['a byte order mark', '\uFEFF[profile a]\nx = 1\ny = 2', '1', '2'],
  ['Windows line ends', '[profile a]\r\nx = 1\r\ny = 2\r\n', '1', '2'],
  [
    'keys before any section and lines that are none',
    'x = 9\n[profile a]\nhm\nx = 1\ny=2',
    '1',
    '2',
  ],
  ['full-line comments', '# [profile b]\n[profile a]\n; x = 9\n#x = 9\nx = 1\ny = 2', '1', '2'],
  ['spaces around everything', '  [profile a]  \nx   =   1   \ny\t=\t2\t', '1', '2'],
  ['an empty value', '[profile a]\nx =\ny = 2', '', '2'],
  ['a percent sign is one', '[profile a]\nx = %(y)s\ny = 2', '%(y)s', '2'],
])('%s', (_what, text, x, y) => {
  expect(sections(text).profiles).toMatchObject({ a: { x, y } });
});

test('names with spaces are read', () => {
  expect(sections('[profile "a b"]\nx = 1\n[profile c d]\nx = 2').profiles).toEqual({
    'a b': { x: '1' },
    'c d': { x: '2' },
  });
});

test('a section named like a member of every object is just a section', () => {
  const { profiles } = parseAwsConfig('[profile __proto__]\nconstructor = 1');
  expect(profiles.get('__proto__')?.get('constructor')).toBe('1');
});

test('no text at all makes it throw, or take long', () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom('[', ']', '[profile', '[profile a]', ' = ', 'a = b', '  x', '#', '\r', '"'),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      parseAwsConfig(lines.join('\n'));
    }),
  );
  for (const text of [
    `[${' '.repeat(200_000)}`,
    `[profile a]\n${' '.repeat(50)}\n${'a '.repeat(20_000)}`,
    `[profile a]\nx = ${' #'.repeat(50_000)}`,
    `[profile a]\nx${' '.repeat(20_000)}y`,
  ]) {
    expect(() => parseAwsConfig(text)).not.toThrow();
  }
}, 10_000);
