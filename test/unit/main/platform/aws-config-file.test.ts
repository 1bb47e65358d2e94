import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createAwsConfigReader } from '../../../../main/platform/aws-config-file.ts';
import { temporaryFolder } from '../../../support/endpoint-stage.ts';

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
