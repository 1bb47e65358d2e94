import { expect, test } from 'vitest';
import { createWindowLink } from '../../../../main/desktop/window-link.ts';
import { createStateStore, emptyState } from '../../../../main/state.ts';
import { createBridge } from '../../../../preload/bridge.ts';
import type { StateEvent } from '../../../../shared/bridge.ts';
import type { CallContext, CommandHandlers } from '../../../../shared/commands.ts';

/** A link to a helper whose only command in working order is the one given. */
function openLink(handlers: Partial<CommandHandlers> = {}) {
  const state = createStateStore(
    emptyState({ version: '1.2.3', pid: 7, startedAt: '2026-11-21T00:00:00Z', keychain: 'memory' }),
  );
  const all = { state: async () => state.snapshot(), ...handlers } as CommandHandlers;
  return {
    state,
    link: createWindowLink({
      handlers: all,
      state,
      log: () => {},
      askForCommand: async () => false,
    }),
  };
}

test('a command for the socket alone is refused', async () => {
  const { link } = openLink({ shutdown: async () => ({}) });
  expect(JSON.parse(await link.invoke('shutdown', '{}'))).toMatchObject({
    ok: false,
    error: { code: 'not_allowed' },
  });
});

test.each([
  ['no JSON', 'oops'],
  ['another shape', '{"account":7}'],
  ['members that nobody asked for', '{"account":"a","extra":1}'],
])('an input that is %s is refused, whatever the window has checked', async (_what, input) => {
  const { link } = openLink();
  expect(JSON.parse(await link.invoke('accounts.use', input))).toMatchObject({
    ok: false,
    error: { code: 'invalid_input' },
  });
});

test('the bridge gets the snapshot and the changes', async () => {
  const { link, state } = openLink();
  const events: StateEvent[] = [];
  createBridge(link).onState((event) => events.push(event));
  await new Promise<void>((resolve) => setImmediate(resolve));
  state.set('active', 'acme/1/Admin');
  expect(events).toMatchObject([
    { kind: 'snapshot', state: { active: null } },
    { kind: 'slice', slice: 'active', value: 'acme/1/Admin' },
  ]);
});

test('when the window has gone nothing is sent, and what it waited for is given up', async () => {
  const waiting = Promise.withResolvers<CallContext>();
  const { link, state } = openLink({
    'signIn.wait': (_input, context) => {
      waiting.resolve(context);
      return new Promise(() => {});
    },
  });
  const sent: string[] = [];
  link.listen((change) => sent.push(change));
  void link.invoke('signIn.wait', '{"connection":"acme"}');
  const { signal } = await waiting.promise;
  link.close();
  state.set('active', null);
  state.set('favourites', ['acme/1/Admin']);
  expect(signal.aborted).toBe(true);
  expect(sent).toEqual([]);
});
