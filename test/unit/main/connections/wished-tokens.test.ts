import { expect, onTestFinished, test } from 'vitest';
import { type Connections, createConnections } from '../../../../main/connections/connections.ts';
import type { Provider, StoredSession } from '../../../../main/connections/provider.ts';
import { createStateStore, emptyState } from '../../../../main/state.ts';
import { KeyfobError } from '../../../../shared/errors.ts';
import { codeOf, createRig } from '../../../support/connections.ts';
import { createFakePorts, type FakePorts, settle } from '../../../support/fake-ports.ts';
import { createFakeProvider, type FakeProvider } from '../../../support/fake-provider.ts';

const corp = {
  kind: 'oidc',
  name: 'corp',
  issuer: 'https://login.test',
  metadata: 'oidc',
  clientId: 'keyfob',
  clientAuthentication: 'none',
  grant: 'interactive',
  scopes: ['openid'],
  flow: 'auto',
} as const;

interface Rig {
  readonly ports: FakePorts;
  readonly provider: FakeProvider;
  readonly connections: Connections;
  kept(): StoredSession;
  state(): string | undefined;
}

/** corp, signed in, at a provider that rotates: each wish yields `wished-n` and a new refresh token. */
async function corpRig(): Promise<Rig> {
  const ports = createFakePorts();
  const fake = createFakeProvider(ports.clock);
  let wishes = 0;
  const token: Provider['token'] = async (stored, _wish, _signal, keep) => {
    await fake.call('token', stored.tokens?.refreshToken ?? 'nothing');
    wishes += 1;
    const { tokens } = stored;
    if (tokens === undefined) throw new Error('There are no tokens.');
    const session = { ...stored, tokens: { ...tokens, refreshToken: `rotated-${wishes}` } };
    await keep?.(session);
    const [obtainedAt, expiresAt] = [fake.now(), fake.now() + 60_000];
    const wished = { token: `wished-${wishes}`, tokenType: 'Bearer', obtainedAt, expiresAt };
    return { token: { ...wished, issuer: corp.issuer }, session };
  };
  const session = { ...fake.issue(), registrations: {}, client: {} };
  ports.files.contents.set('connections.json', JSON.stringify({ version: 1, connections: [corp] }));
  ports.secrets.values.set('corp', JSON.stringify(session));
  const state = createStateStore(
    emptyState({ version: '0', pid: 1, startedAt: '2026-01-01T00:00:00Z', keychain: 'memory' }),
  );
  const connections = createConnections({
    ports,
    state,
    providerFor: () => Object.assign(fake, { token }),
    onSignedIn: () => undefined,
    onSignedOut: () => undefined,
  });
  onTestFinished(async () => {
    const closing = connections.close();
    await ports.clock.advance(60_000);
    await closing;
  });
  await connections.load();
  await settle();
  return {
    ports,
    provider: fake,
    connections,
    kept: () => JSON.parse(ports.secrets.values.get('corp') ?? '{}') as StoredSession,
    state: () => state.get('connections')[0]?.session.state,
  };
}

const wish = { kind: 'access', scope: ['read'] } as const;

test('without a wish the own token is handed out, and nobody is asked', async () => {
  const { connections, provider } = await corpRig();
  expect(await connections.token('corp', { kind: 'access' })).toMatchObject({
    token: 'access-1',
    tokenType: 'Bearer',
    issuer: 'https://login.test',
  });
  expect(provider.calls).toEqual([]);
});

test('a wished token comes with its rotation in the keychain; the own token stays', async () => {
  const { connections, kept } = await corpRig();
  expect(await connections.token('corp', wish)).toMatchObject({ token: 'wished-1' });
  expect(kept().tokens).toMatchObject({ refreshToken: 'rotated-1', accessToken: 'access-1' });
});

test('those who wish at once take turns, each with the refresh token of the one before', async () => {
  const { connections, provider } = await corpRig();
  await Promise.all([1, 2, 3].map(() => connections.token('corp', wish)));
  expect(provider.calls).toEqual(['token refresh-1', 'token rotated-1', 'token rotated-2']);
});

test('a renewal waits for a wish under way, and goes on with what it left', async () => {
  const { connections, provider, ports } = await corpRig();
  const release = provider.hold('token');
  const wished = connections.token('corp', wish);
  await settle();
  await ports.clock.advance(3_600_000); // The own token lapses meanwhile.
  const own = connections.token('corp', { kind: 'access' });
  await settle();
  expect(provider.calls).toEqual(['token refresh-1']);
  release();
  await Promise.all([wished, own]);
  expect(provider.calls.slice(0, 2)).toEqual(['token refresh-1', 'refresh rotated-1']);
});

test('what could not be stored is not handed out, and the newest refresh token is used next', async () => {
  const { connections, provider, ports, kept } = await corpRig();
  ports.secrets.fail(new KeyfobError('keychain_locked', 'It is locked.'), 'set');
  expect(await codeOf(connections.token('corp', wish))).toBe('keychain_locked');
  ports.secrets.heal();
  expect(await connections.token('corp', wish)).toMatchObject({ token: 'wished-2' });
  expect(provider.calls).toEqual(['token refresh-1', 'token rotated-1']);
  expect(kept().tokens?.refreshToken).toBe('rotated-2');
});

test('a caller that gives up does not take the rotation along', async () => {
  const { connections, provider, kept } = await corpRig();
  const release = provider.hold('token');
  const gone = new AbortController();
  const asked = codeOf(connections.token('corp', wish, gone.signal));
  await settle();
  gone.abort(new KeyfobError('refused', 'Gone.'));
  expect(await asked).toBe('refused');
  release();
  await settle();
  expect(kept().tokens?.refreshToken).toBe('rotated-1');
});

test('a wish that the provider does not grant leaves the session alone; its end does not', async () => {
  const { connections, provider, state } = await corpRig();
  provider.fail('token', new KeyfobError('invalid_scope', 'Not this one.'));
  expect(await codeOf(connections.token('corp', wish))).toBe('invalid_scope');
  expect(state()).toBe('signed_in');
  provider.fail('token', new KeyfobError('invalid_grant', 'It is over.'));
  expect(await codeOf(connections.token('corp', wish))).toBe('sign_in_required');
  expect(state()).toBe('signed_out');
});

test('signing out keeps the client and nothing else; removing keeps nothing', async () => {
  const { connections, provider, ports, kept } = await corpRig();
  Object.assign(provider, { keepsClient: true });
  await connections.signOut('corp');
  expect(kept()).toMatchObject({ client: {} });
  expect(kept().tokens).toBeUndefined();
  await connections.remove('corp');
  expect(ports.secrets.values.has('corp')).toBe(false);
});

test('an Identity Center has no token to hand out', async () => {
  const { connections } = await createRig();
  expect(await codeOf(connections.token('acme', { kind: 'access' }))).toBe('invalid_input');
});
