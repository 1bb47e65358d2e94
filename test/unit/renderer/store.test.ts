import { expect, test } from 'vitest';
import { emptyState } from '../../../main/state.ts';
import { createBridge } from '../../../preload/bridge.ts';
import { createKeyfobStore } from '../../../renderer/store.ts';
import type { Account, State } from '../../../shared/model.ts';
import { connection } from './samples.ts';

const admin: Account = {
  kind: 'aws-role',
  id: 'acme/111122223333/Admin',
  path: 'acme/prod/Admin',
  connection: 'acme',
  accountId: '111122223333',
  accountName: 'prod',
  roleName: 'Admin',
};

const reader: Account = { ...admin, id: 'acme/111122223333/Reader', roleName: 'Reader' };

const state: State = {
  ...emptyState({
    version: '1.2.3',
    pid: 7,
    startedAt: '2026-11-21T00:00:00Z',
    keychain: 'memory',
  }),
  accounts: [admin, reader],
  active: 'acme/444455556666/ReadOnly',
};

/** The store on a bridge whose helper answers `accounts.use` when the test says so. */
async function openStore() {
  const switched = Promise.withResolvers<unknown>();
  const push: ((change: string) => void)[] = [];
  const store = createKeyfobStore(
    createBridge({
      async invoke(command) {
        const answer = command === 'state' ? { ok: true, value: state } : await switched.promise;
        return JSON.stringify(answer);
      },
      listen(onChange) {
        push.push(onChange);
        return () => undefined;
      },
    }),
  );
  await new Promise<void>((resolve) => setImmediate(resolve));
  const active = () => store.getState().state?.active;
  return {
    store,
    active,
    answer: switched.resolve,
    push: (change: unknown) => push[0]?.(JSON.stringify(change)),
  };
}

test('shows the snapshot, then what changes', async () => {
  const { store, push } = await openStore();
  expect(store.getState().state).toEqual(state);
  push({ slice: 'favourites', value: [admin.id] });
  expect(store.getState().state).toEqual({ ...state, favourites: [admin.id] });
});

test('a switch shows before the helper has answered', async () => {
  const { store, active, answer } = await openStore();
  const done = store.getState().useAccount(admin.id);
  expect(active()).toBe(admin.id);
  answer({ ok: true, value: admin });
  await done;
  expect(active()).toBe(admin.id);
  expect(store.getState().failure).toBeUndefined();
});

test('a switch that fails is taken back, and the reason shown', async () => {
  const { store, active, answer } = await openStore();
  const done = store.getState().useAccount(admin.id);
  const error = { code: 'unknown_account', message: 'No such account.' };
  answer({ ok: false, error });
  await done;
  expect(active()).toBe(state.active);
  expect(store.getState().failure?.error).toEqual(error);
});

test('quick switches end at the last one, whatever the helper says of earlier ones', async () => {
  const { store, active, answer, push } = await openStore();
  const seen: (string | null | undefined)[] = [];
  store.subscribe(({ state }) => seen.push(state?.active));
  const first = store.getState().useAccount(reader.id);
  const second = store.getState().useAccount(admin.id);
  push({ slice: 'active', value: reader.id });
  expect(active()).toBe(admin.id);
  push({ slice: 'active', value: admin.id });
  answer({ ok: true, value: admin });
  await Promise.all([first, second]);
  expect(active()).toBe(admin.id);
  expect(seen.lastIndexOf(reader.id)).toBeLessThan(seen.indexOf(admin.id));
});

test('a helper that did not answer can be asked again', async () => {
  let answer = '{"ok":false,"error":{"code":"no_helper","message":"Nobody there."}}';
  const store = createKeyfobStore(
    createBridge({ invoke: async () => answer, listen: () => () => undefined }),
  );
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
  await settled();
  expect(store.getState()).toMatchObject({
    state: undefined,
    failure: { error: { code: 'no_helper' } },
  });
  answer = JSON.stringify({ ok: true, value: state });
  store.getState().failure?.retry?.();
  await settled();
  expect(store.getState()).toMatchObject({ state, failure: undefined });
});

test('when the one connection that is listed is forgotten, all others show', async () => {
  const { store, push } = await openStore();
  push({ slice: 'connections', value: [connection('acme'), connection('labs')] });
  store.getState().showOnly('acme');
  push({ slice: 'connections', value: [connection('acme')] });
  expect(store.getState().only).toBe('acme');
  push({ slice: 'connections', value: [connection('labs')] });
  expect(store.getState().only).toBeUndefined();
});

test('a switch made elsewhere shows', async () => {
  const { active, push } = await openStore();
  push({ slice: 'active', value: admin.id });
  expect(active()).toBe(admin.id);
});

test('what has failed is gone once something succeeds', async () => {
  const { store, answer } = await openStore();
  store.setState({ failure: { error: { code: 'timeout', message: 'Too slow.' } } });
  const done = store.getState().useAccount(admin.id);
  answer({ ok: true, value: admin });
  await done;
  expect(store.getState().failure).toBeUndefined();
});

test('a sign-in shows at once; one connection alone shows in the accounts', async () => {
  const { store } = await openStore();
  void store.getState().signIn('acme');
  expect(store.getState().view).toMatchObject({ name: 'signIn', connection: 'acme' });
  store.getState().showOnly('acme');
  expect(store.getState()).toMatchObject({ view: { name: 'accounts' }, only: 'acme', query: '' });
});

test('a switch that fails takes back nothing that the helper has said since', async () => {
  const { store, active, answer, push } = await openStore();
  const done = store.getState().useAccount(admin.id);
  push({ slice: 'active', value: null });
  answer({ ok: false, error: { code: 'disk_full', message: 'The disk is full.' } });
  await done;
  expect(active()).toBeNull();
});
