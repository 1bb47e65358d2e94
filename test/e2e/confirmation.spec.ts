import { text } from '../../renderer/text.ts';
import { exchange } from '../support/helper-process.ts';
import { expect, rows, test } from './fixtures.ts';
import type { Host } from './hosts/host.ts';
import { goTo, openMenu, putAway } from './steps.ts';

/** A local program asks for an account that must be asked about. */

interface Answer {
  readonly status: number;
  readonly body: string;
}

let account: string;

test.beforeEach(async ({ app, signIn }) => {
  account = (await signIn())[0]?.id ?? '?';
  await openMenu(rows(app.page).first());
  await app.page.getByRole('menuitem', { name: text.accounts.askBeforeUse, exact: true }).click();
  await app.page
    .getByRole('menuitemradio', { name: text.accounts.policies.always, exact: true })
    .click();
  await expect.poll(async () => (await app.state()).confirm[account]).toBe('always');
});

function ask(app: Host): Promise<Answer> {
  const path = `/v1/aws/credentials?account=${encodeURIComponent(account)}`;
  return exchange(app.socket, 'GET', path);
}

test('yes: it gets its credentials, this once', async ({ app }) => {
  const { page } = app;
  const asked = ask(app);
  const dialog = page.getByRole('alertdialog');
  await expect(dialog).toBeVisible();
  // The safe answer has the focus, so that Enter in passing allows nothing.
  await expect(
    dialog.getByRole('button', { name: text.confirmation.deny, exact: true }),
  ).toBeFocused();
  await dialog.getByRole('button', { name: text.confirmation.allowOnce, exact: true }).click();
  expect((await asked).status).toBe(200);
  await expect(dialog).toBeHidden();

  const again = ask(app);
  await expect(dialog).toBeVisible();
  await dialog.getByRole('button', { name: text.confirmation.deny, exact: true }).click();
  await expect(dialog).toBeHidden();
  expect((await again).status).toBe(403);
});

test('no, by button or by Esc: it is refused, and stands in the activity', async ({ app }) => {
  const { page } = app;
  const asked = ask(app);
  const dialog = page.getByRole('alertdialog');
  await expect(dialog).toContainText(text.confirmation.ifUnknown);
  // It goes long before its minute is over, which would be a no, too.
  await putAway(dialog);
  const { status, body } = await asked;
  expect(status).toBe(403);
  expect(JSON.parse(body)).toMatchObject({ code: 'refused' });

  await goTo(page, 'activity');
  await expect(page.getByText(text.activity.outcomes.refused ?? '?').first()).toBeVisible();
});

test('no answer within the minute is a no', async ({ app }) => {
  test.slow();
  const asked = ask(app);
  const dialog = app.page.getByRole('alertdialog');
  await expect(dialog).toContainText(text.confirmation.noAnswer);
  await app.pass(60_000);
  expect((await asked).status).toBe(403);
  await expect(dialog).toBeHidden();
});

test.describe('a program that would have one asked less often', () => {
  test('needs a yes for that; a no leaves it as it was', async ({ app }) => {
    const { page } = app;
    const wish = app.call('account.confirm', { account, policy: 'never' }).then(
      () => 'done',
      ({ code }: { code: string }) => code,
    );
    const dialog = page.getByRole('alertdialog');
    await expect(dialog).toContainText(text.confirmation.policyWhy.never);
    await expect(dialog).toContainText(text.confirmation.policyIfUnknown);
    await expect(
      dialog.getByRole('button', { name: text.confirmation.deny, exact: true }),
    ).toBeFocused();
    // Enter on the safe answer, with the keyboard alone.
    await page.keyboard.press('Enter');
    await expect(dialog).toBeHidden();
    expect(await wish).toBe('refused');
    expect((await app.state()).confirm[account]).toBe('always');

    const again = app.call('account.confirm', { account, policy: 'first' });
    await expect(dialog).toContainText(text.confirmation.policyWhy.first);
    await dialog.getByRole('button', { name: text.confirmation.allow, exact: true }).click();
    await again;
    expect((await app.state()).confirm[account]).toBe('first');
  });
});
