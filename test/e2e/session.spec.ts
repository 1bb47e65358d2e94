import { text } from '../../renderer/text.ts';
import { expect, rows, test } from './fixtures.ts';

/** A session over time: it renews itself, it ends, the provider goes away and comes back. */

test('a session is renewed before it ends, and nobody notices', async ({
  app,
  simulator,
  signIn,
}) => {
  simulator.switches.lifetimes.accessSeconds = 3;
  await signIn();
  const first = (await app.state()).connections[0]?.session.expiresAt ?? '';
  await expect
    .poll(async () => (await app.state()).connections[0]?.session.expiresAt ?? '')
    .not.toBe(first);
  await expect(app.page.getByText(text.session.signedIn, { exact: true }).first()).toBeVisible();
  await expect(app.page.getByRole('alert')).toHaveCount(0);
});

test('one that cannot renew itself warns, ends, and is taken up again with one press', async ({
  app,
  simulator,
  signIn,
}) => {
  const { page } = app;
  simulator.switches.lifetimes.accessSeconds = 6;
  // The client is not known for longer, and without it no refresh token serves.
  simulator.switches.lifetimes.registrationSeconds = 2;
  await signIn();
  await expect(page.getByText(/^expires in \d/).first()).toBeVisible();
  const again = page.getByRole('button', { name: text.common.signInTo('acme'), exact: true });
  await expect(again.first()).toBeVisible();
  if (app.notices !== undefined) await expect.poll(() => app.notices).toContain('expiring');

  await expect(page.getByText(text.session.signedOut).first()).toBeVisible();
  simulator.switches.lifetimes.registrationSeconds = 1_000;
  await page
    .getByRole('button', { name: text.common.signInTo('acme'), exact: true })
    .first()
    .click();
  await expect(page.getByTestId('user-code')).toBeVisible();
  simulator.approve();
  await expect(
    page.getByRole('heading', { name: text.signIn.doneTitle('acme'), exact: true }),
  ).toBeVisible();
});

test('offline: what is known stays, what fails says why, and it works again at once', async ({
  app,
  simulator,
  signIn,
}) => {
  const { page } = app;
  await signIn();
  simulator.switches.down = ['oidc', 'portal', 'sts'];
  await rows(page).first().click();
  await page.getByRole('button', { name: text.accounts.copyEnvironment, exact: true }).click();
  const alert = page.getByRole('alert');
  await expect(alert).toContainText(/connection/, { timeout: 20_000 });
  await expect(rows(page)).toHaveCount(8);

  simulator.switches.down = [];
  // Right after a failure the helper spares the provider, and says the same again.
  await expect(async () => {
    // A try that takes longer than a second may have worked meanwhile.
    const again = alert.getByRole('button', { name: text.failure.tryAgain, exact: true });
    if ((await alert.count()) > 0) await again.click({ timeout: 500 });
    await expect(alert).toHaveCount(0, { timeout: 1_000 });
  }).toPass();
  await expect.poll(() => app.clipboard()).toContain('AWS_ACCESS_KEY_ID');
});

test('an administrator ends the session: a sign-in is asked for', async ({
  app,
  simulator,
  signIn,
}) => {
  const { page } = app;
  await signIn();
  simulator.endSessions();
  await rows(page).first().click();
  await page.getByRole('button', { name: text.accounts.copyEnvironment, exact: true }).click();
  await expect(page.getByText(text.session.signedOut).first()).toBeVisible();
  await expect(
    page.getByRole('button', { name: text.common.signInTo('acme'), exact: true }).first(),
  ).toBeVisible();
});
