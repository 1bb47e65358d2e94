import { text } from '../../renderer/text.ts';
import { type AwsCli, createAwsCli } from '../support/aws-cli.ts';
import { expect, rows, test } from './fixtures.ts';
import type { Host } from './hosts/host.ts';
import { hears, openMenu, pick, picker, pickerField, putAway, runCommand, tabTo } from './steps.ts';

/** Accounts of one's own making: a role assumed with another account's credentials. */

const words = text.addAccount;
const roleArn = 'arn:aws:iam::111111111112:role/Deploy';
let cli: AwsCli;

test.beforeAll(async () => {
  cli = await createAwsCli();
});
test.afterAll(() => cli.remove());

async function openView({ page }: Host): Promise<void> {
  await expect(rows(page).first()).toBeVisible();
  await runCommand(page, text.accounts.addAccountTo('acme'));
  await expect(page.getByRole('heading', { name: words.title('acme'), exact: true })).toBeVisible();
}

test('a role chain is made with the keyboard alone, and the AWS CLI gets it from the endpoint', async ({
  app,
  simulator,
  signIn,
}) => {
  const { page } = app;
  const { keyboard } = page;
  simulator.switches.trust = { Deploy: { externalId: '4711' } };
  const [source] = await signIn();
  await openView(app);
  await expect(page.getByLabel(words.name, { exact: true })).toBeFocused();
  await keyboard.type('deploy');
  await expect(page.getByText(words.nameHelp('acme/deploy'))).toBeVisible();
  const add = page.getByRole('button', { name: words.add, exact: true });
  await expect(add).toBeDisabled();

  await keyboard.press('Tab');
  await expect(picker(page, words.source)).toBeFocused();
  await keyboard.press('Enter');
  await pick(page, `${source?.accountId} ${source?.roleName}`);
  await expect(picker(page, words.source)).toContainText(source?.path ?? '?');
  await tabTo(page, words.roleArn);
  await keyboard.type(roleArn);
  await tabTo(page, text.common.moreOptions);
  await keyboard.press('Enter');
  await tabTo(page, words.externalId);
  await keyboard.type('4711');
  await tabTo(page, words.add);
  await hears(page, words.added('acme/deploy'), () => keyboard.press('Enter'));
  expect((await app.state()).accounts.find(({ id }) => id === 'acme/deploy')).toMatchObject({
    kind: 'aws-assumed-role',
    source: source?.id,
    externalId: '4711',
  });
  await page.getByRole('searchbox').fill('deploy');
  await expect(rows(page)).toHaveCount(1);
  await page.getByRole('searchbox').press('Enter');
  await expect.poll(async () => (await app.state()).active).toBe('acme/deploy');

  const { token, url } = await app.call('grant.create', { label: 'aws' });
  // Debian's AWS CLI is older than the variables that name endpoints.
  const sts = ['--endpoint-url', simulator.env().AWS_ENDPOINT_URL_STS, 'sts'];
  const { exitCode, stdout, stderr } = await cli.run([...sts, 'get-caller-identity'], {
    AWS_REGION: simulator.region,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/v1/aws/container`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: token,
  });
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toMatchObject({
    Account: '111111111112',
    Arn: expect.stringMatching(/:assumed-role\/Deploy\//),
  });
  expect(app.complaints).toEqual([]);
});

test('what is wrong is said in its place, and what was typed stays', async ({ app, signIn }) => {
  const { page } = app;
  const [source] = await signIn();
  await openView(app);
  await page.getByLabel(words.name, { exact: true }).fill('deploy');
  await picker(page, words.source).click();
  await pick(page, source?.path ?? '?');
  const arn = page.getByLabel(words.roleArn, { exact: true });
  await arn.fill('deploy');
  await page.getByRole('button', { name: words.add, exact: true }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(arn).toHaveValue('deploy');
  await arn.fill(roleArn);
  await expect(page.getByRole('alert')).toBeHidden();

  // A duration that can't be is said below it, even where the rest of the form is closed again.
  await page.getByRole('button', { name: text.common.moreOptions, exact: true }).click();
  const duration = page.getByLabel(words.duration, { exact: true });
  await duration.fill('an hour');
  await expect(page.getByText(words.durationHelp(900, 3_600))).toBeVisible();
  await page.getByRole('button', { name: text.common.moreOptions, exact: true }).click();
  await expect(page.getByText(words.durationWrong(900, 3_600))).toBeVisible();
  await expect(duration).toHaveValue('an hour');
  await expect(duration).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByRole('button', { name: words.add, exact: true })).toBeDisabled();
  await duration.fill('900');
  await expect(page.getByText(words.durationWrong(900, 3_600))).toBeHidden();
  await page.getByRole('button', { name: words.add, exact: true }).click();
  await expect.poll(async () => (await app.state()).accounts.length).toBe(9);

  // The same name again is refused, and Esc leaves it be.
  await openView(app);
  await page.getByLabel(words.name, { exact: true }).fill('deploy');
  await picker(page, words.source).click();
  await pick(page, source?.path ?? '?');
  await page.getByLabel(words.roleArn, { exact: true }).fill(roleArn);
  await page.getByRole('button', { name: words.add, exact: true }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByLabel(words.roleArn, { exact: true }).press('Escape');
  await expect(page.getByRole('searchbox')).toBeVisible();
  expect((await app.state()).accounts).toHaveLength(9);
});

test('it is removed after a question, and what it was made of stays', async ({ app, signIn }) => {
  const { page } = app;
  const [source] = await signIn();
  await app.call('account.add', {
    kind: 'aws-assumed-role',
    connection: 'acme',
    name: 'deploy',
    source: source?.id ?? '?',
    roleArn,
  });
  await page.getByRole('searchbox').fill('deploy');
  await expect(rows(page)).toHaveCount(1);
  await openMenu(rows(page).first());
  await page.getByRole('menuitem', { name: text.accounts.removeAccount, exact: true }).click();
  const dialog = page.getByRole('dialog', {
    name: text.accounts.removeAccountTitle('acme/deploy'),
    exact: true,
  });
  await expect(dialog).toBeVisible();
  await putAway(dialog);
  await openMenu(rows(page).first());
  await page.getByRole('menuitem', { name: text.accounts.removeAccount, exact: true }).click();
  await hears(page, text.accounts.removedAccount('acme/deploy'), () =>
    dialog.getByRole('button', { name: text.accounts.removeAccountYes, exact: true }).click(),
  );
  await expect.poll(async () => (await app.state()).accounts.length).toBe(8);
});

test('among 5,000 accounts the one that signs is found as one types', async ({
  app,
  simulator,
  signIn,
}) => {
  test.slow();
  const { page } = app;
  simulator.switches.accounts = 500;
  simulator.switches.rolesPerAccount = 10;
  const accounts = await signIn();
  const wanted = accounts[4_321];
  await openView(app);
  await picker(page, words.source).click();
  await pickerField(page);
  // Of so many a part is drawn.
  const options = page.getByRole('listbox').getByRole('option');
  await expect(options.first()).toBeVisible();
  expect(await options.count()).toBeLessThan(60);
  await pick(page, `${wanted?.accountId} ${wanted?.roleName}`);
  await expect(picker(page, words.source)).toContainText(wanted?.path ?? '?');
});
