import { text } from '../../renderer/text.ts';
import { expect, test } from './fixtures.ts';
import { goTo } from './steps.ts';

/** What is chosen in the settings holds, and what is tested there is true. */

const words = text.settings;

test.beforeEach(async ({ app, addAcme }) => {
  await addAcme('device');
  await goTo(app.page, 'settings');
});

test('the theme changes at once', async ({ app }) => {
  const { page } = app;
  await page.getByRole('radio', { name: words.themes.dark, exact: true }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect((await app.state()).settings.theme).toBe('dark');
  await page.getByRole('radio', { name: words.themes.system, exact: true }).click();
  await expect(page.locator('html')).not.toHaveAttribute('data-theme');
});

test('a switch says what the helper says', async ({ app }) => {
  const { page } = app;
  const before = (await app.state()).settings.notifications.expiring;
  const expiring = page.getByRole('switch', { name: words.expiring, exact: true });
  await expect(expiring).toBeChecked({ checked: before });
  await expiring.click();
  await expect(expiring).toBeChecked({ checked: !before });
  expect((await app.state()).settings.notifications.expiring).toBe(!before);
});

test('a command for pages is kept from Enter on, and gone when it is emptied', async ({ app }) => {
  const { page } = app;
  await app.answerDialogs(true);
  const field = page.getByLabel(words.browserCommand, { exact: true });
  await field.fill('firefox -P work');
  await field.press('Enter');
  await expect.poll(async () => (await app.state()).settings.browser).toBe('firefox -P work');
  await expect(field).toHaveValue('firefox -P work');
  await field.fill('');
  await field.blur();
  await expect.poll(async () => (await app.state()).settings.browser).toBeNull();
});

test('a command that is typed while another is being kept is kept after it', async ({ app }) => {
  const { page } = app;
  await app.answerDialogs(true);
  const field = page.getByLabel(words.browserCommand, { exact: true });
  // In one go, so that the first is still under way when the second comes.
  await field.evaluate(async (element: HTMLInputElement) => {
    const own = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
    for (const command of ['firefox -P home', 'firefox -P work']) {
      own?.set?.call(element, command);
      element.dispatchEvent(new Event('input', { bubbles: true }));
      await null;
      element.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
      await null;
    }
  });
  await expect.poll(async () => (await app.state()).settings.browser).toBe('firefox -P work');
  await expect(field).toHaveValue('firefox -P work');
});

test('a command that the person does not confirm in the system’s dialog is not set', async ({
  app,
}) => {
  const { page } = app;
  const field = page.getByLabel(words.browserCommand, { exact: true });
  await field.fill('firefox -P work');
  await field.press('Enter');
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toHaveValue('firefox -P work');
  expect((await app.state()).settings.browser).toBeNull();
  await app.answerDialogs(true);
  await field.press('Enter');
  await expect.poll(async () => (await app.state()).settings.browser).toBe('firefox -P work');
});

test('a command that is none is refused in its place, and what was typed stays', async ({
  app,
}) => {
  const { page } = app;
  const field = page.getByLabel(words.browserCommand, { exact: true });
  await field.fill('""');
  await field.press('Enter');
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toHaveValue('""');
  expect((await app.state()).settings.browser).toBeNull();
});

test('how a connection signs in can be changed, and the way to it tested', async ({ app }) => {
  const { page } = app;
  await page.getByRole('radio', { name: text.flow.browser, exact: true }).click();
  await expect.poll(async () => (await app.state()).connections[0]?.settings.flow).toBe('browser');
  await page.getByRole('button', { name: words.test, exact: true }).click();
  const found = page
    .getByRole('list', { name: words.testTitle, exact: true })
    .getByRole('listitem');
  await expect(found.first()).toContainText(words.status.ok);
  await page.getByRole('button', { name: words.check, exact: true }).click();
  await expect(page.getByRole('list', { name: words.health, exact: true })).toBeVisible();
  expect(app.complaints).toEqual([]);
});
