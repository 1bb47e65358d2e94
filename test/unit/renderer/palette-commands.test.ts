import { describe, expect, test, vi } from 'vitest';
import { emptyState } from '../../../main/state.ts';
import { createBridge } from '../../../preload/bridge.ts';
import { findCommands, paletteCommands } from '../../../renderer/palette-commands.ts';
import { createKeyfobStore } from '../../../renderer/store.ts';
import { text } from '../../../renderer/text.ts';
import { account, connection, oidcConnection } from './samples.ts';

const prod = account('acme', 'prod', 'Admin');
const sandbox = account('acme', 'sandbox', 'Admin');

async function openStore(signedIn: boolean) {
  const invoke = vi.fn(async (_command: string, _input: string) => '{"ok":true,"value":{}}');
  const store = createKeyfobStore(createBridge({ invoke, listen: () => () => undefined }));
  await new Promise<void>((resolve) => setImmediate(resolve));
  store.setState({
    failure: undefined,
    state: {
      ...emptyState({
        version: '1',
        pid: 7,
        startedAt: '2026-11-21T00:00:00Z',
        keychain: 'memory',
      }),
      connections: [
        {
          ...connection('acme'),
          session: { state: signedIn ? 'signed_in' : 'signed_out', renewable: false },
        },
      ],
      accounts: [prod, sandbox],
      active: prod.id,
    },
  });
  const commands = paletteCommands(store, ['accounts', 'settings']);
  const find = (query: string) => findCommands(store, commands, query);
  return { store, invoke, find, names: (query: string) => find(query).map(({ words }) => words) };
}

describe('the palette', () => {
  test('offers what fits the session: to sign in, or to sign out', async () => {
    expect((await openStore(true)).names('sign')).toEqual(['Sign out of acme']);
    expect((await openStore(false)).names('SIGN in')).toEqual(['Sign in to acme']);
  });

  test('offers the views that there are', async () => {
    const { names } = await openStore(true);
    expect(names('settings')).toEqual(['Settings']);
    expect(names('activity')).toEqual([]);
  });

  test('finds accounts too, and switches to them', async () => {
    const { names, find, store } = await openStore(true);
    expect(names('sandbox')).toEqual(['Use acme/sandbox/Admin']);
    find('sandbox')[0]?.run();
    expect(store.getState().state?.active).toBe(sandbox.id);
  });

  test('acts on the active account', async () => {
    const { find, invoke } = await openStore(true);
    find('fish')[0]?.run();
    expect(invoke).toHaveBeenLastCalledWith(
      'account.copyEnvironment',
      JSON.stringify({ account: prod.id, shell: 'fish' }),
    );
  });

  test('fetches no accounts where there are none to fetch', async () => {
    const { store, names } = await openStore(true);
    expect(names('fetch')).toEqual([`${text.accounts.sync}: acme`]);
    const { state } = store.getState();
    if (state === undefined) throw new Error('No state');
    store.setState({ state: { ...state, connections: [oidcConnection('corp')] } });
    const words = paletteCommands(store, []).map((one) => one.words);
    expect(words).toContain(text.common.signOutOf('corp'));
    expect(words.join()).not.toContain(text.accounts.sync);
  });

  test('has no two commands of one name', async () => {
    const names = (await openStore(true)).names('');
    expect(new Set(names).size).toBe(names.length);
  });
});
