import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from '../../renderer/text.ts';
import type { Account } from '../../shared/model.ts';
import { exchange } from '../support/helper-process.ts';
import { expect, rows } from './fixtures.ts';
import type { Host } from './hosts/host.ts';
import { goTo, openMenu, pick, picker, putAway, runCommand } from './steps.ts';
import type { Look, TourStage } from './tours.ts';

/** The views for local tools: what they may have, what they ask, and what is written for them. */
export const toolTours: Readonly<Record<string, (stage: TourStage, look: Look) => Promise<void>>> =
  {
    async 'what other tools have left'({ app }, look) {
      const { page } = app;
      writeFileSync(join(app.home, 'aws-config'), profilesOfOthers);
      await page.reload();
      await expect(
        page.getByRole('heading', { name: text.connect.leftOut, exact: true }),
      ).toBeVisible();
      await page
        .getByRole('heading', { name: text.connect.found, exact: true })
        .scrollIntoViewIfNeeded();
      await look({ name: 'import-roles' });
      await page
        .getByRole('heading', { name: text.connect.leftOut, exact: true })
        .scrollIntoViewIfNeeded();
      await look({ name: 'import-left-out' });
    },

    async 'a question about a policy'({ app, signIn }, look) {
      const { page } = app;
      const account = idOf((await signIn())[0]);
      await page.evaluate(
        (chosen) => window.keyfob['account.confirm']({ account: chosen, policy: 'always' }),
        account,
      );
      const wish = app.call('account.confirm', { account, policy: 'never' }).catch(() => undefined);
      await expect(page.getByRole('alertdialog')).toBeVisible();
      await look({ name: 'confirmation-of-policy', inFront: true });
      await app.pass(60_000);
      await wish;
    },

    async 'a code'({ app, simulator, signIn }, look) {
      const { page } = app;
      const mfaSerial = 'arn:aws:iam::111111111111:mfa/ada';
      simulator.switches.trust = { Mfa: { mfaSerial } };
      await addRole(app, { name: 'mfa', source: idOf((await signIn())[0]), mfaSerial });
      const ask = () => exchange(app.socket, 'GET', '/v1/aws/credentials?account=acme/mfa');
      const dialog = page.getByRole('dialog');
      const asked = ask();
      await expect(dialog).toBeVisible();
      await look({ name: 'mfa-code', inFront: true });
      await app.pass(60_000);
      await asked;
      await expect(dialog).toBeHidden();
      // Asked anew, since whoever looks may take the minute that the question has.
      const again = ask();
      await expect(dialog).toBeVisible();
      await putAway(dialog);
      await expect(page.getByText(text.prompt.waits('acme/mfa'))).toBeVisible();
      await look({ name: 'mfa-code-put-off' });
      await app.pass(60_000);
      await again;
    },

    async grants({ app, signIn }, look) {
      const { page } = app;
      const accounts = await signIn();
      await goTo(page, 'settings');
      const heading = page.getByRole('heading', { name: text.grants.title, exact: true });
      await heading.scrollIntoViewIfNeeded();
      await look({ name: 'grants-none' });
      const long = 'the deployment tool of the platform team, on every build machine';
      await app.call('grant.create', { label: 'terraform', accounts: [idOf(accounts[0])] });
      const made = await app.call('grant.create', { label: long, accounts: accounts.map(idOf) });
      const { url, token: authorization } = made;
      await fetch(`${url}/v1/aws/container`, { headers: { authorization } });
      await fetch(`${url}/v1/status`, { headers: { authorization: 'none' } });
      await app.call('grant.create', { label: 'keyfob exec', ephemeral: true });
      await expect(page.getByText(long)).toBeVisible();
      await heading.scrollIntoViewIfNeeded();
      await look({ name: 'grants' });
      await goTo(page, 'activity');
      await expect(page.getByText(text.activity.failedWhat['grant-refused'])).toBeVisible();
      await look({ name: 'activity-of-grants' });
    },

    async profiles({ app, addAcme, simulator }, look) {
      const { page } = app;
      const file = join(app.home, 'aws-config');
      await addAcme('device');
      await expect(page.getByText(text.session.signedOut).first()).toBeVisible();
      await runCommand(page, text.profiles.title);
      await expect(page.getByText(text.profiles.nothing)).toBeVisible();
      await look({ name: 'profiles-no-accounts' });
      await app.call('signIn.start', { connection: 'acme', openBrowser: false });
      simulator.approve();
      await app.call('signIn.wait', { connection: 'acme' });
      await app.call('accounts.sync', { connection: 'acme' });
      await expect(page.getByText(text.profiles.added(8))).toBeVisible();
      await look({ name: 'profiles' });
      await page
        .getByRole('button', { name: text.profiles.write, exact: true })
        .scrollIntoViewIfNeeded();
      await look({ name: 'profiles-change' });
      const { changes } = await app.call('config.plan', {});
      const taken = changes.added.slice(0, 7).map((name) => `[profile ${name}]\nregion = x\n`);
      writeFileSync(file, `[DEFAULT]\n${taken.join('')}`);
      await page.getByRole('button', { name: text.profiles.write, exact: true }).click();
      await expect(page.getByRole('alert')).toBeVisible();
      await page.getByRole('alert').scrollIntoViewIfNeeded();
      await look({ name: 'profiles-outdated' });
      await page.getByRole('button', { name: text.profiles.look, exact: true }).click();
      await expect(page.getByText(text.profiles.conflicts)).toBeVisible();
      await page.getByText(text.profiles.conflicts).scrollIntoViewIfNeeded();
      await look({ name: 'profiles-conflicts' });
      await page.getByRole('button', { name: text.profiles.write, exact: true }).click();
      const kept = page.getByText(/^The file as it was lies in /);
      await expect(kept).toBeVisible();
      await kept.scrollIntoViewIfNeeded();
      await look({ name: 'profiles-written' });
    },

    async 'an account of one’s own'({ app, signIn }, look) {
      const { page } = app;
      const words = text.addAccount;
      const [first] = await signIn();
      const source = idOf(first);
      await expect(rows(page).first()).toBeVisible();
      await runCommand(page, text.accounts.addAccountTo('acme'));
      await expect(
        page.getByRole('heading', { name: words.title('acme'), exact: true }),
      ).toBeVisible();
      await look({ name: 'add-account' });
      await page.getByLabel(words.name, { exact: true }).fill('deploy');
      await picker(page, words.source).click();
      await expect(page.getByRole('listbox')).toBeVisible();
      await look({ name: 'add-account-picker', inFront: true });
      await pick(page, first?.path ?? '?');
      await page.getByLabel(words.roleArn, { exact: true }).fill('deploy');
      await page.getByRole('button', { name: text.common.moreOptions, exact: true }).click();
      await page.getByRole('button', { name: words.add, exact: true }).click();
      await expect(page.getByRole('alert')).toBeVisible();
      await page.getByRole('alert').scrollIntoViewIfNeeded();
      await look({ name: 'add-account-refused' });
      await page
        .getByLabel(words.kind, { exact: true })
        .selectOption({ label: words.kinds['iam-token'] });
      await look({ name: 'add-account-iam-token' });
      await page.keyboard.press('Escape');

      const name = 'deploy-to-every-account-of-the-platform-team-in-all-regions';
      await addRole(app, { name, source });
      await page.getByRole('searchbox').fill('deploy');
      await expect(rows(page)).toHaveCount(1);
      await look({ name: 'accounts-of-ones-own' });
      await openMenu(rows(page).first());
      await page.getByRole('menuitem', { name: text.accounts.removeAccount, exact: true }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await look({ name: 'remove-account', inFront: true });
      await page.keyboard.press('Escape');
    },
  };

/** What other tools have left: roles of which some can't be brought in. */
const profilesOfOthers = `[sso-session acme]
sso_start_url = https://acme.awsapps.com/start
sso_region = eu-west-1

[profile base]
sso_session = acme
sso_account_id = 123456789012
sso_role_name = Admin

[profile deploy]
role_arn = arn:aws:iam::111111111112:role/Deploy
source_profile = base

[profile deploy-to-every-account-of-the-platform-team]
role_arn = arn:aws:iam::111111111112:role/platform/DeployToEveryAccountOfThePlatformTeam
source_profile = deploy

[profile machine]
role_arn = arn:aws:iam::111111111112:role/Machine
credential_source = Ec2InstanceMetadata

[profile keys]
role_arn = arn:aws:iam::111111111112:role/Keys
source_profile = keys

[profile leapp]
credential_process = leapp session generate 0123
`;

async function addRole(
  app: Host,
  role: { readonly name: string; readonly source: string; readonly mfaSerial?: string },
): Promise<void> {
  const roleArn = 'arn:aws:iam::111111111112:role/Mfa';
  await app.call('account.add', {
    kind: 'aws-assumed-role',
    connection: 'acme',
    roleArn,
    ...role,
  });
}

function idOf(account: Account | undefined): string {
  if (account === undefined) throw new Error('There are fewer accounts than expected');
  return account.id;
}
