import type { Page } from '@playwright/test';
import { text } from '../../renderer/text.ts';
import { exchange } from '../support/helper-process.ts';
import { expect, rows, test } from './fixtures.ts';
import type { Host } from './hosts/host.ts';
import { decide, goTo, hears, signInCard, startSignIn, userCode } from './steps.ts';

/** A session at an OpenID provider over time, and the tokens that it is there for. */

const again = text.common.signInTo('corp');
const signedIn = (page: Page) => page.getByText(text.session.signedIn, { exact: true }).first();

/** The connection's own token, as a tool gets it. */
async function tokenOf(app: Host): Promise<string> {
  const { body } = await exchange(app.socket, 'GET', '/v1/token?account=corp/access');
  return String((JSON.parse(body) as { access_token?: string }).access_token);
}

/** Everything that is in the page's memory, as Chromium's own debugger writes it out. */
async function memoryOf(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await session.detach();
  return chunks.join('');
}

test('a token is listed, switched to and copied, and never comes into the page', async ({
  app,
  signInToCorp,
}) => {
  const { page } = app;
  await signInToCorp();
  await expect(rows(page)).toHaveCount(1);
  await rows(page).first().click();
  await expect.poll(async () => (await app.state()).active).toBe('corp/access');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/corp.*access/);
  // What only AWS has is not offered.
  await expect(
    page.getByRole('button', { name: text.accounts.openConsole, exact: true }),
  ).toHaveCount(0);
  await hears(page, text.common.copied(text.accounts.tokenOf('corp/access')), () =>
    page.getByRole('button', { name: text.accounts.copyToken, exact: true }).first().click(),
  );

  const token = await tokenOf(app);
  expect(token.length).toBeGreaterThan(20);
  expect(await app.clipboard()).toBe(token);
  expect(JSON.stringify(await app.state())).not.toContain(token);
  expect(await page.content()).not.toContain(token);
  const memory = await memoryOf(page);
  // What is there is found by the same search.
  expect(memory).toContain('corp/access');
  expect(memory).not.toContain(token);
  expect(app.complaints).toEqual([]);
});

test('what programs need for a token is shown, and nothing that AWS’s tools need', async ({
  app,
  signInToCorp,
}) => {
  const { page } = app;
  await signInToCorp();
  await app.call('accounts.use', { account: 'corp/access' });
  await goTo(page, 'tools');
  const tabs = page.getByRole('tab');
  const { programs, api, kubectl, git, docker } = text.tools.tabs;
  await expect(tabs).toHaveText([programs, api, kubectl, git, docker]);
  await expect(page.getByText('AWS')).toHaveCount(0);
  await tabs.filter({ hasText: api }).click();
  const { name } = text.tools.snippets.api;
  await page.getByRole('button', { name: text.tools.copyNamed(name), exact: true }).click();
  await expect
    .poll(() => app.clipboard())
    .toMatch(/^echo "Authorization: Bearer \$\(.+ token\)" \|/);
});

test('what the ID token says of the person stands with the connection', async ({
  app,
  signInToCorp,
}) => {
  const { page } = app;
  await signInToCorp();
  await goTo(page, 'settings');
  const claims = page.getByRole('region', { name: text.claims.title, exact: true });
  await expect(claims).toBeVisible();
  for (const [name, value] of [
    [text.claims.names.sub, 'alice'],
    [text.claims.names.session_index, '_session-alice'],
    [text.claims.names.email, 'alice@example.com'],
    [text.claims.names.email_verified, text.common.yes],
  ]) {
    const line = claims.locator('div').filter({ has: page.getByText(name ?? '?') });
    await expect(line.getByRole('definition').filter({ hasText: value ?? '?' })).toBeVisible();
  }
  // A moment is told as one, not in seconds.
  await expect(claims).not.toContainText(/\d{9,}/);
});

test('a session is renewed before it ends, and nobody notices', async ({
  app,
  openid,
  signInToCorp,
}) => {
  test.slow();
  openid.switches.lifetimes.access = 60;
  await signInToCorp();
  const first = await tokenOf(app);
  expect(openid.count('token', 'refresh_token')).toBe(0);
  // Tokens of a minute are renewed when half of it is over.
  await app.pass(31_000);
  await expect.poll(() => openid.count('token', 'refresh_token')).toBe(1);
  await expect.poll(() => tokenOf(app)).not.toBe(first);
  await expect(signedIn(app.page)).toBeVisible();
  await expect(app.page.getByRole('alert')).toHaveCount(0);
});

test('one without a refresh token says so, warns, ends, and is taken up again with one press', async ({
  app,
  openid,
  addCorp,
  personsPage,
}) => {
  test.slow();
  const { page } = app;
  openid.switches.alwaysRefreshable = false;
  openid.switches.lifetimes.access = 60;
  await addCorp('public', { scopes: ['openid'], flow: 'browser' });
  await startSignIn(page, 'corp');
  await decide(await personsPage(), 'Approve');
  await page.getByRole('button', { name: text.signIn.showAccounts, exact: true }).click();
  await expect(page.getByText(/^expires in \d/).first()).toBeVisible();
  await goTo(page, 'settings');
  await expect(page.getByText(/ends with its access token/)).toBeVisible();
  await page.getByRole('button', { name: text.common.back, exact: true }).click();
  await app.pass(60_000);
  await expect(page.getByText(text.session.signedOut).first()).toBeVisible();

  openid.switches.lifetimes.access = 3600;
  await startSignIn(page, 'corp');
  await decide(await personsPage(), 'Approve');
  await expect(page.getByText(/^signed in until \d/).first()).toBeVisible();
});

test('signing out shows at once, and the tokens are worth nothing at the provider', async ({
  app,
  openid,
  signInToCorp,
}) => {
  const { page } = app;
  await signInToCorp();
  const token = await tokenOf(app);
  expect(await openid.provider.AccessToken.find(token)).toBeDefined();
  await page
    .getByRole('button', { name: text.accounts.moreForConnection('corp'), exact: true })
    .click();
  await page.getByRole('menuitem', { name: text.common.signOut, exact: true }).click();
  await expect(page.getByText(text.session.signedOut).first()).toBeVisible();
  await expect.poll(() => openid.count('revocation')).toBeGreaterThan(0);
  await expect.poll(() => openid.provider.AccessToken.find(token)).toBeUndefined();
  // The account stays in the list: it is what a person signs in for.
  await expect(rows(page)).toHaveCount(1);
  await expect(page.getByRole('button', { name: again, exact: true }).first()).toBeVisible();
});

test('the provider goes away and comes back: the session is kept, and nobody is asked', async ({
  app,
  openid,
  signInToCorp,
}) => {
  test.slow();
  const { page } = app;
  openid.switches.lifetimes.access = 60;
  await signInToCorp();
  await openid.down();
  await app.pass(60_000);
  await expect(page.getByText(text.session.expired).first()).toBeVisible();
  const note = page.getByRole('listitem').filter({ hasText: '127.0.0.1' });
  await expect(note).toBeVisible();
  await openid.up();
  openid.switches.lifetimes.access = 3600;
  // Right after a failure the helper spares the provider, and says the same again.
  await expect(async () => {
    if (await note.isVisible()) await note.getByRole('button').click({ timeout: 5_000 });
    await expect(signedIn(page)).toBeVisible({ timeout: 5_000 });
  }).toPass();
  await expect(note).toBeHidden();
  expect((await app.state()).signIns.filter(({ state }) => state === 'pending')).toEqual([]);
});

test('somebody ends it at the provider: a sign-in is asked for', async ({
  app,
  openid,
  signInToCorp,
}) => {
  const { page } = app;
  await signInToCorp();
  const found = await openid.provider.AccessToken.find(await tokenOf(app));
  await openid.provider.AccessToken.adapter.revokeByGrantId(found?.grantId ?? '');
  await exchange(app.socket, 'GET', '/v1/token?account=corp/access&scope=openid');
  await expect(page.getByText(text.session.signedOut).first()).toBeVisible();
  await expect(page.getByRole('button', { name: again, exact: true }).first()).toBeVisible();
});

test('both kinds of provider look alike', async ({ app, addAcme, addCorp }) => {
  const { page } = app;
  await addAcme('device');
  await addCorp('basic', { flow: 'device' });
  /** How a connection's card stands, by what a screen reader finds. */
  async function cardOf(name: string): Promise<string> {
    await startSignIn(page, name);
    await userCode(page);
    const card = signInCard(page);
    const shown = await card.ariaSnapshot();
    await card.getByRole('button', { name: text.common.cancel, exact: true }).click();
    await expect(card).toBeHidden();
    return shown
      .replaceAll(name, 'NAME')
      .replace(/The code is .*/, 'CODE')
      .replace(/127\.0\.0\.1:\d+/g, 'HOST')
      .replace(/\b\d+:\d\d\b|\d+ min/g, 'TIME');
  }
  expect(await cardOf('corp')).toBe(await cardOf('acme'));

  /** What stands in a heading, by role and name. */
  const headingOf = async (name: string) => {
    const heading = page.getByRole('listitem').filter({
      has: page.getByRole('heading', { name, exact: true }),
    });
    return (await heading.ariaSnapshot()).replaceAll(name, 'NAME');
  };
  await expect.poll(() => headingOf('corp')).toBe(await headingOf('acme'));
});
