import { test as base, expect, type Page } from '@playwright/test';
import { text } from '../../renderer/text.ts';
import type { AccountOf } from '../../shared/account.ts';
import type { CommandInput } from '../../shared/commands.ts';
import type { Flow } from '../../shared/model.ts';
import { createSimulator, type Simulator, type SimulatorUrls } from '../simulator/simulator.ts';
import { rolesOf } from '../support/accounts.ts';
import { type OpenidProvider, startOpenidProvider } from '../support/openid-provider.ts';
import { openDouble } from './hosts/double.ts';
import { openElectron } from './hosts/electron.ts';
import { electronBinary } from './hosts/found.ts';
import type { Host, HostKind } from './hosts/host.ts';

interface Fixtures {
  readonly simulator: Simulator;
  readonly urls: SimulatorUrls;
  /** Keyfob's window, and the helper behind it. */
  readonly app: Host;
  /** The person's AWS config as Keyfob finds it at its start; empty: there is none. */
  readonly awsConfig: string;
  /** Adds the connection `acme`, which leads to the simulator. */
  readonly addAcme: (flow: Flow) => Promise<void>;
  /** Adds `acme`, signs in there without a person, and resolves once its accounts are listed. */
  readonly signIn: () => Promise<readonly AccountOf<'aws-role'>[]>;
  /** A real OpenID provider. */
  readonly openid: OpenidProvider;
  /** Adds the connection `corp`, which leads there as one of its clients. */
  readonly addCorp: (client: string, changes?: Partial<OidcInput>) => Promise<void>;
  /** Adds `corp`, and signs in there without a person, by the browser flow. */
  readonly signInToCorp: () => Promise<void>;
  /** The person's browser goes where Keyfob has sent it. */
  readonly personsPage: () => Promise<Page>;
  /** A browser on another device of the person's. */
  readonly elsewhere: Page;
}

/** A connection to an OpenID provider, as it is added. */
export type OidcInput = Extract<CommandInput<'connection.add'>, { kind: 'oidc' }>;

interface Options {
  readonly host: HostKind;
}

export const test = base.extend<
  Fixtures & { stage: { simulator: Simulator; urls: SimulatorUrls } },
  Options
>({
  host: ['double', { option: true, scope: 'worker' }],
  awsConfig: ['', { option: true }],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's pattern.
  stage: async ({}, use) => {
    const simulator = createSimulator({ switches: { accounts: 4, rolesPerAccount: 2 } });
    const urls = await simulator.start();
    await use({ simulator, urls });
    await simulator.stop();
  },
  simulator: ({ stage }, use) => use(stage.simulator),
  urls: ({ stage }, use) => use(stage.urls),
  app: async ({ host, context, simulator, awsConfig }, use) => {
    const env = simulator.env();
    const files = awsConfig === '' ? {} : { 'aws-config': awsConfig };
    const app =
      host === 'electron' && electronBinary !== undefined
        ? await openElectron(electronBinary, env, files)
        : await openDouble(context, env, files);
    // Before the first view is there, no key is heard.
    await expect(
      app.page.getByRole('heading', { name: text.connect.firstTitle, exact: true }),
    ).toBeVisible();
    await use(app);
    await app.close();
  },
  addAcme: ({ app, simulator }, use) =>
    use(async (flow) => {
      const { startUrl, region } = simulator;
      const settings = { kind: 'identity-center', name: 'acme', startUrl, region, flow } as const;
      await app.call('connection.add', settings);
    }),
  signIn: ({ app, addAcme, simulator }, use) =>
    use(async () => {
      await addAcme('device');
      await app.call('signIn.start', { connection: 'acme', openBrowser: false });
      expect(simulator.approve()).toBe(1);
      await app.call('signIn.wait', { connection: 'acme' });
      await app.call('accounts.sync', { connection: 'acme' });
      return rolesOf((await app.call('accounts.list', {})).accounts);
    }),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's pattern.
  openid: async ({}, use) => {
    const provider = await startOpenidProvider();
    await use(provider);
    await provider.close();
  },
  addCorp: ({ app, openid }, use) =>
    use(async (client, changes = {}) => {
      const { clientId, clientSecret } = openid.client(client);
      await app.call('connection.add', {
        kind: 'oidc',
        name: 'corp',
        issuer: openid.issuer,
        clientId,
        ...(clientSecret === undefined ? {} : { clientSecret }),
        ...changes,
      });
    }),
  signInToCorp: ({ app, addCorp, openid }, use) =>
    use(async () => {
      await addCorp('public');
      const asked = { connection: 'corp', flow: 'browser', openBrowser: false } as const;
      const { authorizationUrl = '' } = await app.call('signIn.start', asked);
      await openid.approve(authorizationUrl);
      await app.call('signIn.wait', { connection: 'corp' });
    }),
  personsPage: async ({ app, browser }, use) => {
    const pages: Page[] = [];
    await use(async () => {
      const url = await app.openedUrl();
      const page = await browser.newPage();
      pages.push(page);
      await page.goto(url);
      return page;
    });
    for (const page of pages) await page.context().close();
  },
  elsewhere: async ({ browser }, use) => {
    const page = await browser.newPage();
    await use(page);
    await page.context().close();
  },
});

export { expect };

/** The lines of the list that switch accounts. */
export function rows(page: Page) {
  return page.getByRole('list', { name: 'Accounts', exact: true }).locator('button[aria-pressed]');
}
