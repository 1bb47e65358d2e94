import type { Page } from '@playwright/test';
import { text } from '../../renderer/text.ts';
import { expect, rows, test } from './fixtures.ts';
import { decide, goTo, sendForm, signedInTo, signInCard } from './steps.ts';

/** Adding an OpenID provider by its issuer, which is asked while it is typed. */

const words = text.connect.oidc;
const everything = words.provider({ browser: true, device: true, registration: true });

const addressOf = (page: Page) => page.getByLabel(text.connect.address, { exact: true });
const addButton = (page: Page) =>
  page.getByRole('button', { name: text.connect.addAndSignIn, exact: true });

/** Opens the rest of the form and takes a kind of sign-in. */
async function choose(page: Page, grant: keyof typeof words.grants): Promise<void> {
  await page.getByRole('button', { name: text.common.moreOptions, exact: true }).click();
  await page.getByLabel(words.grant, { exact: true }).selectOption({ label: words.grants[grant] });
}

test('from an issuer to the first token, as a client that registers itself', async ({
  app,
  openid,
  personsPage,
}) => {
  const { page } = app;
  await expect(
    page.getByRole('heading', { name: text.connect.firstTitle, exact: true }),
  ).toBeVisible();
  await addressOf(page).pressSequentially(openid.issuer);
  await expect(page.getByText(everything)).toBeVisible();
  await page.getByRole('textbox', { name: text.connect.name, exact: true }).fill('corp');
  await expect(page.getByText(words.nameHelp('corp'))).toBeVisible();
  await page.getByRole('radio', { name: text.flow.browser, exact: true }).click();
  await addButton(page).click();

  await expect(page.getByText(text.signIn.goOn)).toBeVisible();
  const tab = await personsPage();
  await expect(tab.getByText('Keyfob')).toBeVisible();
  await decide(tab, 'Approve');
  await expect(tab.getByText(/close this/i)).toBeVisible();

  await expect(signedInTo(page, 'corp')).toBeVisible();
  await expect(page.getByText(/ token corp\/access$/)).toBeVisible();
  await expect(page.getByText('credential_process')).toHaveCount(0);
  await page.getByRole('button', { name: text.signIn.useAndGo, exact: true }).click();
  await expect(rows(page)).toHaveCount(1);
  await expect.poll(async () => (await app.state()).active).toBe('corp/access');
  expect(openid.count('registration')).toBe(1);
  expect(app.complaints).toEqual([]);
});

test('the address of the document itself is understood too', async ({ app, openid }) => {
  const { page } = app;
  await addressOf(page).fill(`${openid.issuer}/.well-known/openid-configuration`);
  await expect(page.getByText(everything)).toBeVisible();
});

test('no provider there: says so, says what to give, and adds nothing', async ({ app, openid }) => {
  const { page } = app;
  await addressOf(page).fill(`${openid.issuer}/realms/none`);
  await expect(addressOf(page)).toHaveAttribute('aria-invalid', 'true');
  const said = addressOf(page).locator('xpath=ancestor::form');
  await expect(said).toContainText(/does not describe itself|neither/i);
  await expect(said).toContainText(/realm or tenant/);
  await expect(addButton(page)).toBeDisabled();
  // Corrected, it goes on at once.
  await addressOf(page).fill(openid.issuer);
  await expect(page.getByText(everything)).toBeVisible();
  await expect(addressOf(page)).not.toHaveAttribute('aria-invalid', 'true');
});

test('another issuer than the address: both are named, and it can not be added', async ({
  app,
  openid,
}) => {
  const { page } = app;
  const other = 'https://login.example.com/elsewhere';
  openid.hostile({ endpoint: 'discovery', members: { issuer: other } });
  await addressOf(page).fill(openid.issuer);
  const form = addressOf(page).locator('xpath=ancestor::form');
  await expect(form).toContainText(other);
  await expect(form).toContainText(/exactly as the provider writes it/);
  await expect(addButton(page)).toBeDisabled();
  await expect(
    page.getByRole('button', { name: text.connect.checkAgain, exact: true }),
  ).toHaveCount(0);
});

test('a provider that can not be reached: says what to check, and is checked again by a press', async ({
  app,
  openid,
}) => {
  const { page } = app;
  await openid.down();
  await addressOf(page).fill(openid.issuer);
  await expect(addressOf(page)).toHaveAttribute('aria-invalid', 'true');
  const form = addressOf(page).locator('xpath=ancestor::form');
  await expect(form).toContainText(/refused the connection\. Nothing listens there: check/);
  await openid.up();
  await page.getByRole('button', { name: text.connect.checkAgain, exact: true }).click();
  await expect(page.getByText(everything)).toBeVisible();
});

test('a provider without registration asks for a client id before anything is added', async ({
  app,
  openid,
}) => {
  const { page } = app;
  openid.hostile({ endpoint: 'discovery', members: { registration_endpoint: undefined } });
  await addressOf(page).fill(openid.issuer);
  const offers = words.provider({ browser: true, device: true, registration: false });
  await expect(page.getByText(offers)).toBeVisible();
  await page.getByRole('textbox', { name: text.connect.name, exact: true }).fill('corp');
  await expect(page.getByText(words.clientIdMust)).toBeVisible();
  await expect(addButton(page)).toBeDisabled();
  await page.getByLabel(words.clientId, { exact: true }).fill('keyfob-public');
  await addButton(page).click();
  await expect(signInCard(page)).toBeVisible();
  expect((await app.state()).connections[0]?.settings).toMatchObject({ clientId: 'keyfob-public' });
});

test('a password is off until it is allowed, with a warning beside it', async ({ app, openid }) => {
  const { page } = app;
  const { clientId, clientSecret = '' } = openid.client('basic');
  await addressOf(page).fill(openid.issuer);
  await page.getByRole('textbox', { name: text.connect.name, exact: true }).fill('corp');
  await page.getByLabel(words.clientId, { exact: true }).fill(clientId);
  await choose(page, 'password');
  await page.getByLabel(words.clientSecret, { exact: true }).fill(clientSecret);
  await expect(page.getByText(words.passwordTitle)).toBeVisible();
  await expect(page.getByText(words.passwordWhy)).toBeVisible();
  await expect(addButton(page)).toBeDisabled();
  await page.getByRole('switch', { name: words.passwordAllow, exact: true }).click();
  await addButton(page).click();

  const card = signInCard(page);
  await card.getByLabel(text.signIn.fields.username, { exact: true }).fill('alice');
  const password = card.getByLabel(text.signIn.fields.password, { exact: true });
  await expect(password).toHaveAttribute('type', 'password');
  await password.fill('wonderland');
  await sendForm(page);
  await expect(signedInTo(page, 'corp')).toBeVisible();
  // What went through the form is neither in the state nor left on the page.
  expect(JSON.stringify(await app.state())).not.toMatch(/wonderland/);
  expect(JSON.stringify(await app.state())).not.toContain(clientSecret);
  expect(await page.content()).not.toContain('wonderland');
});

test('a client of its own is signed in at once, and nobody is asked', async ({ app, openid }) => {
  const { page } = app;
  const { clientId, clientSecret = '' } = openid.client('basic');
  await addressOf(page).fill(openid.issuer);
  await page.getByRole('textbox', { name: text.connect.name, exact: true }).fill('robot');
  await page.getByLabel(words.clientId, { exact: true }).fill(clientId);
  await choose(page, 'client_credentials');
  await page.getByLabel(words.clientSecret, { exact: true }).fill(clientSecret);
  await expect(page.getByText(words.grantsHelp.client_credentials)).toBeVisible();
  // There is no page and no code to choose between.
  await expect(page.getByRole('radio')).toHaveCount(0);
  await addButton(page).click();
  await expect(signedInTo(page, 'robot')).toBeVisible();
  expect(openid.count('authorization')).toBe(0);
  expect(app.complaints).toEqual([]);
});

test('a name that is taken is refused in place, and nothing that was typed is lost', async ({
  app,
  openid,
  addCorp,
}) => {
  const { page } = app;
  await addCorp('public');
  await goTo(page, 'connect');
  await addressOf(page).fill(openid.issuer);
  await expect(page.getByText(words.alreadyHave('corp'))).toBeVisible();
  const name = page.getByRole('textbox', { name: text.connect.name, exact: true });
  await name.fill('Corp');
  await page.getByLabel(words.clientId, { exact: true }).fill('keyfob-public');
  await addButton(page).click();
  await expect(page.getByRole('alert')).toContainText(/corp/i);
  await expect(name).toHaveValue('Corp');
  await name.fill('second');
  await addButton(page).click();
  await expect(signInCard(page)).toBeVisible();
  expect((await app.state()).connections).toHaveLength(2);
});
