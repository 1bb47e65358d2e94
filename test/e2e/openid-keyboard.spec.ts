import { text } from '../../renderer/text.ts';
import { expect, rows, test } from './fixtures.ts';
import { runCommand, signInCard, startSignIn, tabTo } from './steps.ts';

/** A connection to an OpenID provider, its form and its token without a pointer. */

const words = text.connect.oidc;

test('a provider is added, a form filled in and a token copied with the keyboard alone', async ({
  app,
  openid,
}) => {
  const { page } = app;
  const { keyboard } = page;
  const { clientId, clientSecret = '' } = openid.client('basic');
  await tabTo(page, text.connect.address);
  await keyboard.type(openid.issuer);
  await expect(page.getByText(/^OpenID provider;/)).toBeVisible();
  await tabTo(page, text.connect.name);
  await keyboard.press('Control+a');
  await keyboard.type('corp');
  await tabTo(page, words.clientId);
  await keyboard.type(clientId);
  await tabTo(page, text.common.moreOptions);
  await keyboard.press('Enter');
  await tabTo(page, words.clientSecret);
  await keyboard.type(clientSecret);
  await tabTo(page, words.grant);
  // A list takes the first letter of a choice.
  await keyboard.press('u');
  await expect(page.getByLabel(words.grant, { exact: true })).toHaveValue('password');
  await tabTo(page, words.passwordAllow);
  await keyboard.press('Space');
  await expect(page.getByRole('switch', { name: words.passwordAllow, exact: true })).toBeChecked();
  await tabTo(page, text.connect.addAndSignIn);
  await keyboard.press('Enter');

  // The focus waits in the first field; Enter sends the form.
  await expect(page.getByLabel(text.signIn.fields.username, { exact: true })).toBeFocused();
  await keyboard.type('alice');
  await keyboard.press('Tab');
  await keyboard.type('wonderland');
  await keyboard.press('Enter');
  await expect(page.getByRole('button', { name: text.signIn.useAndGo, exact: true })).toBeVisible();
  await tabTo(page, text.signIn.useAndGo);
  await keyboard.press('Enter');
  await expect(rows(page)).toHaveCount(1);

  await runCommand(page, text.accounts.copyToken);
  await expect.poll(async () => (await app.clipboard()).length).toBeGreaterThan(20);
  expect(app.complaints).toEqual([]);
});

test('Esc leaves a form as it is, and it is found again', async ({ app, addCorp }) => {
  const { page } = app;
  await addCorp('basic', { grant: 'sms-otp' });
  await startSignIn(page, 'corp');
  await expect(page.getByLabel(text.signIn.fields.username, { exact: true })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(signInCard(page)).toBeHidden();
  await expect(page.getByText(text.accounts.signInUnderWay).first()).toBeVisible();
  await tabTo(page, text.accounts.show);
  await page.keyboard.press('Enter');
  await expect(page.getByLabel(text.signIn.fields.username, { exact: true })).toBeFocused();
});
