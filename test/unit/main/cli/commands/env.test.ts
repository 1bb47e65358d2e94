import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Answers, account, runCli } from '../../../../support/cli.ts';

const token = `keyfob_${'a'.repeat(43)}`;
const home = mkdtempSync(join(tmpdir(), 'keyfob-env-'));
const answers: Answers = {
  'account.show': () => ({ account: account('acme/prod/Admin'), region: 'eu-west-1' }),
  'grant.create': ({ label, accounts }) => ({
    grant: {
      id: 'g1',
      label,
      accounts,
      createdAt: '2026-01-01T12:00:00.000Z',
      expiresAt: '2026-01-01T20:00:00.000Z',
      ephemeral: false,
    },
    token,
    url: 'http://127.0.0.1:4000',
  }),
};
const env = { HOME: home, USERPROFILE: home, SHELL: '/usr/bin/fish' };

test.each([
  ['sh', /^unset AWS_PROFILE .*\nexport AWS_CONTAINER_CREDENTIALS_FULL_URI='http/],
  ['fish', /^set -e AWS_PROFILE .*\nset -gx AWS_CONTAINER_CREDENTIALS_FULL_URI 'http/],
  ['powershell', /^Remove-Item .*\n\$Env:AWS_CONTAINER_CREDENTIALS_FULL_URI = 'http/],
] as const)('prints the lines of %s', async (shell, expected) => {
  const { out, calls, err } = await runCli(['env', '--shell', shell], answers, { env });
  expect(out).toMatch(expected);
  expect(out).toContain(token);
  expect(err).toBe('');
  expect(calls[1]).toMatchObject(['grant.create', { label: 'env', lifetimeSeconds: 8 * 3_600 }]);
});

test('without being told it takes the words of the shell that one works in', async () => {
  expect((await runCli(['env'], answers, { env })).out).toMatch(/^set -e/);
  const bash = { env: { ...env, SHELL: '/bin/bash' } };
  expect((await runCli(['env'], answers, bash)).out).toMatch(/^unset/);
  expect((await runCli(['env'], answers, { env, platform: 'win32' })).out).toMatch(/^Remove-Item/);
  // The words of fish would end a bash: `set -e` means something else there.
  const inBash = { env, shell: () => 'bash' };
  expect((await runCli(['env'], answers, inBash)).out).toMatch(/^unset/);
  const inFish = { ...bash, shell: () => 'fish' };
  expect((await runCli(['env'], answers, inFish)).out).toMatch(/^set -e/);
  const inPowerShell = { env, shell: () => 'pwsh' };
  expect((await runCli(['env'], answers, inPowerShell)).out).toMatch(/^Remove-Item/);
});

test('the permission lasts as long as is said', async () => {
  const { calls } = await runCli(['env', '--lifetime', '15m'], answers, { env });
  expect(calls[1]?.[1]).toMatchObject({ lifetimeSeconds: 900 });
  const wrong = await runCli(['env', '--lifetime', 'soon'], answers, { env });
  expect(wrong).toMatchObject({ code: 2, out: '', calls: [] });
});

test('--json has the same for programs', async () => {
  const { out } = await runCli(['env', '--json'], answers, { env });
  expect(JSON.parse(out)).toMatchObject({
    set: { AWS_CONTAINER_AUTHORIZATION_TOKEN: token, AWS_REGION: 'eu-west-1' },
    unset: expect.arrayContaining(['AWS_PROFILE', 'AWS_ACCESS_KEY_ID']),
  });
});
