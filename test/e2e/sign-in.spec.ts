import { text } from '../../renderer/text.ts';
import { expect, rows, test } from './fixtures.ts';
import { decide, signedInTo, signInCard, startSignIn, userCode } from './steps.ts';

/** Signing in to a connection that is there already, on good days and bad. */

test('by a code that is typed in on another device', async ({ app, addAcme, urls, elsewhere }) => {
  const { page } = app;
  await addAcme('device');
  await startSignIn(page, 'acme');
  const code = await userCode(page);
  const card = signInCard(page);
  await expect(card.getByText(new URL(urls.origin).host)).toBeVisible();
  await expect(card.getByText(text.signIn.onlyIfYou)).toBeVisible();
  // Read out letter by letter.
  await expect(card.getByRole('status')).toHaveText(/^The code is \w[ ,]/);

  await elsewhere.goto(`${urls.origin}/device`);
  await elsewhere.getByLabel(/code/).fill(code);
  await elsewhere.getByRole('button', { name: 'Continue', exact: true }).click();
  await decide(elsewhere, 'Approve');
  await expect(elsewhere.getByText('Request approved')).toBeVisible();

  await expect(signedInTo(page, 'acme')).toBeVisible();
  await page.getByRole('button', { name: text.signIn.showAccounts, exact: true }).click();
  await expect(page.getByText(text.session.signedIn, { exact: true }).first()).toBeVisible();
  await expect(rows(page)).toHaveCount(8);
  expect(app.complaints).toEqual([]);
});

test('by the browser', async ({ app, addAcme, personsPage }) => {
  const { page } = app;
  await addAcme('browser');
  await startSignIn(page, 'acme');
  await expect(page.getByText(text.signIn.goOn)).toBeVisible();
  const tab = await personsPage();

  await page.getByRole('button', { name: text.signIn.copyLink, exact: true }).click();
  await expect.poll(() => app.clipboard()).toBe(tab.url());

  await decide(tab, 'Approve');
  await expect(tab).toHaveURL(/^http:\/\/127\.0\.0\.1:\d+\/oauth\/callback\?/);
  await expect(signedInTo(page, 'acme')).toBeVisible();
  expect(app.complaints).toEqual([]);
});

test('denied: says so, and the next attempt works', async ({ app, addAcme, personsPage }) => {
  const { page } = app;
  await addAcme('browser');
  await startSignIn(page, 'acme');
  const tab = await personsPage();
  await decide(tab, 'Deny');
  const alert = page.getByRole('alert');
  await expect(alert).toContainText(text.signIn.ended.sign_in_denied?.message ?? '?');
  await alert.getByRole('button', { name: text.failure.signIn, exact: true }).click();

  const next = await personsPage();
  await decide(next, 'Approve');
  await expect(signedInTo(page, 'acme')).toBeVisible();
});

test('cancelled: nothing has changed, and a late approval leads nowhere', async ({
  app,
  addAcme,
  simulator,
}) => {
  const { page } = app;
  await addAcme('device');
  await startSignIn(page, 'acme');
  const code = await userCode(page);
  await page.getByRole('button', { name: text.common.cancel, exact: true }).click();
  await expect(signInCard(page)).toBeHidden();
  expect((await app.state()).connections[0]?.session.state).toBe('signed_out');

  expect(simulator.approve(code)).toBe(1);
  // While another one waits, and asks again and again, the first is not asked about any more.
  await startSignIn(page, 'acme');
  expect(await userCode(page)).not.toBe(code);
  const polls = () => simulator.journal.count('CreateToken');
  const before = polls();
  await expect
    .poll(async () => {
      await app.pass(1_000);
      return polls();
    })
    .toBeGreaterThan(before + 3);
  const { entries } = simulator.journal;
  const answered = entries.filter(({ operation }) => operation === 'CreateToken');
  expect(answered.filter(({ status }) => status === 200)).toEqual([]);
  expect((await app.state()).connections[0]?.session.state).toBe('signed_out');
});

test('from a browser that does not open one goes on with a code', async ({ app, addAcme }) => {
  const { page } = app;
  await addAcme('browser');
  await startSignIn(page, 'acme');
  await page.getByRole('button', { name: text.signIn.useCode, exact: true }).click();
  await userCode(page);
});

test('while the provider is down: says what to do, and works once it is back', async ({
  app,
  addAcme,
  simulator,
}) => {
  const { page } = app;
  await addAcme('device');
  simulator.switches.down = ['oidc', 'portal'];
  await startSignIn(page, 'acme');
  const alert = page.getByRole('alert');
  await expect(alert).toBeVisible();
  await expect(alert).toContainText(/reach/);

  simulator.switches.down = [];
  await alert.getByRole('button').first().click();
  await userCode(page);
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
