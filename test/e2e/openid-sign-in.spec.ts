import type { Page } from '@playwright/test';
import { text } from '../../renderer/text.ts';
import { expect, test } from './fixtures.ts';

/** Signing in to an OpenID provider, in every way that a person has a part in. */

const signIn = text.common.signInTo('corp');
const heading = text.signIn.doneTitle('corp');

const start = (page: Page) =>
  page.getByRole('button', { name: signIn, exact: true }).first().click();
const card = (page: Page) => page.getByTestId('sign-in-card');
const done = (page: Page) => page.getByRole('heading', { name: heading, exact: true });
/** Sends the card's form off. */
const send = (page: Page) =>
  card(page).getByRole('button', { name: text.common.signIn, exact: true }).click();

test('by the browser, approved on the provider’s page', async ({
  app,
  openid,
  addCorp,
  personsPage,
}) => {
  const { page } = app;
  await addCorp('public', { flow: 'browser' });
  await start(page);
  await expect(card(page).getByText(text.signIn.goOn)).toBeVisible();
  await expect(card(page).getByText(new URL(openid.issuer).host)).toBeVisible();
  const tab = await personsPage();
  await tab.getByRole('button', { name: 'Approve', exact: true }).click();
  await expect(tab.getByText(/close this/i)).toBeVisible();
  await expect(done(page)).toBeVisible();
  expect(app.complaints).toEqual([]);
});

test('by a code that is typed in on another device', async ({ app, openid, addCorp, browser }) => {
  const { page } = app;
  await addCorp('basic', { flow: 'device' });
  await start(page);
  const code = page.getByTestId('user-code');
  await expect(code).toHaveText(/^[A-Z]{4}-[A-Z]{4}$/);
  await expect(card(page).getByText(new URL(openid.issuer).host)).toBeVisible();
  await expect(card(page).getByRole('status')).toHaveText(/^The code is \w[ ,]/);

  const elsewhere = await browser.newPage();
  await elsewhere.goto(`${openid.issuer}/device`);
  await elsewhere.getByRole('textbox').fill((await code.textContent()) ?? '');
  await elsewhere.getByRole('button', { name: 'Continue', exact: true }).click();
  await expect(elsewhere.getByText((await code.textContent()) ?? '?')).toBeVisible();
  await elsewhere.getByRole('button', { name: 'Continue', exact: true }).click();
  await elsewhere.getByRole('button', { name: 'Approve', exact: true }).click();
  await expect(elsewhere.getByText('The device is connected.')).toBeVisible();
  await elsewhere.context().close();
  await expect(done(page)).toBeVisible();
  expect(app.complaints).toEqual([]);
});

test('denied: says so, and the next attempt works', async ({ app, addCorp, personsPage }) => {
  const { page } = app;
  await addCorp('public', { flow: 'browser' });
  await start(page);
  const tab = await personsPage();
  await tab.getByRole('button', { name: 'Deny', exact: true }).click();
  const alert = page.getByRole('alert');
  await expect(alert).toContainText(text.signIn.ended.sign_in_denied?.message ?? '?');
  await expect(alert).not.toContainText('Identity Center');
  await alert.getByRole('button', { name: text.failure.signIn, exact: true }).click();
  const next = await personsPage();
  await next.getByRole('button', { name: 'Approve', exact: true }).click();
  await expect(done(page)).toBeVisible();
});

test('cancelled: nothing has changed, and a late approval leads nowhere', async ({
  app,
  openid,
  addCorp,
  personsPage,
}) => {
  const { page } = app;
  await addCorp('public', { flow: 'browser' });
  await start(page);
  const tab = await personsPage();
  await card(page).getByRole('button', { name: text.common.cancel, exact: true }).click();
  await expect(card(page)).toBeHidden();
  await tab
    .getByRole('button', { name: 'Approve', exact: true })
    .click()
    .catch(() => undefined);
  await expect(page.getByRole('button', { name: signIn, exact: true }).first()).toBeVisible();
  expect((await app.state()).connections[0]?.session.state).toBe('signed_out');
  expect(openid.count('token')).toBe(0);
});

test('by a one-time password, in its two steps', async ({ app, openid, addCorp }) => {
  const { page } = app;
  await addCorp('basic', { grant: 'sms-otp' });
  await start(page);
  const name = card(page).getByLabel(text.signIn.fields.username);
  await expect(name).toBeFocused();
  await name.fill('alice');
  await page.keyboard.press('Enter');

  // The second step says what to look for, and begins in its field.
  await expect(card(page)).toContainText('phone of alice');
  const otp = card(page).getByLabel(text.signIn.fields.otp);
  await expect(otp).toBeFocused();
  await expect(otp).toHaveAttribute('autocomplete', 'one-time-code');
  const code = openid.outbox.at(-1)?.code ?? '';
  await otp.fill(code);
  expect(JSON.stringify(await app.state())).not.toContain(code);
  await page.keyboard.press('Enter');
  await expect(done(page)).toBeVisible();
  expect(JSON.stringify(await app.state())).not.toContain(code);
  expect(app.complaints).toEqual([]);
});

test('a wrong code ends it with a reason; the next attempt gets another code', async ({
  app,
  openid,
  addCorp,
}) => {
  const { page } = app;
  await addCorp('basic', { grant: 'smtp-otp', username: 'alice' });
  await start(page);
  const otp = card(page).getByLabel(text.signIn.fields.otp);
  await otp.fill('000000');
  await send(page);
  const alert = page.getByRole('alert');
  await expect(alert).toBeVisible();
  await expect(alert).toContainText('does not accept this one-time password');
  expect((await app.state()).connections[0]?.session.state).toBe('signed_out');

  await alert.getByRole('button', { name: text.failure.signIn, exact: true }).click();
  await expect(otp).toHaveValue('');
  expect(openid.outbox).toHaveLength(2);
  await otp.fill(openid.outbox.at(-1)?.code ?? '');
  await send(page);
  await expect(done(page)).toBeVisible();
});

test('a wrong password: says so, asks again, and keeps neither', async ({ app, addCorp }) => {
  const { page } = app;
  await addCorp('basic', { grant: 'password', passwordAllowed: true, username: 'alice' });
  await start(page);
  const password = card(page).getByLabel(text.signIn.fields.password);
  await password.fill('not-wonderland');
  await send(page);
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('does not accept this user name and password');
  expect(JSON.stringify(await app.state())).not.toContain('not-wonderland');
  expect(await page.content()).not.toContain('not-wonderland');

  await alert.getByRole('button', { name: text.failure.signIn, exact: true }).click();
  await expect(password).toHaveValue('');
  await password.fill('wonderland');
  await send(page);
  await expect(done(page)).toBeVisible();
});

test('by password where it was never allowed: warns, and asks for that first', async ({
  app,
  openid,
  addCorp,
}) => {
  const { page } = app;
  await addCorp('basic', { grant: 'password', username: 'alice' });
  await start(page);
  await expect(page.getByText(text.connect.oidc.passwordWhy)).toBeVisible();
  expect(openid.count('token')).toBe(0);
  await page.getByRole('button', { name: text.signIn.allowPassword, exact: true }).click();
  await card(page).getByLabel(text.signIn.fields.password).fill('wonderland');
  await send(page);
  await expect(done(page)).toBeVisible();
  expect((await app.state()).connections[0]?.settings).toMatchObject({ passwordAllowed: true });
});

test('a form that is cancelled is over, and starts anew empty', async ({ app, addCorp }) => {
  const { page } = app;
  await addCorp('basic', { grant: 'password', passwordAllowed: true });
  await start(page);
  const name = card(page).getByLabel(text.signIn.fields.username);
  await name.fill('alice');
  await card(page).getByRole('button', { name: text.common.cancel, exact: true }).click();
  await expect(card(page)).toBeHidden();
  await start(page);
  await expect(name).toHaveValue('');
  await expect(
    card(page).getByRole('button', { name: text.common.signIn, exact: true }),
  ).toBeDisabled();
});

test('while the provider is down: says what to do, and works once it is back', async ({
  app,
  openid,
  addCorp,
}) => {
  const { page } = app;
  await addCorp('public', { flow: 'device' });
  await openid.down();
  await start(page);
  const alert = page.getByRole('alert');
  await expect(alert).toBeVisible({ timeout: 20_000 });
  await expect(alert).toContainText(/reach/);
  await openid.up();
  await alert.getByRole('button').first().click();
  await expect(page.getByTestId('user-code')).toHaveText(/^[A-Z]{4}-/);
});

test('where the provider knows no codes none is offered, and asking for one says so and leads back', async ({
  app,
  openid,
  addCorp,
  personsPage,
}) => {
  const { page } = app;
  openid.hostile({
    endpoint: 'discovery',
    members: { device_authorization_endpoint: undefined },
  });
  await addCorp('public', { flow: 'browser' });
  await start(page);
  await personsPage();
  await expect(
    card(page).getByRole('button', { name: text.signIn.copyLink, exact: true }),
  ).toBeEnabled();
  await expect(
    card(page).getByRole('button', { name: text.signIn.useCode, exact: true }),
  ).toBeHidden();

  await card(page).getByRole('button', { name: text.common.cancel, exact: true }).click();
  await app.call('connection.update', { connection: 'corp', flow: 'device' });
  await start(page);
  const alert = page.getByRole('alert');
  await expect(alert).toContainText(/code/);
  await expect(alert).not.toContainText(/metadata|`/);
  await app.call('connection.update', { connection: 'corp', flow: 'browser' });
  await alert.getByRole('button', { name: text.failure.signIn, exact: true }).click();
  await (await personsPage()).getByRole('button', { name: 'Approve' }).click();
  await expect(done(page)).toBeVisible();
});
