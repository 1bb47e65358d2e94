import { text } from '../../renderer/text.ts';
import { expect, rows, test } from './fixtures.ts';
import { focusSearch, openMenu, putAway, runCommand, tabTo, userCode } from './steps.ts';

/** Everything can be done without a pointer. */

test('a connection is added and signed in to with the keyboard alone', async ({
  app,
  simulator,
}) => {
  const { page } = app;
  const { keyboard } = page;
  const address = page.getByLabel(text.connect.address, { exact: true });
  await tabTo(page, text.connect.address);
  await expect(address).toBeFocused();
  await keyboard.type(simulator.startUrl);
  await expect(page.getByRole('textbox', { name: text.connect.region, exact: true })).toBeVisible();
  await tabTo(page, text.connect.region);
  await keyboard.type(simulator.region);
  await expect(page.getByText(text.connect.identityCenterIn(simulator.region))).toBeVisible();
  await tabTo(page, text.flow.auto);
  await keyboard.press('ArrowLeft');
  await expect(page.getByRole('radio', { name: text.flow.device, exact: true })).toBeChecked();
  await tabTo(page, text.connect.addAndSignIn);
  await keyboard.press('Enter');
  expect(simulator.approve(await userCode(page))).toBe(1);
  await expect(page.getByRole('button', { name: text.signIn.useAndGo, exact: true })).toBeVisible();
  await tabTo(page, text.signIn.useAndGo);
  await keyboard.press('Enter');
  await expect(rows(page)).toHaveCount(8);
});

test('accounts are found, switched and copied with the keyboard alone', async ({ app, signIn }) => {
  const { page } = app;
  const { keyboard } = page;
  const accounts = await signIn();
  await expect(rows(page)).toHaveCount(8);

  await focusSearch(page);
  await keyboard.press('ArrowDown');
  await expect(rows(page).first()).toBeFocused();
  await keyboard.press('ArrowDown');
  await expect(rows(page).nth(1)).toBeFocused();
  await keyboard.press('Enter');
  await expect.poll(async () => (await app.state()).active).toBe(accounts[1]?.id);
  await keyboard.press('Control+c');
  await expect.poll(() => app.clipboard()).toBe(accounts[1]?.path);

  // Type-ahead goes to the next account whose name begins so.
  const other = accounts.find(({ accountName }) => accountName[0] !== accounts[1]?.accountName[0]);
  await keyboard.press(other?.accountName[0] ?? '?');
  const line = accounts.findIndex(({ id }) => id === other?.id);
  await expect(rows(page).nth(line)).toBeFocused();
  await keyboard.press('Home');
  await keyboard.press('ArrowUp');
  await expect(page.getByRole('searchbox')).toBeFocused();
});

test('views open by their keys, and Esc goes back to where the focus was', async ({
  app,
  signIn,
}) => {
  const { page } = app;
  const { keyboard } = page;
  await signIn();
  await expect(rows(page)).toHaveCount(8);
  await rows(page).nth(2).focus();
  await keyboard.press('Control+,');
  await expect(page.getByRole('heading', { name: text.settings.title, exact: true })).toBeVisible();
  await keyboard.press('Escape');
  await expect(rows(page).nth(2)).toBeFocused();

  await keyboard.press('Control+n');
  await expect(page.getByRole('heading', { name: text.connect.title, exact: true })).toBeVisible();
  await keyboard.press('Escape');
  await expect(rows(page).nth(2)).toBeFocused();

  await runCommand(page, text.common.activity);
  await expect(page.getByRole('heading', { name: text.activity.title, exact: true })).toBeVisible();
});

test('F6 goes round the regions, and none is left out', async ({ app, signIn }) => {
  const { page } = app;
  await signIn();
  await expect(rows(page)).toHaveCount(8);
  const visited = new Set<string>();
  for (let press = 0; press < 8; press += 1) {
    await page.keyboard.press('F6');
    visited.add(
      await page.evaluate(
        () => document.activeElement?.closest('[data-region]')?.getAttribute('data-region') ?? '',
      ),
    );
  }
  expect([...visited].toSorted()).toEqual(['foot', 'list', 'search']);
});

test('at home Esc clears the search first, and then hides the window', async ({ app, signIn }) => {
  const { page } = app;
  await page.evaluate(() => {
    document.documentElement.dataset.closed = '0';
    window.close = () => {
      const { dataset } = document.documentElement;
      dataset.closed = String(Number(dataset.closed) + 1);
    };
  });
  const closed = () => page.locator('html').getAttribute('data-closed');
  await signIn();
  await expect(rows(page)).toHaveCount(8);
  await focusSearch(page);
  await page.keyboard.type('nothing like this');
  await expect(rows(page)).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('searchbox')).toHaveValue('');
  await expect(rows(page)).toHaveCount(8);
  expect(await closed()).toBe('0');

  // A view or a menu in front goes first, too.
  await page.keyboard.press('Control+,');
  await expect(page.getByRole('heading', { name: text.settings.title, exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await putAway(await openMenu(rows(page).first()));
  expect(await closed()).toBe('0');

  await page.keyboard.press('Escape');
  await expect.poll(closed).toBe('1');
});
