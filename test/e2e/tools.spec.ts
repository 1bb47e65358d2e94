import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { text } from '../../renderer/text.ts';
import { rolesOf } from '../support/accounts.ts';
import { expect, test } from './fixtures.ts';

/** What the page for tools has one copy is what makes a tool work. */

const run = promisify(execFile);
const { name: profile } = text.tools.snippets.profile;

test.describe('connecting a tool', () => {
  test.beforeEach(async ({ app, signIn }) => {
    await signIn();
    await app.page.getByRole('button', { name: text.common.tools, exact: true }).click();
    await expect(
      app.page.getByRole('heading', { name: text.tools.title, exact: true }),
    ).toBeVisible();
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
    await page.keyboard.type(`${account?.accountId} ${account?.roleName}`);
    await page.keyboard.press('Enter');
    await expect(page.getByText(text.tools.fixedHelp)).toBeVisible();
    await copy.click();
    await expect.poll(() => app.clipboard()).toContain(` credential-process ${account?.path}\n`);
    expect(app.complaints).toEqual([]);
  });

  test('the line for curl prints credentials of the account', async ({ app }) => {
    if (process.platform === 'win32') return; // curl speaks to no named pipe
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
