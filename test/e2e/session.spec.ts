import { text } from '../../renderer/text.ts';
import { expect, rows, test } from './fixtures.ts';
import { signedInTo, startSignIn, userCode } from './steps.ts';

/** A session over time: it renews itself, it ends, the provider goes away and comes back. */

test('a session is renewed before it ends, and nobody notices', async ({
  app,
  simulator,
  signIn,
}) => {
  test.slow();
  simulator.switches.lifetimes.accessSeconds = 60;
  await signIn();
  const asked = () => simulator.journal.count('CreateToken');
  const before = asked();
  // Tokens of a minute are renewed when half of it is over.
  await app.pass(31_000);
  await expect.poll(asked).toBe(before + 1);
  await app.pass(31_000);
  await expect.poll(asked).toBe(before + 2);
  await expect(app.page.getByText(text.session.signedIn, { exact: true }).first()).toBeVisible();
  await expect(app.page.getByRole('alert')).toHaveCount(0);
  const { error, state } = (await app.state()).connections[0]?.session ?? {};
  expect({ error, state }).toEqual({ error: undefined, state: 'signed_in' });
});

test('one that cannot renew itself warns, ends, and is taken up again with one press', async ({
  app,
  simulator,
  signIn,
}) => {
  test.slow();
  const { page } = app;
  simulator.switches.lifetimes.accessSeconds = 120;
  // The client is not known for longer, and without it no refresh token serves.
  simulator.switches.lifetimes.registrationSeconds = 60;
  await signIn();
  await app.pass(61_000);
  await expect(page.getByText(/^expires in \d/).first()).toBeVisible();
  await expect(
    page.getByRole('button', { name: text.common.signInTo('acme'), exact: true }).first(),
  ).toBeVisible();
  if (app.notices !== undefined) await expect.poll(() => app.notices).toContain('expiring');

  await app.pass(61_000);
  await expect(page.getByText(text.session.signedOut).first()).toBeVisible();
  simulator.switches.lifetimes.registrationSeconds = 1_000;
  await startSignIn(page, 'acme');
  expect(simulator.approve(await userCode(page))).toBe(1);
  await expect(signedInTo(page, 'acme')).toBeVisible();
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
  await expect(alert).toContainText(/connection/);
  await expect(rows(page)).toHaveCount(8);

  simulator.switches.down = [];
  // Right after a failure the helper spares the provider, and says the same again.
  await expect(async () => {
    const again = alert.getByRole('button', { name: text.failure.tryAgain, exact: true });
    if (await again.isVisible()) await again.click({ timeout: 5_000 });
    expect(await app.clipboard()).toContain('AWS_ACCESS_KEY_ID');
  }).toPass();
  await expect(alert).toHaveCount(0);
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
