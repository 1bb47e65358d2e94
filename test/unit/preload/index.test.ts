import { beforeEach, expect, test, vi } from 'vitest';
import { createStateStore, emptyState } from '../../../main/state.ts';
import { ipcChannels, windowCommandNames } from '../../../shared/bridge.ts';

type Listener = (event: unknown, change: string) => void;

const electron = vi.hoisted(() => ({
  exposed: new Map<string, Record<string, (...args: unknown[]) => unknown>>(),
  invoked: [] as unknown[][],
  listeners: new Map<string, Listener>(),
  answer: '',
}));
vi.mock('electron', () => ({
  contextBridge: {
    exposeInMainWorld: (name: string, api: Record<string, () => unknown>) =>
      void electron.exposed.set(name, api),
  },
  ipcRenderer: {
    invoke: async (...args: unknown[]) => {
      electron.invoked.push(args);
      return electron.answer;
    },
    on: (channel: string, listener: Listener) => void electron.listeners.set(channel, listener),
    off: (channel: string, listener: Listener) => {
      if (electron.listeners.get(channel) === listener) electron.listeners.delete(channel);
    },
  },
}));
await import('../../../preload/index.ts');

const bridge = electron.exposed.get('keyfob') ?? {};
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
beforeEach(() => void electron.invoked.splice(0));

test('the page gets one frozen object: the commands of the window, and the state', () => {
  expect([...electron.exposed.keys()]).toEqual(['keyfob']);
  expect(Object.keys(bridge).toSorted()).toEqual([...windowCommandNames, 'onState'].toSorted());
  expect(Object.isFrozen(bridge)).toBe(true);
});

test('a call goes over the one channel, as text', async () => {
  electron.answer = '{"ok":true,"value":{}}';
  expect(await bridge['clipboard.copy']?.({ text: 'acme' })).toEqual({ ok: true, value: {} });
  expect(electron.invoked).toEqual([[ipcChannels.command, 'clipboard.copy', '{"text":"acme"}']]);
});

test('an input that the command does not take never leaves the page', async () => {
  expect(await bridge['clipboard.copy']?.({ text: 7 })).toMatchObject({
    ok: false,
    error: { code: 'invalid_input' },
  });
  expect(electron.invoked).toEqual([]);
});

test('the page hears of changes without the event, which would lead back to the channel', async () => {
  const helper = { version: '1', pid: 7, startedAt: '2026-11-21T00:00:00Z', keychain: 'memory' };
  const state = createStateStore(emptyState(helper as never)).snapshot();
  electron.answer = JSON.stringify({ ok: true, value: state });
  const heard: unknown[][] = [];
  const stop = bridge.onState?.((...args: unknown[]) => heard.push(args)) as () => void;
  await settle();
  electron.listeners.get(ipcChannels.slice)?.({ sender: {} }, '{"slice":"active","value":"a"}');
  expect(heard).toEqual([
    [{ kind: 'snapshot', state }],
    [{ kind: 'slice', slice: 'active', value: 'a' }],
  ]);
  stop();
  expect(electron.listeners.size).toBe(0);
});
