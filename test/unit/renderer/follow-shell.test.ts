import { afterEach, expect, test, vi } from 'vitest';
import type { StoreApi } from 'zustand';
import { followShell } from '../../../renderer/follow-shell.ts';
import type { KeyfobView } from '../../../renderer/store.ts';

afterEach(() => vi.unstubAllGlobals());

/** A page at an address, and what the store was told. */
function open(hash: string) {
  const page = Object.assign(new EventTarget(), {
    location: { hash, pathname: '/index.html' },
    history: {
      replaceState: (_state: unknown, _title: string, address: string) => {
        page.location.hash = '';
        addresses.push(address);
      },
    },
  });
  const addresses: string[] = [];
  const views: unknown[] = [];
  vi.stubGlobal('window', page);
  followShell({
    getState: () => ({ go: (view: unknown) => views.push(view) }),
  } as unknown as StoreApi<KeyfobView>);
  return { page, addresses, views };
}

test('the window opens where the shell says, and the address is itself again', () => {
  const { views, addresses } = open('#settings');
  expect(views).toEqual([{ name: 'settings' }]);
  expect(addresses).toEqual(['/index.html']);
});

test('it can be sent there later, and twice', () => {
  const { page, views } = open('');
  for (let time = 0; time < 2; time++) {
    page.location.hash = '#settings';
    page.dispatchEvent(new Event('hashchange'));
  }
  expect(views).toEqual([{ name: 'settings' }, { name: 'settings' }]);
});

test('a sign-in that was begun in the tray is shown, whatever its connection is called', () => {
  const { views } = open(`#sign-in=${encodeURIComponent('acme & söhne +1')}`);
  expect(views).toEqual([{ name: 'signIn', connection: 'acme & söhne +1' }]);
});

test('any other fragment leads nowhere', () => {
  expect(open('#javascript:alert(1)').views).toEqual([]);
});
