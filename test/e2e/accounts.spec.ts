import { join } from 'node:path';
import { text } from '../../renderer/text.ts';
import { rolesOf } from '../support/accounts.ts';
import { type AwsCli, createAwsCli } from '../support/aws-cli.ts';
import { test as base, expect, rows } from './fixtures.ts';
import { focusSearch, goTo, openMenu } from './steps.ts';

/** Finding an account, switching to it, and what the tools see of that. */

const keyfob = join(import.meta.dirname, '../../dist/command/keyfob.cjs');

const test = base.extend<{ awsCli: AwsCli }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's pattern.
  awsCli: async ({}, use) => {
    const cli = await createAwsCli();
    const line = `"${process.execPath}" "${keyfob}" credential-process`;
    await cli.write('.aws/config', `[default]\nregion = eu-west-1\ncredential_process = ${line}\n`);
    await use(cli);
    await cli.remove();
  },
});

test.describe('with a list of accounts', () => {
  test.beforeEach(async ({ app, signIn }) => {
    await signIn();
    await expect(rows(app.page)).toHaveCount(8);
  });

  test('the search narrows it, and says when nothing is left', async ({ app, simulator }) => {
    const { page } = app;
    const [first] = simulator.accounts();
    const field = await focusSearch(page);
    await page.keyboard.type(first?.accountId ?? '');
    await expect(rows(page)).toHaveCount(2);
    await field.fill('nothing like this');
    await expect(page.getByText(text.accounts.noMatch('nothing like this'))).toBeVisible();
    await page.getByRole('button', { name: text.accounts.clearSearch, exact: true }).last().click();
    await expect(rows(page)).toHaveCount(8);
    await expect(field).toHaveValue('');
  });

  test('a button stays where it is while its menu is open', async ({ app }) => {
    const { page } = app;
    await rows(page).first().click();
    await expect(page.getByRole('heading', { level: 1 })).not.toHaveText(text.accounts.none);
    const [account] = rolesOf((await app.call('accounts.list', {})).accounts);
    for (const name of [
      text.accounts.moreForConnection('acme'),
      text.accounts.moreFor(account?.path ?? '?'),
    ]) {
      const button = page.getByRole('button', { name, exact: true }).first();
      const before = await button.boundingBox();
      await button.click();
      await expect(page.getByRole('menu')).toBeVisible();
      expect(await button.boundingBox()).toEqual(before);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('menu')).toBeHidden();
    }
  });

  test('one click switches, and the AWS CLI is that account at its next call', async ({
    app,
    urls,
    awsCli,
  }) => {
    test.slow();
    const { page } = app;
    const accounts = rolesOf((await app.call('accounts.list', {})).accounts);
    for (const index of [2, 5]) {
      const account = accounts[index];
      const row = rows(page).nth(index);
      await row.click();
      await expect(row).toHaveAttribute('aria-pressed', 'true');
      await expect(page.locator('[data-row][aria-pressed=true]')).toHaveCount(1);
      await expect(page.getByRole('heading', { level: 1 })).toContainText(
        account?.accountName ?? '?',
      );
      await expect.poll(async () => (await app.state()).active).toBe(account?.id);

      const whoAmI = ['sts', 'get-caller-identity', '--endpoint-url', urls.stsUrl];
      const { stdout, stderr } = await awsCli.run(whoAmI, { KEYFOB_SOCK: app.socket });
      expect(stderr).toBe('');
      const identity = JSON.parse(stdout);
      expect(identity.Account).toBe(account?.accountId);
      expect(identity.Arn).toContain(account?.roleName);
    }
  });

  test('a favourite goes to the top', async ({ app }) => {
    const { page } = app;
    const accounts = rolesOf((await app.call('accounts.list', {})).accounts);
    const account = accounts[5];
    await openMenu(rows(page).nth(5));
    await page.getByRole('menuitem', { name: text.accounts.addFavourite, exact: true }).click();
    await expect(
      page.getByRole('heading', { name: text.accounts.favourites, exact: true }),
    ).toBeVisible();
    await expect(rows(page).first()).toContainText(account?.accountId ?? '?');
    expect((await app.state()).favourites).toEqual([account?.id]);
  });

  test('the environment is copied by the helper, and never seen by the page', async ({
    app,
    simulator,
  }) => {
    const { page } = app;
    await rows(page).first().click();
    await page.getByRole('button', { name: text.accounts.copyEnvironment, exact: true }).click();
    await expect.poll(() => app.clipboard()).toContain('AWS_SECRET_ACCESS_KEY');

    const seen = await page.evaluate(async () => {
      const state = await window.keyfob.state({});
      return JSON.stringify(state) + document.documentElement.outerHTML;
    });
    expect(simulator.secrets().length).toBeGreaterThan(2);
    for (const secret of simulator.secrets()) expect(seen).not.toContain(secret);
  });

  test('what is done shows up in the activity', async ({ app }) => {
    const { page } = app;
    await rows(page).nth(3).click();
    const accounts = rolesOf((await app.call('accounts.list', {})).accounts);
    await goTo(page, 'activity');
    const entry = page
      .getByRole('main', { name: text.activity.title, exact: true })
      .getByRole('listitem');
    await expect(entry.first()).toContainText(text.activity.what.use);
    await expect(entry.first()).toContainText(accounts[3]?.path ?? '?');
  });
});

test('5,000 accounts are searched and switched like five', async ({ app, simulator, signIn }) => {
  test.slow();
  const { page } = app;
  simulator.switches.accounts = 500;
  simulator.switches.rolesPerAccount = 10;
  const accounts = await signIn();
  expect(accounts).toHaveLength(5_000);
  await expect(page.getByPlaceholder(text.accounts.searchCount(5_000))).toBeVisible();
  // Only what is in view is drawn.
  await expect(rows(page).first()).toBeVisible();
  expect(await rows(page).count()).toBeLessThan(40);

  const wanted = accounts[4_321];
  await page.getByRole('searchbox').fill(`${wanted?.accountId} ${wanted?.roleName}`);
  await expect(rows(page).first()).toContainText(wanted?.accountId ?? '?');
  await page.getByRole('searchbox').press('Enter');
  await expect.poll(async () => (await app.state()).active).toBe(wanted?.id);

  await page.getByRole('searchbox').fill('');
  await page.getByRole('searchbox').press('ArrowDown');
  await expect(rows(page).first()).toBeFocused();
  await page.keyboard.press('End');
  await expect(rows(page).last()).toBeFocused();
  await expect(rows(page).last()).toContainText(accounts.at(-1)?.accountId ?? '?');
  // From the far end a search shows its best first.
  const scrolled = () => page.locator('[data-region=list]').evaluate((list) => list.scrollTop);
  await expect.poll(scrolled).toBeGreaterThan(0);
  await page.getByRole('searchbox').fill(accounts[0]?.roleName ?? '?');
  await expect.poll(scrolled).toBe(0);
  expect(app.complaints).toEqual([]);
});

test('a name that runs from right to left is cut at its end, not at its beginning', async ({
  app,
  simulator,
  signIn,
}) => {
  simulator.switches.accounts = 14;
  simulator.switches.awkwardNames = true;
  await signIn();
  await app.page.getByRole('searchbox').fill('חשבון');
  const name = rows(app.page)
    .first()
    .getByText(/^חשבון/);
  await expect(name).toHaveCSS('direction', 'rtl');
  await expect(name).toHaveCSS('text-overflow', 'ellipsis');
});

test('no line beside the list moves when a session ends', async ({ app, signIn }) => {
  const { page } = app;
  await page.setViewportSize({ width: 900, height: 640 });
  await signIn();
  const beside = page.getByRole('navigation', { name: text.accounts.connections, exact: true });
  const line = beside.getByRole('listitem').filter({ hasText: 'acme' });
  await expect(line).toContainText(text.session.signedIn);
  const before = await line.boundingBox();
  await app.call('signOut', { connection: 'acme' });
  await expect(
    line.getByRole('button', { name: text.common.signInTo('acme'), exact: true }),
  ).toBeVisible();
  await expect.poll(() => line.boundingBox()).toEqual(before);
});

test('the narrowest window leaves room for the names, and an enlarged page for every way out', async ({
  app,
  signIn,
}) => {
  const { page } = app;
  await signIn();
  await page.setViewportSize({ width: 640, height: 480 });
  await expect(
    page.getByRole('navigation', { name: text.accounts.connections, exact: true }),
  ).toBeVisible();
  const width = async () => (await rows(page).first().boundingBox())?.width ?? 0;
  await expect.poll(width).toBeGreaterThan(220);
  await page.setViewportSize({ width: 320, height: 426 });
  await expect(
    page.getByRole('button', { name: text.common.settings, exact: true }),
  ).toBeInViewport({
    ratio: 1,
  });
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
});
