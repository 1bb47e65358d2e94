import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { putTogether, type Section, sectionsOf, takeApart } from '../../main/aws-config/block.ts';
import { profilesOf } from '../../main/aws-config/profiles.ts';
import { defaultAwsConfigSettings } from '../../main/aws-config/sync.ts';
import type { AwsAccount } from '../../shared/account.ts';
import { isKeyfobError } from '../../shared/errors.ts';
import { createAwsCli } from '../support/aws-cli.ts';
import { ourSections, validConfig } from '../support/aws-config.ts';
import { setCliStage } from '../support/cli-stage.ts';
import { type Reading, readWithBotocore, readWithSdk } from '../support/config-readers.ts';

const path = '/home/me/.aws/config';
const ours: Section = {
  header: 'profile keyfob-prod',
  lines: [
    'credential_process = "/opt/key fob/keyfob" credential-process acme/1/Admin',
    'region = x',
  ],
};
const expected = {
  credential_process: '"/opt/key fob/keyfob" credential-process acme/1/Admin',
  region: 'x',
};
const write = (text: string, sections: readonly Section[]) =>
  putTogether(takeApart(text, path), sections);

/** Undefined where Keyfob refuses to touch the file. */
function attempt(text: string): string | undefined {
  try {
    return write(text, [ours]);
  } catch (error) {
    if (isKeyfobError(error, 'aws_config_invalid')) return undefined;
    throw error;
  }
}

const profilesIn = (reading: Reading | undefined) =>
  reading !== undefined && 'profiles' in reading ? reading.profiles : undefined;

describe('where readers do not agree, Keyfob goes by the strictest', () => {
  /** What each makes of the file: the profile `a` of botocore and of the SDK, and what Keyfob does. */
  const traps: [
    string,
    string,
    object | 'fails' | undefined,
    object | undefined,
    'writes' | 'refuses',
  ][] = [
    [
      'a section twice',
      '[profile a]\nx = 1\n[profile a]\ny = 2\n',
      'fails',
      { x: '1', y: '2' },
      'refuses',
    ],
    ['a key twice', '[profile a]\nx = 1\nx = 2\n', 'fails', { x: '2' }, 'refuses'],
    [
      'a key twice but for capitals',
      '[profile a]\nX = 1\nx = 2\n',
      'fails',
      { X: '1', x: '2' },
      'refuses',
    ],
    ['a comment behind a value', '[profile a]\nx = v # c\n', { x: 'v # c' }, { x: 'v' }, 'writes'],
    ['a comment behind a header', '[profile a] # c\nx = v\n', { x: 'v' }, { x: 'v' }, 'writes'],
    ['capitals in a key', '[profile a]\nRegion = v\n', { region: 'v' }, { Region: 'v' }, 'writes'],
    ['a colon', '[profile a]\nx: v\n', { x: 'v' }, undefined, 'writes'],
    [
      'a value that goes on',
      '[profile a]\nx = v\n  more\n',
      { x: 'v\nmore' },
      { x: 'v' },
      'writes',
    ],
    [
      'a nested block',
      '[profile a]\ns3 =\n  k = v\n',
      { s3: { k: 'v' } },
      { 's3.k': 'v' },
      'writes',
    ],
    ['a nested line without =', '[profile a]\ns3 =\n  k v\n', 'fails', undefined, 'refuses'],
    ['a name with a blank in quotes', '[profile "a b"]\nx = v\n', undefined, undefined, 'writes'],
    ['a name with a blank', '[profile a b]\nx = v\n', undefined, undefined, 'writes'],
    ['a bare name', '[a]\nx = v\n', undefined, undefined, 'writes'],
    ['blanks around a name', '[ profile a ]\nx = v\n', undefined, undefined, 'writes'],
    [
      '[DEFAULT]',
      '[DEFAULT]\ny = leaks\n[profile a]\nx = v\n',
      { x: 'v', y: 'leaks' },
      { x: 'v' },
      'writes',
    ],
    ['a key before any section', 'y = 1\n[profile a]\nx = v\n', 'fails', { x: 'v' }, 'refuses'],
    ['a line without =', '[profile a]\nx = v\nnothing\n', 'fails', { x: 'v' }, 'refuses'],
    ['an unclosed header', '[profile a]\nx = v\n[profile b\n', 'fails', { x: 'v' }, 'refuses'],
    ['a byte order mark', '\uFEFF[profile a]\nx = v\n', 'fails', { x: 'v' }, 'refuses'],
    ['quotes around a value', '[profile a]\nx = "v"\n', { x: '"v"' }, { x: '"v"' }, 'writes'],
    [
      'a percent sign',
      '[profile a]\nx = %(y)s 100%\n',
      { x: '%(y)s 100%' },
      { x: '%(y)s 100%' },
      'writes',
    ],
    ['CRLF', '[profile a]\r\nx = v\r\n', { x: 'v' }, { x: 'v' }, 'writes'],
    ['no end of the last line', '[profile a]\nx = v', { x: 'v' }, { x: 'v' }, 'writes'],
  ];

  test('each trap is as written down, and what Keyfob writes is read by both', async () => {
    const texts = traps.map(([, text]) => text);
    const [botocore, sdk] = await Promise.all([readWithBotocore(texts), readWithSdk(texts)]);
    const written = texts.map(attempt);
    const results = written.filter((text) => text !== undefined);
    const [after, sdkAfter] = await Promise.all([readWithBotocore(results), readWithSdk(results)]);
    for (const [index, [what, text, ofBotocore, ofSdk, does]] of traps.entries()) {
      const profiles = profilesIn(botocore[index]);
      expect(profiles === undefined ? 'fails' : profiles.a, `${what}: botocore`).toEqual(
        ofBotocore,
      );
      expect(sdk[index]?.a, `${what}: SDK`).toEqual(ofSdk);
      expect(written[index] === undefined ? 'refuses' : 'writes', what).toBe(does);
      const result = written[index];
      if (result === undefined) continue;
      expect(result.startsWith(text), what).toBe(true);
      const place = results.indexOf(result);
      expect(
        profilesIn(after[place])?.['keyfob-prod'],
        `${what}: botocore afterwards`,
      ).toMatchObject(expected);
      expect(profilesIn(after[place])?.a, what).toEqual(ofBotocore);
      expect(sdkAfter[place]?.['keyfob-prod'], `${what}: SDK afterwards`).toEqual(expected);
      expect(sdkAfter[place]?.a, what).toEqual(ofSdk);
    }
  });

  test('[default] beside [profile default]: Keyfob adds neither', async () => {
    for (const text of [
      '[default]\nx = 1\n[profile default]\nx = 2\n',
      '[profile default]\nx = 2\n[default]\nx = 1\n',
    ]) {
      const { sections } = profilesOf({
        settings: { ...defaultAwsConfigSettings, default: true },
        accounts: [],
        command: 'keyfob',
        regionOf: () => undefined,
        headers: takeApart(text, path).headers,
        credentials: [],
      });
      expect(sections).toEqual([]);
      const [reading] = await readWithBotocore([text]);
      expect(profilesIn(reading)?.default).toEqual({ x: text.startsWith('[d') ? '2' : '1' });
      expect((await readWithSdk([text]))[0]?.default).toEqual({ x: '2' });
    }
  });
});

test('of random files, Keyfob refuses those that botocore can not read, and no other', async () => {
  const line = fc.constantFrom(
    '[profile a]',
    '[profile b] # c',
    '[default]',
    '[DEFAULT]',
    '[x]',
    '[]',
    '[y',
    ' [z]',
    'k = v',
    'K=w',
    'k : v',
    's3 =',
    '  n = v',
    '  n v',
    '   deep',
    '= v',
    'bare',
    '',
    '  ',
    '\t',
    '# c',
    '  ; c',
    '\u00a0k2 = v',
    'k\u2003= v',
    'é = ü',
    '\fk3 = v',
    'k4 = a\vb',
    'k5 =\u2028',
    '  x\u2028y = z',
  );
  const random = fc
    .tuple(fc.array(line, { maxLength: 7 }), fc.constantFrom('\n', '\r\n', '\r'))
    .map(([lines, end]) => lines.join(end));
  const texts = [
    ...fc.sample(random, { numRuns: 1_500, seed: 11 }),
    ...fc.sample(validConfig, { numRuns: 300, seed: 12 }),
  ];
  const readings = await readWithBotocore(texts);
  const disagreed = texts.flatMap((text, index) => {
    const reading = readings[index];
    const refused = attempt(text) === undefined;
    const fails = reading !== undefined && 'error' in reading;
    return refused === fails ? [] : [{ text, refused, reading }];
  });
  expect(disagreed).toEqual([]);
  expect(readings.filter((reading) => 'error' in reading).length).toBeGreaterThan(300);
});

test('in random files, every profile is read as before, and ours beside them', async () => {
  const cases = fc.sample(fc.tuple(validConfig, ourSections), { numRuns: 150, seed: 13 });
  const before = cases.map(([text]) => text);
  const after = cases.map(([text, sections]) => write(text, sections));
  const [plain, edited] = [await readWithBotocore(before), await readWithBotocore(after)];
  const [sdkPlain, sdkEdited] = [await readWithSdk(before), await readWithSdk(after)];
  for (const [index, [text, sections]] of cases.entries()) {
    const added = Object.fromEntries(
      sections.map(({ header, lines }) => [
        header.replace('profile ', ''),
        Object.fromEntries(lines.map((line) => line.split(' = ', 2))),
      ]),
    );
    expect(profilesIn(edited[index]), text).toEqual({ ...profilesIn(plain[index]), ...added });
    expect(sdkEdited[index], text).toEqual({ ...sdkPlain[index], ...added });
  }
});

describe('the AWS CLI beside the block', () => {
  const fresh = () => write('[default]\nregion = eu-west-1\n# mine\n', [ours]);

  async function open(text: string) {
    const cli = await createAwsCli();
    onTestFinished(() => cli.remove());
    const file = await cli.write('.aws/config', text);
    return { cli, read: () => readFile(file, 'utf8') };
  }

  test('lists its profiles', async () => {
    const { cli } = await open(fresh());
    const { stdout } = await cli.run(['configure', 'list-profiles']);
    expect(stdout.split('\n').filter(Boolean).sort()).toEqual(['default', 'keyfob-prod']);
  });

  test('edits within the block, and the next sync puts right what is ours', async () => {
    const { cli, read } = await open(fresh());
    await cli.run(['configure', 'set', 'region', 'us-east-1', '--profile', 'keyfob-prod']);
    await cli.run(['configure', 'set', 'output', 'text', '--profile', 'keyfob-prod']);
    const edited = await read();
    expect(sectionsOf(takeApart(edited, path).block ?? [])[0]?.lines).toContain(
      'region = us-east-1',
    );
    expect(write(edited, [ours])).toBe(fresh());
  });

  test('edits the profile before the block, and what it adds stays outside', async () => {
    const { cli, read } = await open(fresh());
    await cli.run(['configure', 'set', 'output', 'text']);
    const edited = await read();
    expect(edited).toBe(
      fresh().replace('region = eu-west-1\n', 'region = eu-west-1\noutput = text\n'),
    );
    expect(write(edited, [ours])).toBe(edited);
  });

  test('adds profiles behind the block, which stay', async () => {
    const { cli, read } = await open(fresh());
    await cli.run(['configure', 'set', 'region', 'us-east-1', '--profile', 'added']);
    const edited = await read();
    expect(edited.startsWith(fresh())).toBe(true);
    expect(write(edited, [ours])).toBe(edited);
    expect(write(edited, [])).toContain('[profile added]\nregion = us-east-1\n');
  });
});

test('1,500 profiles are written and read', async () => {
  const accounts = Array.from({ length: 1_500 }, (_, n): AwsAccount => {
    const accountId = String(n).padStart(12, '0');
    const named = { connection: 'acme', accountName: `account-${n}`, roleName: 'Admin' };
    const id = `acme/${accountId}/Admin`;
    return { kind: 'aws-role', id, path: `acme/account-${n}/Admin`, accountId, ...named };
  });
  const { sections } = profilesOf({
    settings: defaultAwsConfigSettings,
    accounts,
    command: '"/opt/keyfob"',
    regionOf: () => 'eu-west-1',
    headers: [],
    credentials: [],
  });
  const text = write('[default]\nregion = x\n', sections);
  const [reading] = await readWithBotocore([text]);
  expect(Object.keys(profilesIn(reading) ?? {})).toHaveLength(1_501);
});

test('keyfob config sync: a diff, a backup, profiles that work, and back again', async () => {
  const stage = await setCliStage();
  onTestFinished(() => stage.clear());
  const cli = await createAwsCli();
  onTestFinished(() => cli.remove());
  const mine = '# mine\r\n[profile other]\r\nregion = eu-west-1';
  const file = await cli.write('.aws/config', mine);
  const env = { AWS_CONFIG_FILE: file, HOME: cli.home };
  // The helper reads its environment once, when the first command starts it.
  expect((await stage.run(['status'], env)).code).toBe(0);
  await stage.addAcme();
  expect((await stage.login()).code).toBe(0);

  const dry = await stage.run(['config', 'sync', '--dry-run'], env);
  expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining('+credential_process = ') });
  expect(await readFile(file, 'utf8')).toBe(mine);
  const unasked = await stage.run(['config', 'sync'], env);
  expect(unasked).toMatchObject({ code: 5, stderr: expect.stringContaining('--yes') });
  expect(await readFile(file, 'utf8')).toBe(mine);

  const synced = await stage.run(['config', 'sync', '--yes', '--default'], env);
  expect(synced.stderr).toMatch(/The file as it was is in .*config\.keyfob-\d{8}T\d{6}Z\./);
  const text = await readFile(file, 'utf8');
  expect(text.startsWith(`${mine}\r\n# >>> keyfob profiles v1 >>>\r\n`)).toBe(true);
  const backup = /in (\S+)\.\n/.exec(synced.stderr)?.[1] ?? '';
  expect(await readFile(backup, 'utf8')).toBe(mine);

  const { stdout } = await cli.run(['configure', 'list-profiles']);
  const [profile = ''] = stdout.split('\n').filter((name) => name.startsWith('acme-'));
  for (const name of [profile, 'default']) {
    if (name === 'default')
      await stage.run(
        [
          'use',
          (await stage.json<{ accounts: { id: string }[] }>('accounts')).accounts[0]?.id ?? '',
        ],
        env,
      );
    const exported = await cli.run(['configure', 'export-credentials', '--profile', name], {
      ...stage.env,
      ...env,
    });
    expect(exported, exported.stderr).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(exported.stdout)).toMatchObject({
      Version: 1,
      AccessKeyId: expect.any(String),
    });
  }

  expect((await stage.run(['config', 'sync', '--yes'], env)).stderr).toContain('is up to date');
  expect((await stage.run(['config', 'sync', '--remove', '--yes'], env)).code).toBe(0);
  expect(await readFile(file, 'utf8')).toBe(mine);
  expect(join(file, '..')).toBe(join(backup, '..'));
});
