import type { BrowserContext, Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

const rows = (page: Page) => page.locator('li button');

/** The person's own tab, where a sign-in page has opened by itself. */
async function otherTab(context: BrowserContext, page: Page): Promise<Page> {
  await expect.poll(() => context.pages().length).toBeGreaterThan(1);
  const tab = context.pages().find((one) => one !== page);
  if (tab === undefined) throw new Error('No other tab has opened');
  return tab;
}

test('says how to add the first connection, and shows it as soon as it is there', async ({
  app,
  addAcme,
}) => {
  await expect(app.page.getByText('Where do you sign in?')).toBeVisible();
  await addAcme('device');
  await expect(app.page.getByRole('heading', { name: 'acme' })).toBeVisible();
  await expect(app.page.getByText('signed out')).toBeVisible();
});

test('signs in by a code that is typed in on another device', async ({
  app,
  addAcme,
  urls,
  browser,
}) => {
  await addAcme('device');
  await app.page.getByRole('button', { name: 'Sign in to acme' }).click();
  const code = await app.page.getByTestId('user-code').textContent();
  expect(code).toMatch(/^[A-Z0-9]{4}-?[A-Z0-9]{4}$/);
  await expect(app.page.getByText(new URL(urls.origin).host)).toBeVisible();

  const elsewhere = await browser.newPage();
  await elsewhere.goto(`${urls.origin}/device`);
  await elsewhere.getByLabel(/code/).fill(code ?? '');
  await elsewhere.getByRole('button', { name: 'Continue' }).click();
  await elsewhere.getByRole('button', { name: 'Approve' }).click();
  await expect(elsewhere.getByText('Request approved')).toBeVisible();
  await elsewhere.close();

  await expect(app.page.getByText('signed in')).toBeVisible();
  await expect(app.page.getByTestId('user-code')).toBeHidden();
  await expect(rows(app.page)).toHaveCount(8);
  expect(app.complaints).toEqual([]);
});

test('signs in by the browser', async ({ app, addAcme, context }) => {
  await addAcme('browser');
  await app.page.getByRole('button', { name: 'Sign in to acme' }).click();
  await expect(app.page.getByText('Go on in your browser')).toBeVisible();

  const tab = await otherTab(context, app.page);
  await tab.getByRole('button', { name: 'Approve' }).click();
  await expect(tab).toHaveURL(/^http:\/\/127\.0\.0\.1:\d+\/oauth\/callback\?/);

  await expect(app.page.getByText('signed in')).toBeVisible();
  await expect(rows(app.page)).toHaveCount(8);
  expect(app.complaints).toEqual([]);
});

test('says what to do when the sign-in was denied', async ({ app, addAcme, context }) => {
  await addAcme('browser');
  await app.page.getByRole('button', { name: 'Sign in to acme' }).click();
  const tab = await otherTab(context, app.page);
  await tab.getByRole('button', { name: 'Deny' }).click();
  await expect(app.page.getByRole('alert')).toContainText('did not succeed');
  await tab.close();

  await app.page.getByRole('button', { name: 'Sign in again' }).click();
  const next = await otherTab(context, app.page);
  await next.getByRole('button', { name: 'Approve' }).click();
  await expect(app.page.getByText('signed in')).toBeVisible();
});

test('a sign-in can be cancelled', async ({ app, addAcme, simulator }) => {
  await addAcme('device');
  await app.page.getByRole('button', { name: 'Sign in to acme' }).click();
  await expect(app.page.getByTestId('user-code')).toBeVisible();
  await app.page.getByRole('button', { name: 'Cancel' }).click();
  await expect(app.page.getByTestId('user-code')).toBeHidden();
  expect(app.helper.state.get('connections')[0]?.session.state).toBe('signed_out');
  // Nobody asks any more, so an approval that comes too late leads nowhere.
  simulator.approve();
  await expect(app.page.getByText('signed out')).toBeVisible();
});

test.describe('with a list of accounts', () => {
  test.beforeEach(async ({ app, addAcme, simulator }) => {
    await addAcme('device');
    await app.helper.client.call('signIn.start', { connection: 'acme' });
    simulator.approve();
    await app.helper.client.call('signIn.wait', { connection: 'acme' });
    await expect(rows(app.page)).toHaveCount(8);
  });

  test('the search narrows it, and says when nothing is left', async ({ app, simulator }) => {
    const { page } = app;
    const [first] = simulator.accounts();
    await page.keyboard.press('Control+k');
    await page.keyboard.type(first?.accountId ?? '');
    await expect(rows(page)).toHaveCount(2);
    await page.getByRole('searchbox').fill('nothing like this');
    await expect(page.getByText('No account matches “nothing like this”')).toBeVisible();
    await page.getByRole('searchbox').fill('');
    await expect(rows(page)).toHaveCount(8);
  });

  test('one click switches, and the helper hands out that account', async ({ app }) => {
    const { page, helper } = app;
    for (const index of [2, 5]) {
      const row = rows(page).nth(index);
      await row.click();
      await expect(row).toHaveAttribute('aria-pressed', 'true');
      await expect(page.locator('[aria-pressed=true]')).toHaveCount(1);
      const chosen = helper.state.get('accounts')[index];
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(chosen?.path ?? '?');
      await expect.poll(() => helper.state.get('active')).toBe(chosen?.id);
    }
  });

  test('signing out shows at once', async ({ app }) => {
    await app.page.getByRole('button', { name: 'Sign out of acme' }).click();
    await expect(app.page.getByText('signed out')).toBeVisible();
    expect(app.helper.state.get('connections')[0]?.session.state).toBe('signed_out');
  });

  test('no secret ever reaches the page', async ({ app, simulator }) => {
    const seen = await app.page.evaluate(async () => {
      const state = await window.keyfob.state({});
      return JSON.stringify(state) + document.documentElement.outerHTML;
    });
    expect(simulator.secrets().length).toBeGreaterThan(2);
    for (const secret of simulator.secrets()) expect(seen).not.toContain(secret);
  });
});

test.describe('what the page can reach', () => {
  test('is the frozen bridge, and no way around it', async ({ app }) => {
    const found = await app.page.evaluate(() => ({
      frozen: Object.isFrozen(window.keyfob),
      bindings: Object.getOwnPropertyNames(window).filter((name) => /^keyfob./i.test(name)),
      shutdown: 'shutdown' in window.keyfob,
      replaced: Reflect.defineProperty(window, 'keyfob', { value: {} }),
    }));
    expect(found).toEqual({ frozen: true, bindings: [], shutdown: false, replaced: false });
  });

  test('is neither eval, nor another host, nor inline script', async ({ app }) => {
    const refused = await app.page.evaluate(
      () =>
        new Promise((resolve) => {
          // From a timer: what Playwright evaluates itself is exempt from the policy.
          setTimeout(async () => {
            const outcomes: Record<string, string> = {};
            const attempts = {
              eval: async () => new Function('return 1')(),
              fetch: () => fetch('https://example.com'),
            };
            for (const [name, attempt] of Object.entries(attempts)) {
              outcomes[name] = await attempt().then(
                () => 'allowed',
                () => 'refused',
              );
            }
            const script = document.createElement('script');
            script.textContent = 'document.title = "inline"';
            document.body.append(script);
            resolve({ ...outcomes, title: document.title });
          });
        }),
    );
    expect(refused).toEqual({ eval: 'refused', fetch: 'refused', title: 'Keyfob' });
  });
});
