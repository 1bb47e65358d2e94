import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { text } from '../../renderer/text.ts';
import { rolesOf } from '../support/accounts.ts';
import { expect, test } from './fixtures.ts';
import { goTo, pick } from './steps.ts';

/** What the page for tools has one copy is what makes a tool work. */

const run = promisify(execFile);
const { name: profile } = text.tools.snippets.profile;

test.describe('connecting a tool', () => {
  test.beforeEach(async ({ app, signIn }) => {
    await signIn();
    await goTo(app.page, 'tools');
  });

  test('the profile follows the switch, until an account is chosen', async ({ app }) => {
    const { page } = app;
    const copy = page.getByRole('button', { name: text.tools.copyNamed(profile), exact: true });
    await copy.click();
    await expect
      .poll(() => app.clipboard())
      .toMatch(/^\[profile keyfob\]\ncredential_process = \S.* credential-process\nregion = /);

    const [account] = rolesOf((await app.state()).accounts);
    await page.getByRole('combobox').click();
    await pick(page, `${account?.accountId} ${account?.roleName}`);
    await expect(page.getByText(text.tools.fixedHelp)).toBeVisible();
    await copy.click();
    await expect.poll(() => app.clipboard()).toContain(` credential-process ${account?.path}\n`);
    expect(app.complaints).toEqual([]);
  });

  test('the line for curl prints credentials of the account', async ({ app }) => {
    // biome-ignore lint/suspicious/noSkippedTests: where it can't be, it is listed as skipped, with the reason.
    test.skip(process.platform === 'win32', 'curl speaks to no named pipe');
    const { page } = app;
    const [account] = rolesOf((await app.state()).accounts);
    await app.call('accounts.use', { account: account?.id ?? '?' });
    await page.getByRole('tab', { name: text.tools.tabs.curl, exact: true }).click();
    const curl = text.tools.snippets.curl.name;
    await page.getByRole('button', { name: text.tools.copyNamed(curl), exact: true }).click();
    await expect.poll(() => app.clipboard()).toContain('--unix-socket');
    const { stdout } = await run('sh', ['-c', await app.clipboard()]);
    expect(JSON.parse(stdout)).toMatchObject({ Version: 1, AccountId: account?.accountId });
  });
});
