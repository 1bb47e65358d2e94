import { describe, expect, test } from 'vitest';
import { emptyState } from '../../../main/state.ts';
import { type BridgeTransport, createBridge } from '../../../preload/bridge.ts';
import { type StateEvent, windowCommandNames } from '../../../shared/bridge.ts';
import { type CommandName, commands } from '../../../shared/commands.ts';

const state = emptyState({
  version: '1.2.3',
  pid: 7,
  startedAt: '2026-11-21T00:00:00Z',
  keychain: 'memory',
});

/** A transport whose answers and pushes the test decides. */
function scriptedTransport(answer: (command: string, input: string) => string | Promise<string>) {
  const calls: { command: string; input: string }[] = [];
  const listeners = new Set<(change: string) => void>();
  const transport: BridgeTransport = {
    async invoke(command, input) {
      calls.push({ command, input });
      return answer(command, input);
    },
    listen(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
  };
  const push = (change: unknown) => {
    for (const listener of listeners) listener(JSON.stringify(change));
  };
  return { transport, calls, listeners, push };
}

const ok = (value: unknown) => JSON.stringify({ ok: true, value });

describe('what the window may call', () => {
  test('there is one method for each command that the window may call, and onState', () => {
    const { transport } = scriptedTransport(() => ok({}));
    expect(Object.keys(createBridge(transport)).sort()).toEqual(
      [...windowCommandNames, 'onState'].sort(),
    );
  });

  test('a command for the socket alone is not there', () => {
    const socketOnly = (Object.keys(commands) as CommandName[]).filter(
      (name) => !commands[name].callers.some((caller) => caller === 'window'),
    );
    expect(socketOnly).toContain('shutdown');
    const bridge = createBridge(scriptedTransport(() => ok({})).transport);
    for (const name of socketOnly) expect(bridge).not.toHaveProperty(name);
  });

  test('the bridge is frozen', () => {
    const bridge = createBridge(scriptedTransport(() => ok({})).transport);
    expect(Object.isFrozen(bridge)).toBe(true);
  });
});

describe('calling a command', () => {
  test('sends its input as JSON with the defaults filled in, and returns the checked result', async () => {
    const { transport, calls } = scriptedTransport(() =>
      ok({ accounts: [], active: null, favourites: [], secret: 'dropped' }),
    );
    const result = await createBridge(transport)['accounts.list']({});
    expect(calls).toEqual([{ command: 'accounts.list', input: '{"query":"","favourites":false}' }]);
    expect(result).toEqual({ ok: true, value: { accounts: [], active: null, favourites: [] } });
  });

  test('an input that the schema refuses never leaves the window', async () => {
    const { transport, calls } = scriptedTransport(() => ok({}));
    const result = await createBridge(transport)['accounts.use']({ account: '' });
    expect(result).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
    expect(calls).toEqual([]);
  });

  test('a failure comes back with its code, message and hint', async () => {
    const error = { code: 'unknown_account', message: 'No such account.', hint: 'Look again.' };
    const { transport } = scriptedTransport(() => JSON.stringify({ ok: false, error }));
    expect(await createBridge(transport)['accounts.use']({ account: 'x' })).toEqual({
      ok: false,
      error,
    });
  });

  test.each([
    ['an answer of another shape', () => ok({ accounts: 'many' })],
    ['an answer that is neither success nor failure', () => JSON.stringify({ hello: 'world' })],
    [
      'a failure with a code that nobody knows',
      () => JSON.stringify({ ok: false, error: { code: 'x', message: '' } }),
    ],
  ])('%s is refused', async (_what, answer) => {
    const result = await createBridge(scriptedTransport(answer).transport)['accounts.list']({});
    expect(result).toMatchObject({ ok: false, error: { code: 'response_invalid' } });
  });

  test.each([
    ['a transport that fails', () => Promise.reject(new Error('gone'))],
    ['an answer that is not JSON', () => '<html>'],
  ])('%s is a failure, not an exception', async (_what, answer) => {
    const result = await createBridge(scriptedTransport(answer).transport)['accounts.list']({});
    expect(result).toMatchObject({ ok: false, error: { code: 'no_helper' } });
  });
});

describe('the state', () => {
  /** Listens, with the answer to the snapshot held back until the test releases it. */
  function listening() {
    const snapshot = Promise.withResolvers<string>();
    const { transport, push, listeners } = scriptedTransport(() => snapshot.promise);
    const events: StateEvent[] = [];
    const stop = createBridge(transport).onState((event) => events.push(event));
    const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
    return { events, push, stop, listeners, settle, release: snapshot.resolve };
  }

  test('comes as one snapshot, then as slices', async () => {
    const { events, push, release, settle } = listening();
    release(ok(state));
    await settle();
    push({ slice: 'active', value: 'acme/1/Admin' });
    expect(events).toEqual([
      { kind: 'snapshot', state },
      { kind: 'slice', slice: 'active', value: 'acme/1/Admin' },
    ]);
  });

  test('a change that overtakes the snapshot is kept, and comes after it', async () => {
    const { events, push, release, settle } = listening();
    push({ slice: 'active', value: 'acme/1/Admin' });
    expect(events).toEqual([]);
    release(ok(state));
    await settle();
    expect(events.map(({ kind }) => kind)).toEqual(['snapshot', 'slice']);
  });

  test('a change that makes no sense is dropped, and its unknown members too', async () => {
    const { events, push, release, settle } = listening();
    release(ok(state));
    await settle();
    push({ slice: 'tokens', value: [] });
    push({ slice: 'active', value: 7 });
    push({ slice: 'helper', value: { ...state.helper, token: 'no' } });
    expect(events.slice(1)).toEqual([{ kind: 'slice', slice: 'helper', value: state.helper }]);
  });

  test('says so when there is no snapshot to be had', async () => {
    const { events, release, settle } = listening();
    release('nonsense');
    await settle();
    expect(events).toMatchObject([{ kind: 'failed', error: { code: 'no_helper' } }]);
  });

  test('nothing comes after stopping', async () => {
    const { events, push, stop, listeners, release, settle } = listening();
    stop();
    release(ok(state));
    await settle();
    push({ slice: 'active', value: null });
    expect(events).toEqual([]);
    expect(listeners.size).toBe(0);
  });
});
