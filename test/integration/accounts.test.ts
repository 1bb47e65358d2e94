import { afterEach, expect, test } from 'vitest';
import { createAccounts } from '../../main/accounts/accounts.ts';
import type { AccessTokens } from '../../main/accounts/source.ts';
import { createIdentityCenterAccounts } from '../../main/identity-center/account-source.ts';
import { createClock } from '../../main/platform/clock.ts';
import { createFetch } from '../../main/platform/fetch.ts';
import { createStateStore, emptyState } from '../../main/state.ts';
import { createServerClock, createUpstream } from '../../main/upstream.ts';
import { KeyfobError } from '../../shared/errors.ts';
import { minimumMs } from '../simulator/limiter.ts';
import { createSimulator, type SimulatorOptions } from '../simulator/simulator.ts';
import { connectionView } from '../support/cli.ts';
import { createFakePorts } from '../support/fake-ports.ts';
import { createFakeTokens, fakeSurroundings } from '../support/fake-source.ts';
import { createStage } from '../support/oidc-stage.ts';

/** The catalogue and the credentials against the simulator's portal, in real time. */

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function setUp(options: SimulatorOptions = {}) {
  const simulator = createSimulator(options);
  await simulator.start();
  const stage = createStage(simulator);
  const { accessToken } = await stage.signIn();
  const ports = {
    ...createFakePorts({ env: simulator.env() }),
    clock: createClock(),
    fetch: createFetch({ env: simulator.env() }),
  };
  const serverClock = createServerClock(ports.clock);
  const upstream = createUpstream({ ...ports, serverClock });
  const source = createIdentityCenterAccounts({
    settings: {
      kind: 'identity-center',
      name: 'acme',
      startUrl: simulator.startUrl,
      region: simulator.region,
      scopes: ['sso:account:access'],
      flow: 'auto',
    },
    ports,
    upstream,
    serverClock,
  });
  const seen = { renewals: 0, signOuts: 0 };
  let token = accessToken;
  let renewing: Promise<string> | undefined;
  async function renew(): Promise<string> {
    seen.renewals++;
    if (seen.renewals > 3) {
      seen.signOuts++;
      throw new KeyfobError('sign_in_required', 'Sign in.');
    }
    token = (await stage.signIn()).accessToken;
    renewing = undefined;
    return token;
  }
  const tokens: AccessTokens = {
    accessToken: async () => token,
    async renewAfterRefusal(_, refused) {
      if (refused !== token) return token;
      // All who were refused at once share one renewal, as the connections do it.
      renewing ??= renew();
      return await renewing;
    },
  };
  const state = createStateStore(
    emptyState({ version: '0', pid: 1, startedAt: '2026-01-01T00:00:00Z', keychain: 'memory' }),
  );
  // What is listed is of the connections that there are.
  state.set('connections', [connectionView('acme')]);
  const accounts = createAccounts({
    ports,
    state,
    tokens: { ...createFakeTokens(), ...tokens },
    sourceFor: () => source,
    ...fakeSurroundings(),
  });
  await accounts.load(['acme']);
  endings.push(
    () => simulator.stop(),
    () => accounts.close(),
  );
  return { simulator, accounts, state, seen, ports };
}

// Real time, on machines that are busy with others: the bar of 1.15 is for `npm run bench`.
test('a portal limited to 50 requests a second with 429 is listed without failure and without stalling', async () => {
  const limit = { perSecond: 50, burst: 10 };
  const size = { accounts: 250, rolesPerAccount: 3 };
  const timeToSync = async ({ accounts }: Awaited<ReturnType<typeof setUp>>) => {
    const startedAt = performance.now();
    await accounts.sync('acme');
    return performance.now() - startedAt;
  };
  const unlimited = await timeToSync(await setUp({ switches: size }));
  const limited = await setUp({ switches: { ...size, portalLimit: limit } });
  const took = await timeToSync(limited);
  const { simulator, state, seen } = limited;
  expect(state.get('accounts')).toHaveLength(750);
  expect(simulator.journal.entries.some(({ status }) => status === 429)).toBe(true);
  expect(seen).toEqual({ renewals: 0, signOuts: 0 });
  expect(took).toBeLessThan(2 * minimumMs(250 + 3, limit) + 3 * unlimited);
});

test('a portal that refuses most requests is still listed whole, and nobody is signed out', async () => {
  const { simulator, accounts, state, seen } = await setUp({
    switches: { accounts: 12, pageSize: 2, portalLimit: { perSecond: 10, burst: 1 } },
  });
  simulator.faults.inject(
    'ListAccountRoles',
    { kind: 'status', status: 429, headers: { 'Retry-After': '1' } },
    2,
  );
  await accounts.sync('acme');
  expect(state.get('accounts')).toHaveLength(24);
  expect(seen).toEqual({ renewals: 0, signOuts: 0 });
});

test('pages of one account and awkward tokens lead to every account', async () => {
  const { accounts, state } = await setUp({
    switches: { accounts: 30, rolesPerAccount: 5, pageSize: 1 },
  });
  await accounts.sync('acme');
  expect(state.get('accounts')).toHaveLength(150);
});

test('awkward names become paths that resolve, each to its own account', async () => {
  const { accounts, state } = await setUp({
    switches: { accounts: 13, rolesPerAccount: 2, awkwardNames: true },
  });
  await accounts.sync('acme');
  const all = state.get('accounts');
  expect(all).toHaveLength(26);
  expect(new Set(all.map(({ path }) => path)).size).toBe(26);
  for (const account of all) {
    expect(account.path).toMatch(/^acme\/[\p{L}\p{M}\p{N}_.+=,@~-]+\/\w+$/u);
    expect(accounts.resolve(account.path)).toBe(account);
    expect(accounts.resolve(account.id)).toBe(account);
  }
  expect(() => accounts.resolve('Twin/Admin')).toThrow(
    expect.objectContaining({ code: 'ambiguous_account' }),
  );
});

test('failures in the middle of a sync are got over: 5xx, resets, truncated bodies', async () => {
  const { simulator, accounts, state } = await setUp({ switches: { accounts: 20 } });
  simulator.faults.inject('ListAccountRoles', { kind: 'status', status: 503 }, 3);
  simulator.faults.inject('ListAccountRoles', { kind: 'reset' }, 2);
  simulator.faults.inject('ListAccountRoles', { kind: 'truncated' }, 2);
  await accounts.sync('acme');
  expect(state.get('accounts')).toHaveLength(40);
});

test('a token that lapses in the middle of a sync is renewed once, and the sync goes on', async () => {
  const { simulator, accounts, state, seen } = await setUp({
    switches: { accounts: 60, latencyMs: { ListAccountRoles: 30 } },
  });
  const sync = accounts.sync('acme');
  await expect.poll(() => simulator.journal.count('ListAccountRoles')).toBeGreaterThan(10);
  simulator.endSessions();
  await sync;
  expect(state.get('accounts')).toHaveLength(120);
  expect(seen).toEqual({ renewals: 1, signOuts: 0 });
});

test('1,000 requests at once for one account are one call to the portal', async () => {
  const { simulator, accounts } = await setUp({
    switches: { latencyMs: { GetRoleCredentials: 50 } },
  });
  await accounts.sync('acme');
  const answers = await Promise.all(
    Array.from({ length: 1_000 }, () => accounts.credentials('Production/Admin')),
  );
  expect(simulator.journal.count('GetRoleCredentials')).toBe(1);
  expect(new Set(answers.map(({ credentials }) => credentials.accessKeyId)).size).toBe(1);
});

test('a role that was taken away is forbidden, and nobody is signed out', async () => {
  const { simulator, accounts, seen } = await setUp();
  await accounts.sync('acme');
  simulator.faults.inject('GetRoleCredentials', { kind: 'exception', name: 'ForbiddenException' });
  await expect(accounts.credentials('Production/Admin')).rejects.toMatchObject({
    code: 'forbidden',
    hint: expect.stringContaining('keyfob accounts --sync'),
  });
  expect(seen).toEqual({ renewals: 0, signOuts: 0 });
});

test('before the first sync an id works, and one of somebody else is forbidden', async () => {
  const { accounts, seen } = await setUp();
  const { credentials } = await accounts.credentials('acme/000000000042/Admin');
  expect(credentials.accountId).toBe('000000000042');
  await expect(accounts.credentials('acme/999999999999/Admin')).rejects.toMatchObject({
    code: 'forbidden',
  });
  expect(seen).toEqual({ renewals: 0, signOuts: 0 });
});

test('credentials of seconds are replaced before they end, and a portal that is down is bridged', async () => {
  const { simulator, accounts } = await setUp({ switches: { lifetimes: { roleSeconds: 8 } } });
  await accounts.sync('acme');
  const { credentials: first } = await accounts.credentials('Production/Admin');
  // Renewal starts after three eighths of so short a life.
  const cached = () => accounts.cachedCredentials('Production/Admin')?.credentials.accessKeyId;
  await expect.poll(cached).not.toBe(first.accessKeyId);
  expect(cached()).toMatch(/^ASIA/);
  await simulator.refuse('portal');
  const { credentials: last } = await accounts.credentials('Production/Admin');
  expect(last.expiresAt).toBeGreaterThan(simulator.now());
});
