import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from '../../renderer/text.ts';
import { addressOf, regionOf } from '../../shared/connection.ts';
import { expect, test } from './fixtures.ts';
import type { Host } from './hosts/host.ts';
import { goTo } from './steps.ts';

/** What the AWS config names already is one press away. */

const config = `[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access

[profile old]
sso_start_url = https://old.awsapps.com/start
sso_region = eu-central-1
sso_account_id = 123456789012
sso_role_name = Admin
`;
const chain = `[profile last]
role_arn = arn:aws:iam::111111111112:role/Last
source_profile = middle
external_id = 4711

[profile middle]
role_arn = arn:aws:iam::111111111112:role/Middle
source_profile = base

[profile base]
sso_start_url = https://corp.awsapps.com/start
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = Admin

[profile alone]
role_arn = arn:aws:iam::111111111112:role/Alone
source_profile = base

[profile machine]
role_arn = arn:aws:iam::111111111112:role/Machine
credential_source = Ec2InstanceMetadata
`;
test.use({ awsConfig: config });

test('all that is found can be added at once, and the file stays as it is', async ({ app }) => {
  const { page } = app;
  await expect(page.getByRole('heading', { name: text.connect.found, exact: true })).toBeVisible();
  await expect(page.getByText('corp.awsapps.com', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: text.connect.addAll, exact: true }).click();
  await expect
    .poll(async () =>
      (await app.state()).connections.map(({ settings }) => [
        addressOf(settings),
        regionOf(settings),
      ]),
    )
    .toEqual([
      ['https://corp.awsapps.com/start', 'us-east-1'],
      ['https://old.awsapps.com/start', 'eu-central-1'],
    ]);
  expect(readFileSync(join(app.home, 'aws-config'), 'utf8')).toBe(config);
  await goTo(page, 'connect');
  await expect(page.getByText(text.connect.foundNone)).toBeVisible();
  expect(app.complaints).toEqual([]);
});

test.describe('roles that profiles assume', () => {
  test.use({ awsConfig: chain });
  const ids = async (app: Host) =>
    (await app.state()).accounts
      .filter(({ kind }) => kind === 'aws-assumed-role')
      .map(({ id }) => id);

  test('one comes in with what it needs, then the rest; what can’t is said with why', async ({
    app,
  }) => {
    const { page } = app;
    const roles = page.getByRole('list', { name: text.connect.foundRoles, exact: true });
    await expect(roles.getByRole('listitem')).toHaveCount(3);
    await expect(page.getByText('profile machine')).toBeVisible();
    await expect(page.getByText(/credentials come from the machine/)).toBeVisible();

    await page
      .getByRole('button', { name: text.connect.addNamed('base/last'), exact: true })
      .click();
    await expect.poll(() => ids(app)).toEqual(['base/last', 'base/middle']);
    const last = (await app.state()).accounts.find(({ id }) => id === 'base/last');
    expect(last).toMatchObject({ source: 'base/middle', externalId: '4711' });

    await goTo(page, 'connect');
    await expect(roles.getByRole('listitem')).toHaveCount(1);
    const rest = page.getByRole('button', {
      name: text.connect.addNamed('base/alone'),
      exact: true,
    });
    await rest.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => ids(app)).toEqual(['base/alone', 'base/last', 'base/middle']);
    await expect(page.getByText(text.connect.foundNone)).toBeVisible();
    // What had the focus has gone; the keyboard is still in the view.
    await expect(
      page.getByRole('heading', { name: text.connect.title, exact: true }),
    ).toBeFocused();
    expect(app.complaints).toEqual([]);
  });

  test('all come in at once, whoever signs first', async ({ app }) => {
    await app.page.getByRole('button', { name: text.connect.addAll, exact: true }).click();
    await expect.poll(() => ids(app)).toEqual(['base/alone', 'base/last', 'base/middle']);
    expect((await app.state()).connections.map(({ settings }) => settings.name)).toEqual(['base']);
  });
});
