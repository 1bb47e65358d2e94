import { text } from '../../renderer/text.ts';
import { expect, rows } from './fixtures.ts';
import { goTo, putAway, startSignIn } from './steps.ts';
import type { Look, TourStage } from './tours.ts';

/** What connections to OpenID providers bring to the window. */

const words = text.connect.oidc;

export const openidTours: Readonly<
  Record<string, (stage: TourStage, look: Look) => Promise<void>>
> = {
  async 'adding an OpenID provider'({ app, openid }, look) {
    const { page } = app;
    const address = page.getByLabel(text.connect.address, { exact: true });
    await address.fill(`${openid.issuer}/realms/none`);
    await expect(address).toHaveAttribute('aria-invalid', 'true');
    await look({ name: 'openid-not-found' });
    await address.fill(openid.issuer);
    await expect(page.getByText(/^OpenID provider;/)).toBeVisible();
    await page.getByRole('textbox', { name: text.connect.name, exact: true }).fill('corp');
    await look({ name: 'openid-found' });
    await page.getByRole('button', { name: text.common.moreOptions, exact: true }).click();
    await page.getByLabel(words.grant, { exact: true }).scrollIntoViewIfNeeded();
    await look({ name: 'openid-more-options' });
    await page.getByLabel(words.clientId, { exact: true }).fill('keyfob-basic');
    await page
      .getByLabel(words.grant, { exact: true })
      .selectOption({ label: words.grants.password });
    await page
      .getByRole('switch', { name: words.passwordAllow, exact: true })
      .scrollIntoViewIfNeeded();
    await look({ name: 'openid-password-warning' });
  },

  async 'signing in by a form'({ app, addCorp }, look) {
    const { page } = app;
    await addCorp('basic', { grant: 'password' });
    await startSignIn(page, 'corp');
    await expect(page.getByText(words.passwordWhy)).toBeVisible();
    await look({ name: 'form-not-allowed' });
    await page.getByRole('button', { name: text.signIn.allowPassword, exact: true }).click();
    const password = page.getByLabel(text.signIn.fields.password, { exact: true });
    await expect(password).toBeVisible();
    await look({ name: 'form' });
    await page.getByLabel(text.signIn.fields.username, { exact: true }).fill('alice');
    await password.fill('not-wonderland');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alert')).toBeVisible();
    await look({ name: 'form-refused' });
    await app.call('connection.remove', { connection: 'corp' });
    await addCorp('basic', { grant: 'sms-otp', username: 'alice' });
    await page.reload();
    await startSignIn(page, 'corp');
    await expect(page.getByLabel(text.signIn.fields.otp, { exact: true })).toBeVisible();
    await look({ name: 'form-one-time-password' });
  },

  async tokens({ app, openid, addCorp, signIn }, look) {
    const { page } = app;
    await addCorp('public', { flow: 'browser' });
    await startSignIn(page, 'corp');
    await expect(page.getByText(text.signIn.goOn)).toBeVisible();
    await openid.approve(await app.openedUrl());
    await expect(
      page.getByRole('button', { name: text.signIn.useAndGo, exact: true }),
    ).toBeVisible();
    await look({ name: 'signed-in-first-token' });
    await page.getByRole('button', { name: text.signIn.useAndGo, exact: true }).click();
    await signIn();
    await expect(rows(page)).toHaveCount(9);
    await page.reload();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/corp.*access/);
    await look({ name: 'token' });
    await page
      .getByRole('button', { name: text.accounts.moreFor('corp/access'), exact: true })
      .first()
      .click();
    await expect(page.getByRole('menu')).toBeVisible();
    await look({ name: 'token-menu', inFront: true });
    await putAway(page.getByRole('menu'));
    await goTo(page, 'tools');
    await expect(page.getByRole('tab').first()).toBeVisible();
    await look({ name: 'tools-for-a-token' });
    await goTo(page, 'settings');
    await page
      .getByRole('heading', { name: text.settings.connections, exact: true })
      .locator('xpath=following::button[starts-with(., "corp")][1]')
      .click();
    await expect(page.getByRole('region', { name: text.claims.title, exact: true })).toBeVisible();
    await page
      .getByRole('region', { name: text.claims.title, exact: true })
      .scrollIntoViewIfNeeded();
    await look({ name: 'claims' });
  },
};
