import { expect, test } from 'vitest';
import { KeyfobError } from '../../../../shared/errors.ts';
import { acme, codeOf, createRig } from '../../../support/connections.ts';
import { settle } from '../../../support/fake-ports.ts';

const beta = { ...acme, name: 'beta', startUrl: 'https://beta.awsapps.com/start' };

const listed = (text: string | undefined) =>
  (JSON.parse(text ?? '') as { connections: { name: string }[] }).connections.map(
    ({ name }) => name,
  );

test('a connection is added to the file first, then to the state', async () => {
  const { connections, ports, state } = await createRig();
  const view = await connections.add(beta);
  expect(view).toEqual({
    settings: beta,
    session: { state: 'signed_out', renewable: false },
    catalogue: { accounts: 0, syncing: false },
  });
  expect(listed(ports.files.contents.get('connections.json'))).toEqual(['acme', 'beta']);
  expect(state.get('connections').map(({ settings }) => settings.name)).toEqual(['acme', 'beta']);
  expect(connections.settings('beta')).toEqual(beta);
});

test('a name that differs in case alone is taken', async () => {
  const { connections } = await createRig();
  await expect(connections.add({ ...acme, name: 'ACME' })).rejects.toMatchObject({
    code: 'connection_exists',
    hint: expect.stringContaining('keyfob connection remove acme'),
  });
});

test('of two that add the same name at once, one succeeds; two names both stay', async () => {
  const { connections, ports } = await createRig();
  const codes = await Promise.all([
    codeOf(connections.add(beta)),
    codeOf(connections.add({ ...beta, name: 'Beta' })),
    codeOf(connections.add({ ...beta, name: 'gamma' })),
  ]);
  expect(codes).toEqual([undefined, 'connection_exists', undefined]);
  expect(listed(ports.files.contents.get('connections.json'))).toEqual(['acme', 'beta', 'gamma']);
});

test('a full disk while adding changes nothing', async () => {
  const { connections, ports, state } = await createRig();
  ports.files.fillDisk();
  expect(await codeOf(connections.add(beta))).toBe('disk_full');
  expect(state.get('connections')).toHaveLength(1);
  expect(await codeOf(connections.signOut('beta'))).toBe('unknown_connection');
  ports.files.heal();
  await connections.add(beta);
});

test('an unknown name is answered with the known ones', async () => {
  const { connections } = await createRig();
  await connections.add(beta);
  expect(() => connections.settings('nope')).toThrow(
    expect.objectContaining({ code: 'unknown_connection', hint: 'Known connections: acme, beta.' }),
  );
});

test('removing signs out, then forgets the connection everywhere', async () => {
  const { connections, ports, provider, state, told } = await createRig();
  await connections.startSignIn({ connection: 'acme', openBrowser: false, remote: true });
  await connections.remove('acme');
  expect(provider.calls.at(-1)).toBe('revoke access-1');
  expect(ports.secrets.values.size).toBe(0);
  expect(listed(ports.files.contents.get('connections.json'))).toEqual([]);
  expect(state.get('connections')).toEqual([]);
  expect(state.get('signIns')).toEqual([]);
  expect(told).toEqual(['signed_out acme']);
  expect(await codeOf(connections.accessToken('acme'))).toBe('unknown_connection');
});

test('a sign-in pending at the removal ends, and brings nothing back', async () => {
  const { connections, ports, provider } = await createRig({ signedIn: false });
  const release = provider.hold('poll');
  provider.polls.push('granted');
  await connections.startSignIn({ connection: 'acme', openBrowser: false, remote: true });
  await ports.clock.advance(5_000);
  const waiting = codeOf(connections.waitForSignIn('acme', new AbortController().signal));
  await connections.remove('acme');
  expect(await waiting).toBe('sign_in_cancelled');
  release();
  await ports.clock.advance(60_000);
  expect(ports.secrets.values.size).toBe(0);
});

test('no sign-in starts while a connection is being removed', async () => {
  const { connections, provider } = await createRig();
  const release = provider.hold('revoke');
  const removing = connections.remove('acme');
  await settle();
  const starting = connections.startSignIn({
    connection: 'acme',
    openBrowser: false,
    remote: true,
  });
  expect(await codeOf(starting)).toBe('unknown_connection');
  release();
  await removing;
});

test('a keychain that will not let go keeps the connection, so that it can be tried again', async () => {
  const { connections, ports } = await createRig();
  ports.secrets.lock();
  expect(await codeOf(connections.remove('acme'))).toBe('keychain_locked');
  expect(connections.settings('acme')).toEqual(acme);
  ports.secrets.heal();
  await connections.remove('acme');
  expect(ports.secrets.values.size).toBe(0);
});

test('where there is no keychain at all, a connection can still be removed', async () => {
  const { connections, state } = await createRig({
    signedIn: false,
    prepare: ({ ports }) => ports.secrets.fail(new KeyfobError('keychain_unavailable', 'None.')),
  });
  await connections.remove('acme');
  expect(state.get('connections')).toEqual([]);
});

test.each([
  ['not JSON', '{"version":1,"conn'],
  ['of a later format', '{"version":2,"connections":[]}'],
  [
    'with two names that differ in case alone',
    JSON.stringify({ version: 1, connections: [acme, { ...acme, name: 'Acme' }] }),
  ],
])(
  'a connections file %s is set aside and reported, and its content stays',
  async (_name, text) => {
    const { connections, ports, state } = await createRig({
      prepare: ({ ports }) => {
        const read = ports.files.read;
        ports.files.read = async (name) => {
          if (ports.files.contents.get(name)?.includes('acme.awsapps.com'))
            ports.files.contents.set(name, text);
          ports.files.read = read;
          return read(name);
        };
      },
    });
    expect(state.get('connections')).toEqual([]);
    expect(state.get('problems')).toMatchObject([
      { code: 'file_damaged', message: expect.stringContaining('connections.json') },
    ]);
    await connections.add(beta);
    expect(ports.files.contents.get('connections.json.damaged')).toBe(text);
  },
);

test('a file that can not be read is never replaced', async () => {
  const rig = await createRig();
  rig.ports.files.fail(new KeyfobError('file_unreadable', 'No permission.'), 'read');
  const before = rig.ports.files.contents.get('connections.json');
  const { createConnections } = await import('../../../../main/connections/connections.ts');
  const blind = createConnections({
    ports: rig.ports,
    state: rig.state,
    providerFor: () => rig.provider,
    onSignedIn: () => undefined,
    onSignedOut: () => undefined,
  });
  expect(await codeOf(blind.load())).toBe('file_unreadable');
  expect(await codeOf(blind.add(beta))).toBe('file_unreadable');
  expect(rig.ports.files.contents.get('connections.json')).toBe(before);
  rig.ports.files.heal();
  await blind.add(beta);
  expect(listed(rig.ports.files.contents.get('connections.json'))).toEqual(['acme', 'beta']);
  await blind.close();
});

test('the state is told of a session only when it has changed', async () => {
  const { connections, ports, state } = await createRig();
  let changes = 0;
  state.subscribe((slice) => {
    if (slice === 'connections') changes += 1;
  });
  await connections.accessToken('acme');
  ports.wake.wake();
  await ports.clock.advance(30 * 60_000);
  expect(changes).toBe(0);
  await ports.clock.advance(20 * 60_000);
  expect(changes).toBe(1);
});

test('closing leaves no timer, no listener and no pending sign-in', async () => {
  const { connections, ports, signIn } = await createRig();
  await connections.startSignIn({ connection: 'acme', openBrowser: false, remote: false });
  await connections.close();
  expect(ports.clock.waiting).toBe(0);
  expect(ports.wake.listeners).toBe(0);
  expect(signIn()?.state).toBe('cancelled');
});

test('a keychain that was locked at the start is asked again on wake, though nobody asks', async () => {
  const { ports, session } = await createRig({ prepare: ({ ports }) => ports.secrets.lock() });
  expect(session()).toMatchObject({ state: 'unknown', error: { code: 'keychain_locked' } });
  ports.wake.wake();
  await settle();
  expect(session()).toMatchObject({ state: 'unknown', error: { code: 'keychain_locked' } });
  ports.secrets.heal();
  ports.wake.wake();
  await settle();
  expect(session()).toMatchObject({ state: 'signed_in' });
  expect(session()?.error).toBeUndefined();
  // Once it has told, it is left alone.
  const asked = ports.secrets.calls.length;
  ports.wake.wake();
  await settle();
  expect(ports.secrets.calls).toHaveLength(asked);
});
