import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from '../../renderer/text.ts';
import { type AwsCli, createAwsCli } from '../support/aws-cli.ts';
import { expect, rows, test } from './fixtures.ts';
import type { Host } from './hosts/host.ts';
import { runCommand, tabTo } from './steps.ts';

/** The accounts as profiles: what would be written is shown first, and nothing else is touched. */

const words = text.profiles;
const mine = `# mine, as it is
[profile other]
region=eu-north-1
  output = text

[sso-session   spaced]
sso_region = eu-west-1
`;

const fileOf = ({ home }: Host) => join(home, 'aws-config');
const read = (app: Host) => readFileSync(fileOf(app), 'utf8');

async function openView({ page }: Host): Promise<void> {
  await expect(rows(page).first()).toBeVisible();
  await runCommand(page, words.title);
  await expect(page.getByRole('heading', { name: words.title, exact: true })).toBeVisible();
}

test('the change is shown, then written; the file as it was is kept; and all is taken out again', async ({
  app,
  signIn,
}) => {
  const { page } = app;
  writeFileSync(fileOf(app), mine);
  const accounts = await signIn();
  await openView(app);
  const diff = page.getByRole('region', { name: words.lines, exact: true });
  await expect(diff).toContainText('credential_process');
  await expect(page.getByRole('status').filter({ hasText: words.added(8) })).toBeVisible();
  // Shown is not written.
  expect(read(app)).toBe(mine);

  await page.getByRole('button', { name: words.write, exact: true }).click();
  await expect(page.getByText(words.upToDate)).toBeVisible();
  await expect(page.getByRole('button', { name: words.write, exact: true })).toBeDisabled();
  const written = read(app);
  expect(written.startsWith(mine)).toBe(true);
  for (const { accountId, roleName } of accounts) {
    expect(written).toContain(` credential-process acme/${accountId}/${roleName}\n`);
  }
  const note = page.getByText(/^The file as it was lies in /);
  await expect(note).toBeVisible();
  const backup = readdirSync(app.home).find((name) => name.startsWith('aws-config.'));
  await expect(note).toContainText(backup ?? '?');
  expect(readFileSync(join(app.home, backup ?? '?'), 'utf8')).toBe(mine);

  await page.getByRole('button', { name: words.remove, exact: true }).click();
  await expect(page.getByRole('status').filter({ hasText: words.removed(8) })).toBeVisible();
  expect(read(app)).toBe(written);
  await page.getByRole('button', { name: words.write, exact: true }).click();
  await expect.poll(() => read(app)).toBe(mine);
  expect(app.complaints).toEqual([]);
});

test.describe('with the AWS CLI', () => {
  let cli: AwsCli;
  test.beforeAll(async () => {
    cli = await createAwsCli();
  });
  test.afterAll(() => cli.remove());

  test('names and region are chosen with the keyboard alone, and the AWS CLI reads the profiles', async ({
    app,
    signIn,
  }) => {
    const { page } = app;
    const { keyboard } = page;
    await signIn();
    await openView(app);
    await tabTo(page, words.template);
    await keyboard.press('Control+a');
    await keyboard.type('{accountId}.{role}');
    await keyboard.press('Enter');
    await tabTo(page, words.region);
    await keyboard.type('eu-north-1');
    await keyboard.press('Enter');
    const diff = page.getByRole('region', { name: words.lines, exact: true });
    await expect(diff).toContainText('region = eu-north-1');
    await expect(diff).toContainText(/\[profile \d{12}\./);
    await tabTo(page, words.default);
    await keyboard.press('Space');
    await expect(diff).toContainText('+[default]');
    await tabTo(page, words.write);
    await keyboard.press('Enter');
    await expect(page.getByText(words.upToDate)).toBeVisible();
    const { stdout } = await cli.run(['configure', 'list-profiles'], {
      AWS_CONFIG_FILE: fileOf(app),
    });
    const profiles = stdout.trim().split('\n');
    expect(profiles).toHaveLength(9);
    expect(profiles).toContain('default');
    expect(profiles.filter((name) => /^\d{12}\.\w+$/.test(name))).toHaveLength(8);
    await keyboard.press('Escape');
    await expect(page.getByRole('searchbox')).toBeVisible();
  });
});

test('a name that can’t be is said, and the field to mend it stays', async ({ app, signIn }) => {
  const { page } = app;
  await signIn();
  await openView(app);
  const field = page.getByLabel(words.template, { exact: true });
  await field.fill('{nothing}');
  await field.press('Enter');
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(field).toHaveValue('{nothing}');
  await expect(page.getByRole('button', { name: words.write, exact: true })).toHaveCount(0);
  await field.fill('{accountId}-{role}');
  await field.press('Enter');
  await expect(page.getByRole('alert')).toBeHidden();
  await expect(page.getByRole('button', { name: words.write, exact: true })).toBeEnabled();
});

test('a name that is taken is said with its line, and that section stays as it is', async ({
  app,
  signIn,
}) => {
  const { page } = app;
  const [first] = await signIn();
  const { changes } = await app.call('config.plan', {});
  const name = changes.added.find((one) => one.includes(first?.roleName ?? '?')) ?? '?';
  const taken = `[profile ${name}]\nregion = us-west-2\n`;
  writeFileSync(fileOf(app), `${mine}${taken}`);
  await openView(app);
  await expect(page.getByText(words.conflicts)).toBeVisible();
  await expect(page.getByText(`[profile ${name}] is yours already, in line 8`)).toBeVisible();
  await page.getByRole('button', { name: words.write, exact: true }).click();
  await expect(page.getByText(words.upToDate)).toBeVisible();
  expect(read(app).startsWith(`${mine}${taken}`)).toBe(true);
  expect(read(app).split(`[profile ${name}]`)).toHaveLength(2);
});

test('a file that was changed meanwhile is not overwritten: the change is shown anew', async ({
  app,
  signIn,
}) => {
  const { page } = app;
  await signIn();
  await openView(app);
  await expect(page.getByRole('button', { name: words.write, exact: true })).toBeEnabled();
  writeFileSync(fileOf(app), mine);
  await page.getByRole('button', { name: words.write, exact: true }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  expect(read(app)).toBe(mine);
  await page.getByRole('button', { name: words.look, exact: true }).click();
  await expect(page.getByRole('alert')).toBeHidden();
  await page.getByRole('button', { name: words.write, exact: true }).click();
  await expect(page.getByText(words.upToDate)).toBeVisible();
  expect(read(app).startsWith(mine)).toBe(true);
});

test('a file that can’t be read is said, with the way to try again, and nothing is lost', async ({
  app,
  signIn,
}) => {
  const { page } = app;
  mkdirSync(fileOf(app));
  await signIn();
  await openView(app);
  await expect(page.getByRole('alert')).toBeVisible();
  expect(existsSync(fileOf(app))).toBe(true);
  await expect(page.getByRole('button', { name: words.write, exact: true })).toHaveCount(0);
});

test('5,000 accounts are planned, shown in part, and written', async ({
  app,
  simulator,
  signIn,
}) => {
  test.slow();
  const { page } = app;
  simulator.switches.accounts = 500;
  simulator.switches.rolesPerAccount = 10;
  expect(await signIn()).toHaveLength(5_000);
  await openView(app);
  await expect(page.getByRole('status').filter({ hasText: words.added(5_000) })).toBeVisible();
  // Of a diff of that length a part is drawn.
  expect(await page.locator('pre > span').count()).toBeLessThanOrEqual(400);
  // A wish for another one is drawn no wider.
  await page.getByRole('switch', { name: words.default, exact: true }).click();
  await expect(page.getByRole('region', { name: words.lines, exact: true })).toContainText(
    '+[default]',
  );
  await expect(page.getByRole('switch', { name: words.default, exact: true })).toBeChecked();
  expect(await page.locator('pre > span').count()).toBeLessThanOrEqual(400);
  await page.getByRole('button', { name: words.write, exact: true }).click();
  await expect(page.getByText(words.upToDate)).toBeVisible();
  expect(read(app).match(/^\[profile /gm)).toHaveLength(5_000);
});
