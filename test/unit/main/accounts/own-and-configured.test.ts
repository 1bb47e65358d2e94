import { describe, expect, test } from 'vitest';
import { createAccounts } from '../../../../main/accounts/accounts.ts';
import { createStateStore, emptyState } from '../../../../main/state.ts';
import type { NewAccount } from '../../../../shared/commands/configured-accounts.ts';
import { KeyfobError } from '../../../../shared/errors.ts';
import type { ConnectionSettings, ConnectionView } from '../../../../shared/model.ts';
import { listedAccount } from '../../../support/accounts.ts';
import { codeOf } from '../../../support/connections.ts';
import { createFakePorts, type FakePorts, settle } from '../../../support/fake-ports.ts';
import {
  createFakeSource,
  createFakeTokens,
  fakeSurroundings,
} from '../../../support/fake-source.ts';

const corp: ConnectionSettings = {
  kind: 'oidc',
  name: 'corp',
  issuer: 'https://id.corp.example',
  metadata: 'oidc',
  clientAuthentication: 'none',
  grant: 'interactive',
  scopes: ['openid', 'profile'],
  flow: 'auto',
};
const acme = fakeSurroundings().settingsOf('acme');

function viewOf(settings: ConnectionSettings): ConnectionView {
  return {
    settings,
    session: { state: 'signed_in', renewable: true, expiresAt: '2100-01-01T00:00:00Z' },
    catalogue: { accounts: 0, syncing: false },
  };
}

async function setUp(ports: FakePorts = createFakePorts(), connections = [acme, corp]) {
  const state = createStateStore(
    emptyState({ version: '0', pid: 1, startedAt: '2026-01-01T00:00:00Z', keychain: 'memory' }),
  );
  state.set('connections', connections.map(viewOf));
  const source = createFakeSource(ports.clock);
  const tokens = createFakeTokens();
  const accounts = createAccounts({
    ports,
    state,
    tokens,
    sourceFor: () => source,
    settingsOf(name) {
      const view = state.get('connections').find(({ settings }) => settings.name === name);
      if (view === undefined) throw new KeyfobError('unknown_connection', `No ${name}.`);
      return view.settings;
    },
    prompts: fakeSurroundings().prompts,
  });
  await accounts.load(connections.map(({ name }) => name));
  const paths = () => state.get('accounts').map(({ path }) => path);
  return { accounts, paths, ports, source, state, tokens };
}

const deploy: NewAccount = {
  kind: 'aws-assumed-role',
  connection: 'acme',
  name: 'deploy',
  source: 'prod/Admin',
  roleArn: 'arn:aws:iam::111122223333:role/Deploy',
};

async function setUpListed(ports?: FakePorts) {
  const all = await setUp(ports);
  all.source.lists(listedAccount(1, 'prod'));
  await all.accounts.sync('acme');
  return all;
}

describe('a connection’s own token', () => {
  test('is there for OpenID connections alone, before anything was synced', async () => {
    const { paths, state } = await setUp();
    expect(paths()).toEqual(['corp/access']);
    expect(state.get('accounts')[0]).toMatchObject({
      kind: 'token',
      token: 'access',
      scopes: ['openid', 'profile'],
    });
  });

  test('comes and goes with its connection', async () => {
    const { paths, state } = await setUp(undefined, [acme]);
    expect(paths()).toEqual([]);
    state.update('connections', (views) => [...views, viewOf(corp)]);
    expect(paths()).toEqual(['corp/access']);
    state.update('connections', (views) =>
      views.filter(({ settings }) => settings.name !== 'corp'),
    );
    expect(paths()).toEqual([]);
  });

  test('is meant by the connection’s name where a token is asked for', async () => {
    const { accounts, ports, tokens } = await setUp();
    tokens.answer = async () => ({
      token: 'T',
      tokenType: 'Bearer',
      issuer: corp.kind === 'oidc' ? corp.issuer : '',
      obtainedAt: ports.clock.now(),
      expiresAt: ports.clock.now() + 3_600_000,
    });
    expect(await accounts.token('corp', {})).toMatchObject({
      account: { path: 'corp/access' },
      token: { token: 'T' },
    });
    expect(accounts.cachedToken('corp', {})?.token.token).toBe('T');
    expect(accounts.cachedToken('nothing', {})).toBeUndefined();
  });

  test('that a server refused is for its connection to replace', async () => {
    const { accounts, tokens } = await setUp();
    await accounts.refuseToken('corp', {}, 'T');
    expect(tokens.replaced).toEqual([['corp', 'T']]);
    expect(await codeOf(accounts.refuseToken('acme/prod/Admin', {}, 'T'))).toBe('unknown_account');
  });

  test('of another scope that a server refused is got anew, a few times a minute', async () => {
    const { accounts, ports, tokens } = await setUp();
    tokens.answer = async () => ({
      token: `T${tokens.wishes.length}`,
      tokenType: 'Bearer',
      issuer: 'https://id.corp.example',
      obtainedAt: ports.clock.now(),
      expiresAt: ports.clock.now() + 3_600_000,
    });
    const wish = { scope: ['orders'] };
    const next = async () => (await accounts.token('corp', wish)).token.token;
    const one = await next();
    await accounts.refuseToken('corp', wish, 'of somebody else');
    await accounts.refuseToken('corp', { scope: ['other'] }, one);
    expect(await next()).toBe(one);
    await accounts.refuseToken('corp', wish, one);
    const two = await next();
    expect(two).not.toBe(one);
    await accounts.refuseToken('corp', wish, one);
    expect(await next()).toBe(two);
    const seen = new Set<string>();
    for (let i = 0; i < 20; i++) {
      seen.add(await next());
      await accounts.refuseToken('corp', wish, await next());
    }
    expect(seen.size).toBe(5);
    await ports.clock.advance(61_000);
    const last = await next();
    await accounts.refuseToken('corp', wish, last);
    expect(await next()).not.toBe(last);
  });

  test('can be the active account', async () => {
    const { accounts, tokens } = await setUp();
    await accounts.use('corp/access');
    tokens.failure = new KeyfobError('sign_in_required', 'Sign in.');
    expect(await codeOf(accounts.token(undefined, {}))).toBe('sign_in_required');
    expect(await codeOf(accounts.credentials(undefined))).toBe('invalid_input');
    expect(accounts.cachedCredentials(undefined)).toBeUndefined();
  });

  test('an account of AWS is no token, and the other way round', async () => {
    const { accounts } = await setUpListed();
    await expect(accounts.token('acme/prod/Admin', {})).rejects.toMatchObject({
      code: 'invalid_input',
      hint: expect.stringContaining('keyfob credential-process acme/prod/Admin'),
    });
    await expect(accounts.credentials('corp/access')).rejects.toMatchObject({
      code: 'invalid_input',
      hint: expect.stringContaining('keyfob token corp/access'),
    });
    expect(accounts.cachedToken('acme/prod/Admin', {})).toBeUndefined();
    expect(accounts.cachedCredentials('corp/access')).toBeUndefined();
  });
});

describe('an account that was put together', () => {
  test('stands after what its connection lists, and is found as everything else', async () => {
    const { accounts, paths } = await setUpListed();
    expect(await accounts.add(deploy)).toMatchObject({ source: 'acme/000000000001/Admin' });
    expect(paths()).toEqual(['acme/prod/Admin', 'acme/deploy', 'corp/access']);
    expect(accounts.resolve('deploy').path).toBe('acme/deploy');
    expect(accounts.list({ query: '111122223333', favourites: false })).toHaveLength(1);
    expect(accounts.partsOf('acme/deploy')).toEqual(['acme/deploy', 'acme/000000000001/Admin']);
    expect(accounts.partsOf('acme/000000000001/Admin')).toEqual(['acme/000000000001/Admin']);
  });

  test('is there after a restart, also before its source has been listed', async () => {
    const ports = createFakePorts();
    const first = await setUpListed(ports);
    await first.accounts.add(deploy);
    await first.accounts.close();
    const { paths } = await setUp(createFakePorts({ files: ports.files }));
    expect(paths()).toContain('acme/deploy');
  });

  test('can be made of a role by its id before the first listing is complete', async () => {
    const { accounts, paths } = await setUp();
    await accounts.add({ ...deploy, source: 'acme/000000000001/Admin' });
    expect(paths()).toContain('acme/deploy');
    expect(accounts.partsOf('acme/deploy')).toHaveLength(2);
  });

  test('takes its place among the chosen away with it', async () => {
    const { accounts, state } = await setUpListed();
    await accounts.add(deploy);
    await accounts.use('acme/deploy');
    await accounts.setFavourite('acme/deploy', true);
    await accounts.remove('deploy');
    expect([state.get('active'), state.get('favourites')]).toEqual([null, []]);
    expect(await codeOf(Promise.resolve().then(() => accounts.resolve('acme/deploy')))).toBe(
      'unknown_account',
    );
  });

  test('one whose source is gone says which, and parts of it still count as its own', async () => {
    const { accounts, source } = await setUpListed();
    await accounts.add(deploy);
    source.lists(listedAccount(2, 'other'));
    await accounts.sync('acme');
    await settle();
    await expect(accounts.credentials('acme/deploy')).rejects.toMatchObject({
      code: 'unknown_account',
      message: 'acme/deploy needs acme/000000000001/Admin, which is gone.',
    });
    expect(accounts.partsOf('acme/deploy')).toContain('acme/000000000001/Admin');
  });

  test('goes with its connection', async () => {
    const { accounts, paths } = await setUpListed();
    await accounts.add(deploy);
    await accounts.forget('acme');
    expect(paths()).toEqual(['corp/access']);
  });
});
