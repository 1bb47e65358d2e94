import { expect, onTestFinished, test } from 'vitest';
import { createConnections } from '../../main/connections/connections.ts';
import type { StoredSession } from '../../main/connections/provider.ts';
import { createIdentityCenterProvider } from '../../main/identity-center/provider.ts';
import { createClock } from '../../main/platform/clock.ts';
import { createFetch } from '../../main/platform/fetch.ts';
import { createRandom } from '../../main/platform/random.ts';
import { createStateStore, emptyState } from '../../main/state.ts';
import { createServerClock, createUpstream } from '../../main/upstream.ts';
import { createSimulator, type Simulator } from '../simulator/simulator.ts';
import type { SwitchChanges } from '../simulator/switches.ts';
import { codeOf } from '../support/connections.ts';
import { eventually } from '../support/eventually.ts';
import { createFakePorts } from '../support/fake-ports.ts';
import { approve } from '../support/person.ts';

/** Sign-in, renewal and sign-out against the simulator, over real sockets and in real time. */

const forever = new AbortController().signal;
const byBrowser = {
  connection: 'acme',
  flow: 'browser',
  openBrowser: true,
  remote: false,
} as const;
const byCode = { connection: 'acme', flow: 'device', openBrowser: false, remote: true } as const;

async function startSimulator(switches: SwitchChanges = {}): Promise<Simulator> {
  const simulator = createSimulator({
    switches: { strictInterval: true, pkceRequired: true, ...switches },
  });
  await simulator.start();
  onTestFinished(() => simulator.stop());
  return simulator;
}

/** One helper's connections; pass the secrets of another to restart it. */
async function open(simulator: Simulator, secrets = createFakePorts().secrets) {
  const ports = {
    ...createFakePorts({ env: simulator.env(), secrets }),
    clock: createClock(),
    fetch: createFetch({ env: {} }),
    random: createRandom(),
  };
  const settings = {
    kind: 'identity-center',
    name: 'acme',
    startUrl: simulator.startUrl,
    region: simulator.region,
    scopes: ['sso:account:access'],
    flow: 'auto',
  } as const;
  ports.files.contents.set(
    'connections.json',
    JSON.stringify({ version: 1, connections: [settings] }),
  );
  const state = createStateStore(
    emptyState({ version: '0', pid: 1, startedAt: new Date().toISOString(), keychain: 'memory' }),
  );
  const told: string[] = [];
  const connections = createConnections({
    ports,
    state,
    providerFor(of) {
      if (of.kind !== 'identity-center') throw new Error(`Unexpected kind ${of.kind}`);
      const serverClock = createServerClock(ports.clock);
      const upstream = createUpstream({ ...ports, serverClock });
      return createIdentityCenterProvider({ settings: of, ports, upstream, serverClock });
    },
    onSignedIn: () => told.push('signed_in'),
    onSignedOut: () => told.push('signed_out'),
  });
  onTestFinished(() => connections.close());
  await connections.load();
  return {
    connections,
    ports,
    state,
    told,
    session: () => state.get('connections')[0]?.session,
    signIn: () => state.get('signIns')[0],
    kept: () => JSON.parse(secrets.values.get('acme') ?? 'null') as StoredSession | null,
    /** What the portal says to an access token. */
    async portal(accessToken: string): Promise<number> {
      const { AWS_ENDPOINT_URL_SSO: url } = simulator.env();
      const answer = await fetch(`${url}/assignment/accounts`, {
        headers: { 'x-amz-sso_bearer_token': accessToken },
      });
      return answer.status;
    },
  };
}

async function signedIn(simulator: Simulator) {
  const helper = await open(simulator);
  const { authorizationUrl } = await helper.connections.startSignIn(byBrowser);
  await approve(authorizationUrl ?? '');
  await helper.connections.waitForSignIn('acme', forever);
  return helper;
}

test('browser sign-in: the person approves, our page says so, the portal takes the token', async () => {
  const simulator = await startSimulator();
  const helper = await open(simulator);
  let page: Promise<string> | undefined;
  helper.ports.browser.onOpen = (url) => {
    page = approve(url);
  };
  await helper.connections.startSignIn(byBrowser);
  expect(await helper.connections.waitForSignIn('acme', forever)).toMatchObject({
    state: 'signed_in',
  });
  expect(await page).toContain('You are signed in');
  expect(helper.session()).toMatchObject({ state: 'signed_in', renewable: true });
  expect(await helper.portal(await helper.connections.accessToken('acme'))).toBe(200);
});

test('device sign-in: the code that is shown is approved, with the interval kept to the letter', async () => {
  const simulator = await startSimulator();
  const helper = await open(simulator);
  const { verificationUriComplete, userCode } = await helper.connections.startSignIn(byCode);
  expect(simulator.pendingUserCodes()).toEqual([userCode]);
  await approve(verificationUriComplete ?? '');
  expect(await helper.connections.waitForSignIn('acme', forever)).toMatchObject({
    state: 'signed_in',
  });
  expect(await helper.portal(await helper.connections.accessToken('acme'))).toBe(200);
});

test('browser sign-in denied by the person', async () => {
  const simulator = await startSimulator({ consent: 'deny' });
  const helper = await open(simulator);
  const { authorizationUrl } = await helper.connections.startSignIn(byBrowser);
  const waiting = codeOf(helper.connections.waitForSignIn('acme', forever));
  expect(await (await fetch(authorizationUrl ?? '')).text()).toContain('The sign-in was denied');
  expect(await waiting).toBe('sign_in_denied');
});

test('device sign-in denied by the person', async () => {
  const simulator = await startSimulator();
  const helper = await open(simulator);
  const { userCode } = await helper.connections.startSignIn(byCode);
  simulator.deny(userCode);
  expect(await codeOf(helper.connections.waitForSignIn('acme', forever))).toBe('sign_in_denied');
});

test('device sign-in that nobody approves ends with its code', async () => {
  const simulator = await startSimulator({ lifetimes: { deviceSeconds: 2 } });
  const helper = await open(simulator);
  await helper.connections.startSignIn(byCode);
  expect(await codeOf(helper.connections.waitForSignIn('acme', forever))).toBe('sign_in_expired');
});

test('a cancelled sign-in: an approval afterwards brings nothing', async () => {
  const simulator = await startSimulator();
  const helper = await open(simulator);
  const { userCode } = await helper.connections.startSignIn(byCode);
  await helper.connections.cancelSignIn('acme');
  simulator.approve(userCode);
  expect(await codeOf(helper.connections.waitForSignIn('acme', forever))).toBe('sign_in_cancelled');
  expect(helper.session()?.state).toBe('signed_out');
  expect(helper.kept()?.tokens).toBeUndefined();
});

test('a code that was spent by somebody else ends the sign-in as failed', async () => {
  const simulator = await startSimulator({ consent: 'approve', lifetimes: { codeSeconds: 0.001 } });
  const helper = await open(simulator);
  const { authorizationUrl } = await helper.connections.startSignIn(byBrowser);
  await fetch(authorizationUrl ?? '');
  const error = await helper.connections
    .waitForSignIn('acme', forever)
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'sign_in_failed', details: { reason: 'invalid_grant' } });
});

test.each(['strict', 'grace'] as const)(
  'tokens of two seconds, rotation %s: always signed in, each rotated token stored',
  async (rotation) => {
    const simulator = await startSimulator({ rotation, lifetimes: { accessSeconds: 2 } });
    const helper = await signedIn(simulator);
    const { secrets } = helper.ports;
    const stored = [secrets.values.get('acme') ?? ''];
    const store = secrets.set;
    secrets.set = async (key, value) => {
      await store(key, value);
      stored.push(value);
    };
    const seen = new Set<string>();
    while (seen.size < 4) {
      const token = await helper.connections.accessToken('acme');
      const given = performance.now();
      expect(stored.some((value) => value.includes(token))).toBe(true);
      seen.add(token);
      const status = await helper.portal(token);
      // A fifth of its life is left when it is given; a busy machine may take longer to use it.
      if (performance.now() - given < 300) expect(status).toBe(200);
    }
    expect(helper.ports.notifier.notices.map(({ kind }) => kind)).toEqual(['signed_in']);
  },
);

test('1,000 callers of a lapsed session cause one CreateToken', async () => {
  const simulator = await startSimulator();
  const { ports } = await signedIn(simulator);
  const session = JSON.parse(ports.secrets.values.get('acme') ?? '') as { tokens: object };
  const lapsed = { ...session, tokens: { ...session.tokens, obtainedAt: 0, expiresAt: 1 } };
  ports.secrets.values.set('acme', JSON.stringify(lapsed));
  simulator.switches.latencyMs.CreateToken = 200;
  const before = simulator.journal.count('CreateToken');
  const helper = await open(simulator, ports.secrets);
  const tokens = await Promise.all(
    Array.from({ length: 1_000 }, () => helper.connections.accessToken('acme')),
  );
  expect(new Set(tokens).size).toBe(1);
  expect(simulator.journal.count('CreateToken') - before).toBe(1);
});

test('a restart: still signed in, without a prompt, and the registration is used again', async () => {
  const simulator = await startSimulator();
  const first = await signedIn(simulator);
  await first.connections.close();
  const second = await open(simulator, first.ports.secrets);
  expect(await second.portal(await second.connections.accessToken('acme'))).toBe(200);
  const { authorizationUrl } = await second.connections.startSignIn(byBrowser);
  await approve(authorizationUrl ?? '');
  await second.connections.waitForSignIn('acme', forever);
  expect(simulator.journal.count('RegisterClient')).toBe(1);
});

test('a helper killed after the provider rotated, before it stored, is still signed in', async () => {
  const simulator = await startSimulator({ rotation: 'grace' });
  const first = await signedIn(simulator);
  const release = first.ports.secrets.hold();
  const token = await first.connections.accessToken('acme');
  const caller = codeOf(first.connections.renewAfterRefusal('acme', token));
  await eventually(() => expect(first.ports.secrets.calls.at(-1)).toBe('set acme'));
  // The first never gets to store what it was given: the second starts from the item as it is.
  const secrets = createFakePorts().secrets;
  secrets.values.set('acme', first.ports.secrets.values.get('acme') ?? '');
  const second = await open(simulator, secrets);
  const renewed = await second.connections.renewAfterRefusal('acme', token);
  expect(await second.portal(renewed)).toBe(200);
  release();
  await caller;
});

test('an administrator ends the session: signed out, told once', async () => {
  const simulator = await startSimulator();
  const helper = await signedIn(simulator);
  const token = await helper.connections.accessToken('acme');
  simulator.endSessions();
  expect(await helper.portal(token)).toBe(401);
  const codes = await Promise.all(
    Array.from({ length: 20 }, () => codeOf(helper.connections.renewAfterRefusal('acme', token))),
  );
  expect(new Set(codes)).toEqual(new Set(['sign_in_required']));
  expect(helper.session()?.state).toBe('signed_out');
  expect(helper.kept()?.tokens).toBeUndefined();
  expect(helper.told).toEqual(['signed_in', 'signed_out']);
  expect(helper.ports.notifier.notices.map(({ kind }) => kind)).toEqual([
    'signed_in',
    'sign_in_required',
  ]);
});

test('a clock that is a day wrong does no harm', async () => {
  const simulator = await startSimulator({ clockSkewSeconds: 86_400 });
  const helper = await signedIn(simulator);
  expect(await helper.portal(await helper.connections.accessToken('acme'))).toBe(200);
  expect(Date.parse(helper.session()?.expiresAt ?? '') - Date.now()).toBeGreaterThan(86_400_000);
});

test('signing out: the portal refuses the token, and nothing is left in the keychain', async () => {
  const simulator = await startSimulator();
  const helper = await signedIn(simulator);
  const token = await helper.connections.accessToken('acme');
  expect(await helper.connections.signOut('acme')).toEqual({ revoked: true });
  expect(await helper.portal(token)).toBe(401);
  expect(helper.ports.secrets.values.size).toBe(0);
});

test('no secret of the simulator reaches the log or the state', async () => {
  const simulator = await startSimulator();
  const helper = await signedIn(simulator);
  await helper.connections.signOut('acme');
  const visible = JSON.stringify([helper.ports.log.entries, helper.state.snapshot()]);
  const secrets = simulator.secrets();
  expect(secrets.length).toBeGreaterThan(3);
  for (const secret of secrets) expect(visible).not.toContain(secret);
});
