import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from '../../renderer/text.ts';
import type { Account, Flow } from '../../shared/model.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { exchange } from '../support/helper-process.ts';
import type { OpenidProvider } from '../support/openid-provider.ts';
import { expect, type OidcInput, rows } from './fixtures.ts';
import type { Host } from './hosts/host.ts';
import { openidTours } from './openid-tours.ts';
import { goTo, openMenu, putAway, signedInTo, startSignIn, userCode } from './steps.ts';
import { toolTours } from './tool-tours.ts';

/** Every view and state of the window, in tours that stop at each to let somebody look. */

export interface TourStage {
  readonly app: Host;
  readonly simulator: Simulator;
  readonly openid: OpenidProvider;
  readonly addAcme: (flow: Flow) => Promise<void>;
  readonly addCorp: (client: string, changes?: Partial<OidcInput>) => Promise<void>;
  readonly signIn: () => Promise<readonly Account[]>;
}

export interface Stop {
  readonly name: string;
  /** Something lies in front that a change of the window's size would put away. */
  readonly inFront?: boolean;
}

export type Look = (stop: Stop) => Promise<void>;

export const tours: Readonly<Record<string, (stage: TourStage, look: Look) => Promise<void>>> = {
  ...openidTours,
  ...toolTours,

  async 'first run'({ app, simulator }, look) {
    const { page } = app;
    await expect(
      page.getByRole('heading', { name: text.connect.firstTitle, exact: true }),
    ).toBeVisible();
    await look({ name: 'first-run' });
    const address = page.getByLabel(text.connect.address, { exact: true });
    await address.fill('acme.awsapps.com/star');
    await expect(address).toHaveAttribute('aria-invalid', 'true');
    await look({ name: 'first-run-wrong-address' });
    await address.fill(simulator.startUrl);
    await page
      .getByRole('textbox', { name: text.connect.region, exact: true })
      .fill(simulator.region);
    await expect(page.getByText(text.connect.identityCenterIn(simulator.region))).toBeVisible();
    await look({ name: 'first-run-checked' });

    const config = ['acme', 'northwind'].map((name) =>
      [
        `[sso-session ${name}]`,
        `sso_start_url = https://${name}.awsapps.com/start`,
        'sso_region = eu-west-1',
        'sso_registration_scopes = sso:account:access',
        '',
      ].join('\n'),
    );
    writeFileSync(join(app.home, 'aws-config'), config.join('\n'));
    await page.reload();
    await expect(
      page.getByRole('heading', { name: text.connect.found, exact: true }),
    ).toBeVisible();
    await look({ name: 'first-run-import' });
  },

  async 'signed out'({ app, addAcme }, look) {
    const { page } = app;
    await addAcme('device');
    await expect(page.getByText(text.session.signedOut).first()).toBeVisible();
    await look({ name: 'signed-out' });
    await goTo(page, 'connect');
    await expect(page.getByLabel(text.connect.address, { exact: true })).toBeVisible();
    await look({ name: 'connect' });
    await goTo(page, 'tools');
    await expect(page.getByRole('heading', { name: text.tools.title, exact: true })).toBeVisible();
    await look({ name: 'tools-empty' });
    await page.getByRole('button', { name: text.common.back, exact: true }).click();
    await startSignIn(page, 'acme');
    await userCode(page);
    await look({ name: 'device-code' });
  },

  async 'signing in'({ app, addAcme, simulator }, look) {
    const { page } = app;
    await addAcme('browser');
    await startSignIn(page, 'acme');
    await expect(page.getByText(text.signIn.goOn)).toBeVisible();
    await look({ name: 'browser-waiting' });
    await page.getByRole('button', { name: text.signIn.useCode, exact: true }).click();
    await userCode(page);
    expect(simulator.deny()).toBe(1);
    await expect(page.getByRole('alert')).toBeVisible();
    await look({ name: 'sign-in-denied' });
    await page.getByRole('button', { name: text.failure.signIn, exact: true }).click();
    await page.getByRole('button', { name: text.signIn.useCode, exact: true }).click();
    await userCode(page);
    expect(simulator.approve()).toBe(1);
    await expect(signedInTo(page, 'acme')).toBeVisible();
    await expect(
      page.getByRole('button', { name: text.signIn.useAndGo, exact: true }),
    ).toBeVisible();
    await look({ name: 'signed-in-first-account' });
  },

  async accounts({ app, simulator, signIn }, look) {
    const { page } = app;
    simulator.switches.accounts = 24;
    simulator.switches.rolesPerAccount = 3;
    const accounts = await signIn();
    await expect(rows(page).first()).toBeVisible();
    await look({ name: 'accounts-none-active' });
    for (const index of [1, 7]) await favourite(app, accounts[index]);
    for (const index of [4, 20, 2])
      await app.call('accounts.use', { account: idOf(accounts[index]) });
    await exchange(app.socket, 'GET', '/v1/aws/credentials');
    // Written down a moment later; a list shows those from before it was opened.
    await expect.poll(async () => (await app.state()).recent.length).toBe(3);
    await page.reload();
    await expect(
      page.getByRole('heading', { name: text.accounts.favourites, exact: true }),
    ).toBeVisible();
    await look({ name: 'accounts' });
    const field = page.getByRole('searchbox');
    await field.fill('prod');
    await look({ name: 'search' });
    await field.fill('nothing like this');
    await expect(page.getByText(text.accounts.noMatch('nothing like this'))).toBeVisible();
    await look({ name: 'search-nothing' });
    await field.fill('');
    const menu = await openMenu(rows(page).first());
    await look({ name: 'account-menu', inFront: true });
    await putAway(menu);
    await page.keyboard.press('Control+Shift+P');
    await expect(page.getByRole('dialog')).toBeVisible();
    await look({ name: 'palette', inFront: true });
    await page.keyboard.press('Escape');
  },

  async 'other views'({ app, signIn }, look) {
    const { page } = app;
    const accounts = await signIn();
    await goTo(page, 'activity');
    await expect(
      page.getByRole('heading', { name: text.activity.title, exact: true }),
    ).toBeVisible();
    await look({ name: 'activity' });
    const path = `/v1/aws/credentials?account=${encodeURIComponent(idOf(accounts[1]))}`;
    for (let times = 0; times < 3; times += 1) await exchange(app.socket, 'GET', path);
    await exchange(app.socket, 'GET', '/v1/aws/credentials?account=acme/nowhere/Admin');
    await app.call('accounts.use', { account: idOf(accounts[0]) });
    await goTo(page, 'tools');
    await expect(page.getByRole('tab').first()).toBeVisible();
    await look({ name: 'tools' });
    await goTo(page, 'activity');
    await expect(page.getByText(text.activity.what.use).first()).toBeVisible();
    await look({ name: 'activity-of-tools' });
    await goTo(page, 'settings');
    await expect(
      page.getByRole('heading', { name: text.settings.notifications, exact: true }),
    ).toBeVisible();
    await look({ name: 'settings' });
    await page.getByRole('button', { name: text.accounts.remove, exact: true }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await look({ name: 'remove-connection', inFront: true });
    await page.keyboard.press('Escape');
  },

  async 'a question'({ app, signIn }, look) {
    const { page } = app;
    const accounts = await signIn();
    const account = idOf(accounts[0]);
    await app.call('accounts.use', { account });
    await page.evaluate(
      (chosen) => window.keyfob['account.confirm']({ account: chosen, policy: 'always' }),
      account,
    );
    const asked = exchange(app.socket, 'GET', '/v1/aws/credentials');
    await expect(page.getByRole('alertdialog')).toBeVisible();
    await look({ name: 'confirmation', inFront: true });
    await app.pass(60_000);
    await asked;
  },

  async trouble({ app, simulator, signIn }, look) {
    const { page } = app;
    // Its client is forgotten before the token is renewed: this session ends, and soon.
    simulator.switches.lifetimes.accessSeconds = 400;
    simulator.switches.lifetimes.registrationSeconds = 200;
    const accounts = await signIn();
    await app.pass(201_000);
    await app.call('accounts.use', { account: idOf(accounts[0]) });
    simulator.switches.down = ['oidc', 'portal'];
    await page
      .getByRole('button', { name: text.accounts.copyEnvironment, exact: true })
      .first()
      .click();
    await expect(page.getByRole('alert').first()).toBeVisible();
    await look({ name: 'offline' });
    await page.getByRole('button', { name: text.common.dismiss, exact: true }).click();
    await expect(page.getByText(/^expires in \d/).first()).toBeVisible();
    await look({ name: 'expiring' });
  },
};

async function favourite(app: Host, account: Account | undefined): Promise<void> {
  await app.call('accounts.favourite', { account: idOf(account), favourite: true });
}

function idOf(account: Account | undefined): string {
  if (account === undefined) throw new Error('There are fewer accounts than expected');
  return account.id;
}
