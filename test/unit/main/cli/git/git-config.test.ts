import { expect, test } from 'vitest';
import {
  installedHelper,
  installHelper,
  removeHelper,
} from '../../../../../main/cli/git/git-config.ts';

const config = `# mine
[user]
\tname = Ada ; a comment
[credential]
\thelper = store
[credential "https://other.example.com"]
\thelper = cache
`;
const wanted = {
  url: 'https://git.example.com',
  helper: `!"/opt/keyfob" git --host git.example.com --account corp/access --scope 'a b'`,
  useHttpPath: false,
};

test('one server is asked of Keyfob alone: helpers for all servers are taken away there', async () => {
  const changed = await installHelper(config, wanted);
  expect(changed.startsWith(config)).toBe(true);
  expect(changed.slice(config.length).split('\n')).toEqual([
    '[credential "https://git.example.com"]',
    '\thelper = ',
    `\thelper = !\\"/opt/keyfob\\" git --host git.example.com --account corp/access --scope 'a b'`,
    '',
  ]);
  expect(await installedHelper(changed, wanted.url)).toEqual(wanted);
});

test('taken back, the file is what it was', async () => {
  const path = { ...wanted, useHttpPath: true };
  const changed = await installHelper(config, path);
  expect(await installedHelper(changed, wanted.url)).toEqual(path);
  expect(await removeHelper(changed, wanted.url)).toBe(config);
  expect(await removeHelper(config, 'https://other.example.com')).toBe(config);
  expect(await installedHelper(config, 'https://other.example.com')).toBeUndefined();
});

test('installed twice, or for another account, it is there once', async () => {
  const once = await installHelper(null, wanted);
  expect(await installHelper(once, wanted)).toBe(once);
  const other = { ...wanted, helper: wanted.helper.replace('corp/access', 'corp/other') };
  const changed = await installHelper(once, other);
  expect(changed.match(/helper = /g)).toHaveLength(2);
  expect(changed).toContain('corp/other');
});

test("somebody else's helper for the same server stays, and so does what it stands on", async () => {
  const changed = `${await installHelper(config, wanted)}\thelper = cache\n`;
  const removed = await removeHelper(changed, wanted.url);
  expect(removed).toContain('helper = cache\n');
  expect(removed).not.toContain('keyfob');
  expect(removed).toMatch(/git\.example\.com"\]\n\thelper =\s*\n\thelper = cache/);
});

test('helpers that the same server had before are asked again', async () => {
  const own = `${config}[credential "https://git.example.com"]\n\thelper = cache\n`;
  expect(await removeHelper(await installHelper(own, wanted), wanted.url)).toBe(own);
  const alone = own.replace('\thelper = cache\n', '\thelper =\n\thelper = cache\n');
  const back = await removeHelper(await installHelper(alone, wanted), wanted.url);
  expect(back.match(/\thelper = *\n\thelper = cache\n/g)).toHaveLength(1);
  expect(back).not.toContain('keyfob');
});

test('what git can not read is left alone', async () => {
  await expect(installHelper('[credential\nhelper', wanted)).rejects.toMatchObject({
    code: 'invalid_input',
    hint: expect.any(String),
  });
});
