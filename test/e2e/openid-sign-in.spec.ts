import { text } from '../../renderer/text.ts';
import { expect, test } from './fixtures.ts';
import { decide, sendForm, signedInTo, signInCard, startSignIn, userCode } from './steps.ts';

/** Signing in to an OpenID provider, in every way that a person has a part in. */

test('by the browser, approved on the provider’s page', async ({
  app,
  openid,
  addCorp,
  personsPage,
}) => {
  const { page } = app;
  await addCorp('public', { flow: 'browser' });
  await startSignIn(page, 'corp');
  await expect(signInCard(page).getByText(text.signIn.goOn)).toBeVisible();
  await expect(signInCard(page).getByText(new URL(openid.issuer).host)).toBeVisible();
  const tab = await personsPage();
  await decide(tab, 'Approve');
  await expect(tab.getByText(/close this/i)).toBeVisible();
  await expect(signedInTo(page, 'corp')).toBeVisible();
  expect(app.complaints).toEqual([]);
});

test('by a code that is typed in on another device', async ({
  app,
  openid,
  addCorp,
  elsewhere,
}) => {
  const { page } = app;
  await addCorp('basic', { flow: 'device' });
  await startSignIn(page, 'corp');
  const code = await userCode(page);
  await expect(signInCard(page).getByText(new URL(openid.issuer).host)).toBeVisible();
  await expect(signInCard(page).getByRole('status')).toHaveText(/^The code is \w[ ,]/);

  await elsewhere.goto(`${openid.issuer}/device`);
  await elsewhere.getByRole('textbox').fill(code);
  await elsewhere.getByRole('button', { name: 'Continue', exact: true }).click();
  await expect(elsewhere.getByText(code)).toBeVisible();
  await elsewhere.getByRole('button', { name: 'Continue', exact: true }).click();
  await decide(elsewhere, 'Approve');
  await expect(elsewhere.getByText('The device is connected.')).toBeVisible();
  await expect(signedInTo(page, 'corp')).toBeVisible();
  expect(app.complaints).toEqual([]);
});

test('denied: says so, and the next attempt works', async ({ app, addCorp, personsPage }) => {
  const { page } = app;
  await addCorp('public', { flow: 'browser' });
  await startSignIn(page, 'corp');
  const tab = await personsPage();
  await decide(tab, 'Deny');
  const alert = page.getByRole('alert');
  await expect(alert).toContainText(text.signIn.ended.sign_in_denied?.message ?? '?');
  await expect(alert).not.toContainText('Identity Center');
  await alert.getByRole('button', { name: text.failure.signIn, exact: true }).click();
  const next = await personsPage();
  await decide(next, 'Approve');
  await expect(signedInTo(page, 'corp')).toBeVisible();
});

test('cancelled: nothing has changed, and a late approval leads nowhere', async ({
  app,
  openid,
  addCorp,
  personsPage,
}) => {
  const { page } = app;
  await addCorp('public', { flow: 'browser' });
  await startSignIn(page, 'corp');
  const tab = await personsPage();
  await signInCard(page).getByRole('button', { name: text.common.cancel, exact: true }).click();
  await expect(signInCard(page)).toBeHidden();
  const back = tab.waitForEvent('requestfailed', (request) =>
    new URL(request.url()).searchParams.has('code'),
  );
  await decide(tab, 'Approve');
  // Nobody listens any more where the provider leads back to.
  await back;
  expect((await app.state()).connections[0]?.session.state).toBe('signed_out');
  expect(openid.count('token')).toBe(0);
  await expect(
    page.getByRole('button', { name: text.common.signInTo('corp'), exact: true }).first(),
  ).toBeVisible();
});

test('by a one-time password, in its two steps', async ({ app, openid, addCorp }) => {
  const { page } = app;
  await addCorp('basic', { grant: 'sms-otp' });
  await startSignIn(page, 'corp');
  const name = signInCard(page).getByLabel(text.signIn.fields.username, { exact: true });
  await expect(name).toBeFocused();
  await name.fill('alice');
  await page.keyboard.press('Enter');

  // The second step says what to look for, and begins in its field.
  await expect(signInCard(page)).toContainText('phone of alice');
  const otp = signInCard(page).getByLabel(text.signIn.fields.otp, { exact: true });
  await expect(otp).toBeFocused();
  await expect(otp).toHaveAttribute('autocomplete', 'one-time-code');
  const code = openid.outbox.at(-1)?.code ?? '';
  await otp.fill(code);
  expect(JSON.stringify(await app.state())).not.toContain(code);
  await page.keyboard.press('Enter');
  await expect(signedInTo(page, 'corp')).toBeVisible();
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
  await startSignIn(page, 'corp');
  const otp = signInCard(page).getByLabel(text.signIn.fields.otp, { exact: true });
  await otp.fill('000000');
  await sendForm(page);
  const alert = page.getByRole('alert');
  await expect(alert).toBeVisible();
  await expect(alert).toContainText('does not accept this one-time password');
  expect((await app.state()).connections[0]?.session.state).toBe('signed_out');

  await alert.getByRole('button', { name: text.failure.signIn, exact: true }).click();
  await expect(otp).toHaveValue('');
  expect(openid.outbox).toHaveLength(2);
  await otp.fill(openid.outbox.at(-1)?.code ?? '');
  await sendForm(page);
  await expect(signedInTo(page, 'corp')).toBeVisible();
});

test('a wrong password: says so, asks again, and keeps neither', async ({ app, addCorp }) => {
  const { page } = app;
  await addCorp('basic', { grant: 'password', passwordAllowed: true, username: 'alice' });
  await startSignIn(page, 'corp');
  const password = signInCard(page).getByLabel(text.signIn.fields.password, { exact: true });
  await password.fill('not-wonderland');
  await sendForm(page);
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('does not accept this user name and password');
  expect(JSON.stringify(await app.state())).not.toContain('not-wonderland');
  expect(await page.content()).not.toContain('not-wonderland');

  await alert.getByRole('button', { name: text.failure.signIn, exact: true }).click();
  await expect(password).toHaveValue('');
  await password.fill('wonderland');
  await sendForm(page);
  await expect(signedInTo(page, 'corp')).toBeVisible();
});

test('by password where it was never allowed: warns, and asks for that first', async ({
  app,
  openid,
  addCorp,
}) => {
  const { page } = app;
  await addCorp('basic', { grant: 'password', username: 'alice' });
  await startSignIn(page, 'corp');
  await expect(page.getByText(text.connect.oidc.passwordWhy)).toBeVisible();
  expect(openid.count('token')).toBe(0);
  await page.getByRole('button', { name: text.signIn.allowPassword, exact: true }).click();
  await signInCard(page)
    .getByLabel(text.signIn.fields.password, { exact: true })
    .fill('wonderland');
  await sendForm(page);
  await expect(signedInTo(page, 'corp')).toBeVisible();
  expect((await app.state()).connections[0]?.settings).toMatchObject({ passwordAllowed: true });
});

test('a form that is cancelled is over, and starts anew empty', async ({ app, addCorp }) => {
  const { page } = app;
  await addCorp('basic', { grant: 'password', passwordAllowed: true });
  await startSignIn(page, 'corp');
  const name = signInCard(page).getByLabel(text.signIn.fields.username, { exact: true });
  await name.fill('alice');
  await signInCard(page).getByRole('button', { name: text.common.cancel, exact: true }).click();
  await expect(signInCard(page)).toBeHidden();
  await startSignIn(page, 'corp');
  await expect(name).toHaveValue('');
  await expect(
    signInCard(page).getByRole('button', { name: text.common.signIn, exact: true }),
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
  await startSignIn(page, 'corp');
  const alert = page.getByRole('alert');
  await expect(alert).toBeVisible();
  await expect(alert).toContainText(/reach/);
  await openid.up();
  await alert.getByRole('button').first().click();
  await userCode(page);
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
  await startSignIn(page, 'corp');
  await personsPage();
  await expect(
    signInCard(page).getByRole('button', { name: text.signIn.copyLink, exact: true }),
  ).toBeEnabled();
  await expect(
    signInCard(page).getByRole('button', { name: text.signIn.useCode, exact: true }),
  ).toBeHidden();

  await signInCard(page).getByRole('button', { name: text.common.cancel, exact: true }).click();
  await expect(signInCard(page)).toBeHidden();
  await app.call('connection.update', { connection: 'corp', flow: 'device' });
  await startSignIn(page, 'corp');
  const alert = page.getByRole('alert');
  await expect(alert).toContainText(/code/);
  await expect(alert).not.toContainText(/metadata|`/);
  await app.call('connection.update', { connection: 'corp', flow: 'browser' });
  await alert.getByRole('button', { name: text.failure.signIn, exact: true }).click();
  await decide(await personsPage(), 'Approve');
  await expect(signedInTo(page, 'corp')).toBeVisible();
});
