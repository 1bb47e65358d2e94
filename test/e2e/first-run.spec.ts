import { text } from '../../renderer/text.ts';
import { expect, rows, test } from './fixtures.ts';
import { decide, userCode } from './steps.ts';

/** From the first look at Keyfob to the first command that works, by hand. */

test('from the first start to the first identity', async ({ app, simulator, personsPage }) => {
  const { page } = app;
  await expect(
    page.getByRole('heading', { name: text.connect.firstTitle, exact: true }),
  ).toBeVisible();
  await page.getByLabel(text.connect.address, { exact: true }).fill('acme.awsapps.com/star');
  await expect(page.getByLabel(text.connect.address, { exact: true })).toHaveAttribute(
    'aria-invalid',
    'true',
  );
  await page.getByLabel(text.connect.address, { exact: true }).fill(simulator.startUrl);
  await expect(page.getByText(text.connect.needsRegion)).toBeVisible();
  await page
    .getByRole('textbox', { name: text.connect.region, exact: true })
    .fill(simulator.region);
  await expect(page.getByText(text.connect.identityCenterIn(simulator.region))).toBeVisible();
  await page.getByRole('textbox', { name: text.connect.name, exact: true }).fill('acme');
  await page.getByRole('radio', { name: text.flow.device, exact: true }).click();
  await page.getByRole('button', { name: text.connect.addAndSignIn, exact: true }).click();

  const code = await userCode(page);
  const tab = await personsPage();
  await expect(tab.getByText(code)).toBeVisible();
  await decide(tab, 'Approve');

  await expect(page.getByText(text.signIn.doneTitle('acme'))).toBeVisible();
  await page.getByRole('button', { name: text.signIn.useAndGo, exact: true }).click();
  await expect(rows(page)).toHaveCount(8);
  await expect.poll(async () => (await app.state()).active).toMatch(/^acme\//);
  expect(app.complaints).toEqual([]);
});
