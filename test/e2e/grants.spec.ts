import { text } from '../../renderer/text.ts';
import { expect, test } from './fixtures.ts';
import { goTo, tabTo } from './steps.ts';

/** Who may ask the endpoint on 127.0.0.1 is seen in the settings, and ended there. */

interface Made {
  readonly token: string;
  readonly url: string;
}

async function askFor(path: string, { url, token }: Made): Promise<number> {
  const { status } = await fetch(`${url}${path}`, { headers: { authorization: token } });
  return status;
}

test('a grant is listed with what it opens, and its client gets nothing once it is revoked', async ({
  app,
  signIn,
}) => {
  const { page } = app;
  const [first, second] = await signIn();
  const accounts = [first?.id ?? '?'];
  const terraform = await app.call('grant.create', { label: 'terraform', accounts });
  const ide = await app.call('grant.create', { label: 'the IDE', lifetimeSeconds: 3600 });
  await goTo(page, 'settings');
  const lines = page
    .getByRole('list', { name: text.grants.title, exact: true })
    .getByRole('listitem');
  await expect(lines).toHaveCount(2);
  await expect(lines.filter({ hasText: 'terraform' })).toContainText(first?.path ?? '?');
  await expect(lines.filter({ hasText: 'terraform' })).toContainText(text.grants.unused);
  await expect(lines.filter({ hasText: 'the IDE' })).toContainText(text.grants.every);

  const own = '/v1/aws/container';
  expect(await askFor(own, terraform)).toBe(200);
  const other = `${own}?account=${encodeURIComponent(second?.id ?? '?')}`;
  expect(await askFor(other, terraform)).toBe(403);
  expect(await askFor(other, ide)).toBe(200);
  await expect(lines.filter({ hasText: 'terraform' })).not.toContainText(text.grants.unused);

  await page.getByRole('button', { name: text.grants.revokeOf('terraform'), exact: true }).click();
  await expect(lines).toHaveCount(1);
  expect(await askFor(own, terraform)).toBe(401);
  expect(await askFor(other, ide)).toBe(200);

  // The window never had a token: there is none in what it shows nor in what it knows.
  const seen = await page.evaluate(async () => {
    const state = await window.keyfob.state({});
    return JSON.stringify(state) + document.documentElement.outerHTML;
  });
  for (const { token } of [terraform, ide]) expect(seen).not.toContain(token.slice(7));
  expect(app.complaints).toEqual([]);
});

test('grants are revoked with the keyboard alone, which stays among them', async ({
  app,
  addAcme,
}) => {
  const { page } = app;
  await addAcme('device');
  for (const label of ['one', 'two']) await app.call('grant.create', { label });
  await page.keyboard.press('Control+,');
  await expect(page.getByRole('heading', { name: text.grants.title, exact: true })).toBeVisible();
  await tabTo(page, text.grants.revokeOf('one'));
  await page.keyboard.press('Enter');
  await expect(
    page.getByRole('button', { name: text.grants.revokeOf('two'), exact: true }),
  ).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByText(text.grants.none)).toBeVisible();
  await expect(page.getByRole('heading', { name: text.settings.title, exact: true })).toBeFocused();
  expect((await app.state()).grants).toEqual([]);
});

test('the activity tells who asked by which grant, and what a stranger tried', async ({
  app,
  signIn,
}) => {
  const { page } = app;
  const [first] = await signIn();
  const made = await app.call('grant.create', { label: 'terraform', accounts: [first?.id ?? '?'] });
  expect(await askFor('/v1/aws/container', made)).toBe(200);
  expect(await askFor('/v1/status', { ...made, token: `${made.token.slice(0, -1)}!` })).toBe(401);
  await page.evaluate((id) => window.keyfob['grant.revoke']({ id }), made.grant.id);
  await goTo(page, 'activity');
  const entries = page
    .getByRole('main', { name: text.activity.title, exact: true })
    .getByRole('listitem');
  const { byGrant, by, byStranger, what, failedWhat, outcomes, window: own } = text.activity;
  const revoked = entries.filter({ hasText: what['grant-revoke'] });
  await expect(revoked).toContainText(`terraform`);
  await expect(revoked).toContainText(by(own));
  await expect(entries.filter({ hasText: byGrant('terraform') })).toContainText(first?.path ?? '?');
  await expect(entries.filter({ hasText: what['grant-create'] })).toContainText('terraform');
  const stranger = entries.filter({ hasText: failedWhat['grant-refused'] });
  await expect(stranger).toContainText(byStranger('a local program'));
  await expect(stranger).toContainText(outcomes.grant_invalid ?? '?');
  await page.getByRole('radio', { name: text.activity.problems, exact: true }).click();
  await expect(entries).toHaveCount(1);
});
