import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from '../../renderer/text.ts';
import { addressOf, regionOf } from '../../shared/connection.ts';
import { expect, test } from './fixtures.ts';

/** What the AWS config names already is one press away. */

const folder = mkdtempSync(join(tmpdir(), 'keyfob-import-'));
const file = join(folder, 'config');
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
writeFileSync(file, config);
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));
test.use({ helperEnv: { AWS_CONFIG_FILE: file } });

test('all that is found can be added at once, and the file stays as it is', async ({ app }) => {
  const { page } = app;
  await expect(page.getByRole('heading', { name: text.connect.found })).toBeVisible();
  await expect(page.getByText('corp.awsapps.com')).toBeVisible();
  await page.getByRole('button', { name: text.connect.addAll }).click();
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
  expect(readFileSync(file, 'utf8')).toBe(config);
  await page.getByRole('button', { name: text.common.connect, exact: true }).click();
  await expect(page.getByText(text.connect.foundNone)).toBeVisible();
  expect(app.complaints).toEqual([]);
});
