import { text } from '../../renderer/text.ts';
import { expect, rows, test } from './fixtures.ts';

/** Signing in to a connection that is there already, on good days and bad. */

const signIn = text.common.signInTo('acme');
const heading = text.signIn.doneTitle('acme');

test('by a code that is typed in on another device', async ({ app, addAcme, urls, browser }) => {
  const { page } = app;
  await addAcme('device');
  await page.getByRole('button', { name: signIn, exact: true }).click();
  const code = page.getByTestId('user-code');
  await expect(code).toHaveText(/^[A-Z0-9]{4}-?[A-Z0-9]{4}$/);
  const card = page.getByTestId('sign-in-card');
  await expect(card.getByText(new URL(urls.origin).host)).toBeVisible();
  await expect(card.getByText(text.signIn.onlyIfYou)).toBeVisible();
  // Read out letter by letter.
  await expect(card.getByRole('status')).toHaveText(/^The code is \w[ ,]/);

  const elsewhere = await browser.newPage();
  await elsewhere.goto(`${urls.origin}/device`);
  await elsewhere.getByLabel(/code/).fill((await code.textContent()) ?? '');
  await elsewhere.getByRole('button', { name: 'Continue', exact: true }).click();
  await elsewhere.getByRole('button', { name: 'Approve', exact: true }).click();
  await expect(elsewhere.getByText('Request approved')).toBeVisible();
  await elsewhere.context().close();

  await expect(page.getByRole('heading', { name: heading, exact: true })).toBeVisible();
  await page.getByRole('button', { name: text.signIn.showAccounts, exact: true }).click();
  await expect(page.getByText(text.session.signedIn, { exact: true }).first()).toBeVisible();
  await expect(rows(page)).toHaveCount(8);
  expect(app.complaints).toEqual([]);
});

test('by the browser', async ({ app, addAcme, personsPage }) => {
  const { page } = app;
  await addAcme('browser');
  await page.getByRole('button', { name: signIn, exact: true }).click();
  await expect(page.getByText(text.signIn.goOn)).toBeVisible();
  const tab = await personsPage();

  await page.getByRole('button', { name: text.signIn.copyLink, exact: true }).click();
  await expect.poll(() => app.clipboard()).toBe(tab.url());

  await tab.getByRole('button', { name: 'Approve', exact: true }).click();
  await expect(tab).toHaveURL(/^http:\/\/127\.0\.0\.1:\d+\/oauth\/callback\?/);
  await expect(page.getByRole('heading', { name: heading, exact: true })).toBeVisible();
  expect(app.complaints).toEqual([]);
});

test('denied: says so, and the next attempt works', async ({ app, addAcme, personsPage }) => {
  const { page } = app;
  await addAcme('browser');
  await page.getByRole('button', { name: signIn, exact: true }).click();
  const tab = await personsPage();
  await tab.getByRole('button', { name: 'Deny', exact: true }).click();
  const alert = page.getByRole('alert');
  await expect(alert).toContainText(text.signIn.ended.sign_in_denied?.message ?? '?');
  await alert.getByRole('button', { name: text.failure.signIn, exact: true }).click();

  const next = await personsPage();
  await next.getByRole('button', { name: 'Approve', exact: true }).click();
  await expect(page.getByRole('heading', { name: heading, exact: true })).toBeVisible();
});

test('cancelled: nothing has changed, and a late approval leads nowhere', async ({
  app,
  addAcme,
  simulator,
}) => {
  const { page } = app;
  await addAcme('device');
  await page.getByRole('button', { name: signIn, exact: true }).click();
  await expect(page.getByTestId('user-code')).toBeVisible();
  await page.getByRole('button', { name: text.common.cancel, exact: true }).click();
  await expect(page.getByTestId('user-code')).toBeHidden();
  await expect(page.getByRole('button', { name: signIn, exact: true })).toBeVisible();
  expect((await app.state()).connections[0]?.session.state).toBe('signed_out');

  const polls = () => simulator.journal.counts().CreateToken ?? 0;
  const before = polls();
  simulator.approve();
  await app.pass(2_000);
  expect(polls()).toBe(before);
  expect((await app.state()).connections[0]?.session.state).toBe('signed_out');
});

test('from a browser that does not open one goes on with a code', async ({ app, addAcme }) => {
  const { page } = app;
  await addAcme('browser');
  await page.getByRole('button', { name: signIn, exact: true }).click();
  await page.getByRole('button', { name: text.signIn.useCode, exact: true }).click();
  await expect(page.getByTestId('user-code')).toHaveText(/^[A-Z0-9]{4}-?[A-Z0-9]{4}$/);
});

test('while the provider is down: says what to do, and works once it is back', async ({
  app,
  addAcme,
  simulator,
}) => {
  const { page } = app;
  await addAcme('device');
  simulator.switches.down = ['oidc', 'portal'];
  await page.getByRole('button', { name: signIn, exact: true }).click();
  const alert = page.getByRole('alert');
  await expect(alert).toBeVisible({ timeout: 20_000 });
  await expect(alert).toContainText(/reach/);

  simulator.switches.down = [];
  await alert.getByRole('button').first().click();
  await expect(page.getByTestId('user-code')).toBeVisible();
});

test('signing out shows at once, and the session is over at the provider', async ({
  app,
  signIn: signedIn,
  simulator,
}) => {
  const { page } = app;
  await signedIn();
  await expect(rows(page)).toHaveCount(8);
  await page
    .getByRole('button', { name: text.accounts.moreForConnection('acme'), exact: true })
    .click();
  await page.getByRole('menuitem', { name: text.common.signOut, exact: true }).click();
  await expect(page.getByText(text.session.signedOut).first()).toBeVisible();
  await expect.poll(() => simulator.journal.counts().Logout).toBe(1);
});
