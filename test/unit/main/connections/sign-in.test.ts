import { expect, test } from 'vitest';
import { KeyfobError } from '../../../../shared/errors.ts';
import type { OidcSettings } from '../../../../shared/model.ts';
import { codeOf, createRig, type Rig } from '../../../support/connections.ts';
import { eventually } from '../../../support/eventually.ts';
import { settle } from '../../../support/fake-ports.ts';

const second = 1_000;
const minute = 60_000;
const forever = new AbortController().signal;

const here = { connection: 'acme', openBrowser: true, remote: false };
const byCode = { connection: 'acme', flow: 'device', openBrowser: false, remote: false } as const;

const corp: Omit<OidcSettings, 'grant'> = {
  kind: 'oidc',
  name: 'corp',
  issuer: 'https://login.test',
  metadata: 'oidc',
  clientAuthentication: 'client_secret_basic',
  scopes: [],
  flow: 'auto',
};

/** What the browser would do at the end: follow the redirect to us. */
async function comeBack(rig: Rig, query: string): Promise<string> {
  const uri = rig.provider.redirectUris.at(-1);
  const answer = await fetch(`${uri}?${query}`);
  return answer.text();
}

test('browser: the page opens, the callback is redeemed, the session is stored and told', async () => {
  const rig = await createRig({ signedIn: false });
  const { connections, provider, ports } = rig;
  const signIn = await connections.startSignIn(here);
  expect(signIn).toMatchObject({
    flow: 'browser',
    state: 'pending',
    authorizationUrl: 'https://login.test/authorize?state=state-1',
    expiresAt: new Date(ports.clock.now() + 10 * minute).toISOString(),
  });
  expect(ports.browser.opened).toEqual(['https://login.test/authorize?state=state-1']);
  const waiting = connections.waitForSignIn('acme', forever);
  expect(await comeBack(rig, 'code=abc&state=state-1')).toContain('You are signed in');
  expect(await waiting).toMatchObject({ state: 'signed_in' });
  expect(provider.calls).toEqual(['beginBrowser', 'redeem abc']);
  expect(rig.kept()?.tokens?.accessToken).toBe('access-1');
  expect(rig.session()).toMatchObject({ state: 'signed_in', renewable: true });
  expect(rig.told).toEqual(['signed_in acme']);
  expect(rig.notices()).toEqual(['signed_in']);
  expect(await connections.accessToken('acme')).toBe('access-1');
});

test('the registration is stored before the browser opens', async () => {
  const rig = await createRig({ signedIn: false });
  let keptAtOpening: unknown;
  rig.ports.browser.onOpen = () => {
    keptAtOpening = rig.kept();
  };
  await rig.connections.startSignIn(here);
  expect(keptAtOpening).toMatchObject({
    registrations: { browser: { clientId: 'client-browser' } },
  });
});

test('a registration that is stored already is not written again', async () => {
  const rig = await createRig();
  await rig.connections.startSignIn(here);
  expect(rig.ports.secrets.calls).toEqual(['get acme']);
});

test('bogus callbacks end nothing; the right one after them does', async () => {
  const rig = await createRig({ signedIn: false });
  await rig.connections.startSignIn(here);
  for (const query of ['code=abc&state=wrong', 'code=abc', 'error=access_denied&state=no', '']) {
    expect(await comeBack(rig, query)).toContain('did not expect');
  }
  expect(rig.signIn()?.state).toBe('pending');
  await comeBack(rig, 'code=abc&state=state-1');
  expect(rig.signIn()?.state).toBe('signed_in');
});

test('browser: access_denied with the right state ends it as denied', async () => {
  const rig = await createRig({ signedIn: false });
  await rig.connections.startSignIn(here);
  const waiting = codeOf(rig.connections.waitForSignIn('acme', forever));
  expect(await comeBack(rig, 'error=access_denied&state=state-1')).toContain('was denied');
  expect(await waiting).toBe('sign_in_denied');
  expect(rig.signIn()).toMatchObject({ state: 'failed', error: { code: 'sign_in_denied' } });
  expect(rig.provider.count('redeem')).toBe(0);
});

test('browser: another error with the right state ends it as failed, naming only an error code', async () => {
  const rig = await createRig({ signedIn: false });
  await rig.connections.startSignIn(here);
  await comeBack(rig, `error=${encodeURIComponent('<b>odd</b>')}&state=state-1`);
  expect(rig.signIn()?.error).toMatchObject({ code: 'sign_in_failed' });
  expect(JSON.stringify(rig.signIn())).not.toContain('odd');
});

test('browser: a code that can not be redeemed ends it as failed, with a hint', async () => {
  const rig = await createRig({ signedIn: false });
  rig.provider.fail('redeem', new KeyfobError('invalid_grant', 'The code is spent.'));
  await rig.connections.startSignIn(here);
  expect(await comeBack(rig, 'code=abc&state=state-1')).toContain('did not succeed');
  expect(rig.signIn()?.error).toMatchObject({
    code: 'sign_in_failed',
    message: 'The sign-in to acme failed: The code is spent.',
    hint: expect.stringContaining('keyfob login acme'),
  });
});

test('browser: the listener is up only while the sign-in is pending', async () => {
  const rig = await createRig({ signedIn: false });
  await rig.connections.startSignIn(here);
  expect(await comeBack(rig, '')).toContain('did not expect');
  await rig.connections.cancelSignIn('acme');
  await eventually(() => expect(comeBack(rig, '')).rejects.toThrow());
});

test('a browser that fails to open leaves the sign-in pending, and the view says so', async () => {
  const rig = await createRig({ signedIn: false });
  rig.ports.browser.onOpen = () => {
    throw new KeyfobError('browser_failed', 'No browser.', { hint: 'Copy the URL.' });
  };
  await rig.connections.startSignIn(here);
  await settle();
  expect(rig.signIn()).toMatchObject({ state: 'pending', error: { code: 'browser_failed' } });
  await comeBack(rig, 'code=abc&state=state-1');
  expect(rig.signIn()?.state).toBe('signed_in');
  expect(rig.signIn()?.error).toBeUndefined();
});

test('a browser sign-in that nobody finishes ends after ten minutes', async () => {
  const rig = await createRig({ signedIn: false });
  await rig.connections.startSignIn(here);
  const waiting = codeOf(rig.connections.waitForSignIn('acme', forever));
  await rig.ports.clock.advance(10 * minute - 1);
  expect(rig.signIn()?.state).toBe('pending');
  await rig.ports.clock.advance(1);
  expect(await waiting).toBe('sign_in_expired');
  expect(rig.signIn()).toMatchObject({ state: 'failed', error: { code: 'sign_in_expired' } });
});

test('device: the code is shown, the polls come, the session is stored', async () => {
  const rig = await createRig({ signedIn: false });
  const signIn = await rig.connections.startSignIn(byCode);
  expect(signIn).toMatchObject({
    flow: 'device',
    userCode: 'ABCD-EFGH',
    verificationUri: 'https://login.test/device',
    verificationUriComplete: 'https://login.test/device?user_code=ABCD-EFGH',
    expiresAt: new Date(rig.ports.clock.now() + 10 * minute).toISOString(),
  });
  expect(rig.ports.browser.opened).toEqual([]);
  rig.provider.polls.push(new KeyfobError('authorization_pending', 'Wait.'), 'granted');
  const waiting = rig.connections.waitForSignIn('acme', forever);
  await rig.ports.clock.advance(10 * second);
  expect(await waiting).toMatchObject({ state: 'signed_in', flow: 'device' });
  expect(rig.kept()?.tokens).toMatchObject({ accessToken: 'access-1', flow: 'device' });
  expect(rig.told).toEqual(['signed_in acme']);
});

test('device: denial and expiry at the provider end it by their names', async () => {
  const rig = await createRig({ signedIn: false });
  for (const [code, ended] of [
    ['access_denied', 'sign_in_denied'],
    ['expired_token', 'sign_in_expired'],
  ] as const) {
    await rig.connections.startSignIn(byCode);
    const waiting = codeOf(rig.connections.waitForSignIn('acme', forever));
    rig.provider.polls.push(new KeyfobError(code, code));
    await rig.ports.clock.advance(5 * second);
    expect(await waiting).toBe(ended);
  }
});

test("device: it ends with the provider's lifetime, even while a poll hangs", async () => {
  const rig = await createRig({ signedIn: false });
  rig.provider.deviceLifetimeMs = 30 * second;
  rig.provider.hold('poll');
  await rig.connections.startSignIn(byCode);
  const waiting = codeOf(rig.connections.waitForSignIn('acme', forever));
  await rig.ports.clock.advance(30 * second);
  expect(await waiting).toBe('sign_in_expired');
});

test('what was shown is no longer shown after the end', async () => {
  const rig = await createRig({ signedIn: false });
  await rig.connections.startSignIn(byCode);
  await rig.connections.cancelSignIn('acme');
  expect(rig.signIn()).not.toHaveProperty('userCode');
  await rig.connections.startSignIn({ ...here, flow: 'browser' });
  await rig.connections.cancelSignIn('acme');
  expect(rig.signIn()).not.toHaveProperty('authorizationUrl');
});

test('cancelling ends it; what arrives later changes nothing', async () => {
  const rig = await createRig({ signedIn: false });
  const release = rig.provider.hold('poll');
  rig.provider.polls.push('granted');
  await rig.connections.startSignIn(byCode);
  await rig.ports.clock.advance(5 * second);
  const waiting = codeOf(rig.connections.waitForSignIn('acme', forever));
  await rig.connections.cancelSignIn('acme');
  expect(await waiting).toBe('sign_in_cancelled');
  release();
  await settle();
  expect(rig.signIn()?.state).toBe('cancelled');
  expect(rig.kept()?.tokens).toBeUndefined();
  expect(rig.session()?.state).toBe('signed_out');
});

test('cancelling while the code is redeemed tells the browser too', async () => {
  const rig = await createRig({ signedIn: false });
  const release = rig.provider.hold('redeem');
  await rig.connections.startSignIn(here);
  const page = comeBack(rig, 'code=abc&state=state-1');
  await eventually(() => expect(rig.provider.count('redeem')).toBe(1));
  await rig.connections.cancelSignIn('acme');
  expect(await page).toContain('This sign-in has ended');
  release();
  await settle();
  expect(rig.kept()?.tokens).toBeUndefined();
});

test.each(['browser', 'device'] as const)(
  '%s: tokens that come after the sign-in was cancelled are revoked, and never kept',
  async (flow) => {
    const rig = await createRig({ signedIn: false });
    const step = flow === 'browser' ? 'redeem' : 'poll';
    const release = rig.provider.hold(step);
    rig.provider.polls.push('granted');
    await rig.connections.startSignIn(flow === 'browser' ? here : byCode);
    const page = flow === 'browser' ? comeBack(rig, 'code=abc&state=state-1') : undefined;
    if (flow === 'device') await rig.ports.clock.advance(5 * second);
    await eventually(() => expect(rig.provider.count(step)).toBe(1));
    await rig.connections.cancelSignIn('acme');
    await page;
    expect(rig.provider.count('revoke')).toBe(0);
    release();
    await eventually(() => expect(rig.provider.calls.at(-1)).toBe('revoke access-1'));
    expect(rig.kept()?.tokens).toBeUndefined();
    expect(rig.session()?.state).toBe('signed_out');
  },
);

test.each(['form', 'unattended'] as const)(
  '%s: tokens that come after the sign-in was cancelled are revoked, and never kept',
  async (flow) => {
    const rig = await createRig({ signedIn: false });
    const { provider } = rig;
    const release = provider.hold(flow);
    const signIn = async () => {
      await provider.call(flow);
      return provider.issue();
    };
    provider.signInByForm = signIn;
    provider.signInUnattended = signIn;
    const grant = flow === 'form' ? 'saml2-bearer' : 'client_credentials';
    await rig.connections.add({ ...corp, grant });
    // A sign-in that asks nobody has nothing to show before its end.
    const started = rig.connections
      .startSignIn({ ...here, connection: 'corp' })
      .catch(() => undefined);
    await eventually(() => expect(rig.provider.count(flow)).toBe(1));
    await rig.connections.cancelSignIn('corp');
    await started;
    expect(rig.provider.count('revoke')).toBe(0);
    release();
    await eventually(() => expect(rig.provider.calls.at(-1)).toBe('revoke access-1'));
    expect(rig.ports.secrets.values.get('corp') ?? '').not.toContain('access-1');
  },
);

test('the end of the helper waits for tokens that came too late to be revoked, not for ever', async () => {
  for (const answered of [true, false]) {
    const rig = await createRig({ signedIn: false });
    const release = rig.provider.hold('redeem');
    const revoked = rig.provider.hold('revoke');
    await rig.connections.startSignIn(here);
    const page = comeBack(rig, 'code=abc&state=state-1');
    await eventually(() => expect(rig.provider.count('redeem')).toBe(1));
    let closed = false;
    const closing = rig.connections.close().then(() => {
      closed = true;
    });
    await page;
    release();
    await eventually(() => expect(rig.provider.count('revoke')).toBe(1));
    await settle();
    expect(closed).toBe(false);
    if (answered) revoked();
    else await rig.ports.clock.advance(10 * second);
    await closing;
  }
});

test('tokens that the keychain does not take at once are kept, not revoked', async () => {
  const rig = await createRig({ signedIn: false });
  await rig.connections.startSignIn(here);
  rig.ports.secrets.lock();
  await comeBack(rig, 'code=abc&state=state-1');
  await settle();
  expect(rig.provider.count('revoke')).toBe(0);
  rig.ports.secrets.heal();
  await rig.ports.clock.advance(minute);
  expect(rig.kept()?.tokens?.accessToken).toBe('access-1');
});

test('cancelling before there is anything to show', async () => {
  const rig = await createRig({ signedIn: false });
  rig.provider.hold('beginDevice');
  const starting = codeOf(rig.connections.startSignIn(byCode));
  await settle();
  await rig.connections.cancelSignIn('acme');
  expect(await starting).toBe('sign_in_cancelled');
});

test('a second start joins the pending one: one page, one registration, one outcome', async () => {
  const rig = await createRig({ signedIn: false });
  const starts = await Promise.all(
    Array.from({ length: 10 }, () => rig.connections.startSignIn(here)),
  );
  expect(new Set(starts.map(({ authorizationUrl }) => authorizationUrl)).size).toBe(1);
  expect(rig.provider.count('beginBrowser')).toBe(1);
  expect(rig.ports.browser.opened).toHaveLength(1);
});

test('a person who starts again later, having lost the tab, gets the same page once more', async () => {
  const rig = await createRig({ signedIn: false });
  await rig.connections.startSignIn(here);
  await rig.ports.clock.advance(10 * second);
  await rig.connections.startSignIn(here);
  expect(rig.ports.browser.opened).toHaveLength(2);
  expect(new Set(rig.ports.browser.opened).size).toBe(1);
});

test('another flow asked for by name replaces the pending one', async () => {
  const rig = await createRig({ signedIn: false });
  await rig.connections.startSignIn(here);
  const waiting = codeOf(rig.connections.waitForSignIn('acme', forever));
  const replaced = await rig.connections.startSignIn(byCode);
  expect(replaced.flow).toBe('device');
  expect(await waiting).toBe('sign_in_cancelled');
  expect(rig.signIn()).toMatchObject({ flow: 'device', state: 'pending' });
  const joined = await rig.connections.startSignIn({ ...here, remote: true });
  expect(joined.flow).toBe('device');
});

test.each([
  ['a browser here', {}, {}, 'browser'],
  ['a remote caller', {}, { remote: true }, 'device'],
  ['no browser', { available: false }, {}, 'device'],
  ['the setting says device', { setting: 'device' }, {}, 'device'],
  [
    'the setting says browser, the caller is remote',
    { setting: 'browser' },
    { remote: true },
    'browser',
  ],
  ['the caller says browser', { setting: 'device' }, { flow: 'browser' }, 'browser'],
  ['the caller says device', { setting: 'browser' }, { flow: 'device' }, 'device'],
  ['the caller says auto', { setting: 'device' }, { flow: 'auto' }, 'browser'],
] as const)('the flow with %s', async (_name, machine, input, flow) => {
  const rig = await createRig({
    signedIn: false,
    settings: 'setting' in machine ? { flow: machine.setting } : {},
  });
  rig.ports.browser.available = !('available' in machine);
  const signIn = await rig.connections.startSignIn({ ...here, ...input });
  expect(signIn.flow).toBe(flow);
});

test('a remote caller never has a browser opened for it, nor one that shows the URL itself', async () => {
  const rig = await createRig({ signedIn: false });
  await rig.connections.startSignIn({ ...here, flow: 'browser', remote: true });
  await rig.connections.startSignIn({ ...here, openBrowser: false });
  expect(rig.ports.browser.opened).toEqual([]);
});

test('a failure to start is told to the caller, and kept as the outcome', async () => {
  const rig = await createRig({ signedIn: false });
  rig.provider.fail('beginBrowser', new KeyfobError('network_error', 'No network.'));
  expect(await codeOf(rig.connections.startSignIn(here))).toBe('network_error');
  expect(await codeOf(rig.connections.waitForSignIn('acme', forever))).toBe('network_error');
  rig.provider.heal();
  expect(await rig.connections.startSignIn(here)).toMatchObject({ state: 'pending' });
});

test('a keychain that can not be used is told before anybody opens a page', async () => {
  for (const failing of ['get', 'set'] as const) {
    const rig = await createRig({
      signedIn: false,
      prepare: ({ ports }) =>
        ports.secrets.fail(new KeyfobError('keychain_unavailable', 'None here.'), failing),
    });
    expect(await codeOf(rig.connections.startSignIn(here))).toBe('keychain_unavailable');
    expect(rig.ports.browser.opened).toEqual([]);
  }
});

test('a sign-in whose tokens can not be stored says so, and is stored as soon as possible', async () => {
  const rig = await createRig({ signedIn: false });
  await rig.connections.startSignIn(byCode);
  rig.ports.secrets.lock();
  rig.provider.polls.push('granted');
  const waiting = rig.connections.waitForSignIn('acme', forever).catch((error: unknown) => error);
  await rig.ports.clock.advance(5 * second);
  expect(await waiting).toMatchObject({
    code: 'keychain_locked',
    hint: expect.stringContaining('kept in memory'),
  });
  expect(rig.session()).toMatchObject({ state: 'signed_out', error: { code: 'keychain_locked' } });
  expect(rig.told).toEqual([]);
  expect(await codeOf(rig.connections.accessToken('acme'))).toBe('keychain_locked');
  rig.ports.secrets.heal();
  expect(await rig.connections.accessToken('acme')).toBe('access-1');
  expect(rig.session()).toMatchObject({ state: 'signed_in' });
  expect(rig.told).toEqual(['signed_in acme']);
});

test('tokens that lapse before the keychain takes them are not told as a sign-in', async () => {
  const rig = await createRig({ signedIn: false });
  rig.provider.refreshable = false;
  await rig.connections.startSignIn(byCode);
  rig.ports.secrets.lock();
  rig.provider.polls.push('granted');
  await rig.ports.clock.advance(61 * minute);
  rig.ports.secrets.heal();
  await rig.ports.clock.advance(5 * minute);
  expect(rig.session()?.state).toBe('signed_out');
  expect(rig.notices()).not.toContain('signed_in');
});

test('a sign-in is told only when its tokens are in the keychain', async () => {
  const rig = await createRig({ signedIn: false });
  await rig.connections.startSignIn(byCode);
  const release = rig.ports.secrets.hold();
  rig.provider.polls.push('granted');
  await rig.ports.clock.advance(5 * second);
  expect(rig.signIn()?.state).toBe('pending');
  expect(rig.session()?.state).toBe('signed_out');
  expect(rig.told).toEqual([]);
  await rig.ports.clock.advance(11 * second);
  release();
  await settle();
  expect(rig.signIn()?.state).toBe('signed_in');
  expect(rig.session()?.state).toBe('signed_in');
});

test('cancelling while the tokens are being stored comes too late, and waits for the end', async () => {
  const rig = await createRig({ signedIn: false });
  await rig.connections.startSignIn(byCode);
  const release = rig.ports.secrets.hold();
  rig.provider.polls.push('granted');
  await rig.ports.clock.advance(5 * second);
  const cancelling = rig.connections.cancelSignIn('acme');
  release();
  await cancelling;
  expect(rig.signIn()?.state).toBe('signed_in');
});

test('a new sign-in replaces the session; a late refresh of the old one does not undo it', async () => {
  const rig = await createRig();
  const release = rig.provider.hold('refresh');
  rig.ports.clock.jump(50 * minute);
  rig.ports.wake.wake();
  await settle();
  await rig.connections.startSignIn(byCode);
  rig.provider.polls.push('granted');
  await rig.ports.clock.advance(5 * second);
  expect(await rig.connections.accessToken('acme')).toBe('access-2');
  release();
  await rig.ports.clock.advance(second);
  expect(await rig.connections.accessToken('acme')).toBe('access-2');
  expect(rig.kept()?.tokens?.accessToken).toBe('access-2');
});

test('a pending sign-in leaves the present session at work', async () => {
  const rig = await createRig();
  await rig.connections.startSignIn(byCode);
  expect(await rig.connections.accessToken('acme')).toBe('access-1');
  await rig.ports.clock.advance(9 * minute);
  await rig.connections.cancelSignIn('acme');
  expect(rig.session()?.state).toBe('signed_in');
  expect(rig.kept()?.tokens?.accessToken).toBe('access-1');
});

test('waiting without a sign-in, and waiting after one', async () => {
  const rig = await createRig({ signedIn: false });
  expect(await codeOf(rig.connections.waitForSignIn('acme', forever))).toBe('no_pending_sign_in');
  expect(await codeOf(rig.connections.cancelSignIn('acme'))).toBe('no_pending_sign_in');
  await rig.connections.startSignIn(byCode);
  rig.provider.polls.push('granted');
  await rig.ports.clock.advance(5 * second);
  expect(await rig.connections.waitForSignIn('acme', forever)).toMatchObject({
    state: 'signed_in',
  });
});

test('a waiter that goes away leaves the sign-in pending', async () => {
  const rig = await createRig({ signedIn: false });
  await rig.connections.startSignIn(byCode);
  const controller = new AbortController();
  const waiting = rig.connections.waitForSignIn('acme', controller.signal);
  controller.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  expect(rig.signIn()?.state).toBe('pending');
});

test('no code, token or registration is seen outside', async () => {
  const rig = await createRig({ signedIn: false });
  await rig.connections.startSignIn(here);
  await comeBack(rig, 'code=the-code&state=state-1');
  const visible = JSON.stringify([
    rig.ports.log.entries,
    rig.state.snapshot(),
    rig.ports.notifier.notices,
  ]);
  expect(visible).toContain('sign_in_ended');
  expect(visible).not.toMatch(/the-code|access-1|refresh-1|secret-browser|login\.test/);
});
