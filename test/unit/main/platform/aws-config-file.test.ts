import { mkdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  createAwsConfigReader,
  createAwsFiles,
} from '../../../../main/platform/aws-config-file.ts';
import { temporaryFolder } from '../../../support/endpoint-stage.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';

async function openHome() {
  const home = await temporaryFolder();
  await mkdir(join(home, '.aws'));
  const variable = process.platform === 'win32' ? 'USERPROFILE' : 'HOME';
  const read = (AWS_CONFIG_FILE?: string) =>
    createAwsConfigReader({ [variable]: home, AWS_CONFIG_FILE }, process.platform)();
  return { home, read, path: join(home, '.aws', 'config') };
}

test('~/.aws/config is read, unless AWS_CONFIG_FILE names another', async () => {
  const { home, path, read } = await openHome();
  await writeFile(path, '[default]');
  await writeFile(join(home, 'other $& file'), '[other]');
  expect(await read()).toBe('[default]');
  expect(await read('')).toBe('[default]');
  expect(await read(join(home, 'other $& file'))).toBe('[other]');
  expect(await read('~/other $& file')).toBe('[other]');
});

test('none, and what is no file, is none', async () => {
  const { home, path, read } = await openHome();
  expect(await read()).toBeNull();
  expect(await read(join(path, 'below'))).toBeNull();
  expect(await read(home)).toBeNull();
});

test('one that is too large is not taken into memory', async () => {
  const { path, read } = await openHome();
  await writeFile(path, '');
  await truncate(path, 5 * 1024 * 1024);
  await expect(read()).rejects.toMatchObject({ code: 'file_unreadable' });
});

test('one that can not be read says so, and where to look', async () => {
  const { path, read } = await openHome();
  await symlink(path, path);
  await expect(read()).rejects.toMatchObject({
    code: 'file_unreadable',
    message: expect.stringContaining('ELOOP'),
    hint: expect.stringContaining('permissions'),
  });
});

const filesOf = (home: string, env: Record<string, string> = {}) => {
  const variable = process.platform === 'win32' ? 'USERPROFILE' : 'HOME';
  return createAwsFiles({ [variable]: home, ...env }, process.platform, createFakeClock(0));
};

test('of the file of credentials the names of profiles are kept, and nothing else', async () => {
  const { home } = await openHome();
  expect(await filesOf(home).credentialsProfiles()).toEqual([]);
  const text = '[default]\naws_secret_access_key = [x]\r\n[ a b ]\n# [no]\n[c] # note\n';
  await writeFile(join(home, '.aws', 'credentials'), text);
  await writeFile(join(home, 'other'), '[other]\n');
  expect(await filesOf(home).credentialsProfiles()).toEqual(['default', 'a b', 'c']);
  const env = { AWS_SHARED_CREDENTIALS_FILE: '~/other' };
  expect(await filesOf(home, env).credentialsProfiles()).toEqual(['other']);
});

test('aws-sso-cli is looked for in its newer place, then in the older one', async () => {
  const { home } = await openHome();
  expect(await filesOf(home).readAwsSsoCliConfig()).toBeNull();
  await mkdir(join(home, '.aws-sso'));
  await writeFile(join(home, '.aws-sso', 'config.yaml'), 'older');
  expect(await filesOf(home).readAwsSsoCliConfig()).toBe('older');
  await mkdir(join(home, '.config', 'aws-sso'), { recursive: true });
  await writeFile(join(home, '.config', 'aws-sso', 'config.yaml'), 'newer');
  expect(await filesOf(home).readAwsSsoCliConfig()).toBe('newer');
});

test('a configuration is written where it is read', async () => {
  const { home, path } = await openHome();
  const { config } = filesOf(home);
  await config.write('[default]\n', await config.read());
  expect(await readFile(path, 'utf8')).toBe('[default]\n');
  const elsewhere = filesOf(home, { AWS_CONFIG_FILE: '~/elsewhere' }).config;
  await elsewhere.write('[other]\n', await elsewhere.read());
  expect(await readFile(join(home, 'elsewhere'), 'utf8')).toBe('[other]\n');
});
