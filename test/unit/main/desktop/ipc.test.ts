import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createWindowIpc, maxInputLength, type WindowIpc } from '../../../../main/desktop/ipc.ts';
import { createStateStore, emptyState } from '../../../../main/state.ts';
import { ipcChannels } from '../../../../shared/bridge.ts';
import type { CallContext, CommandHandlers } from '../../../../shared/commands.ts';
import { type FakeFrame, FakeWebContents } from '../../../support/fake-electron.ts';
import { createFakeLog, type FakeLog } from '../../../support/fake-ports.ts';

const electron = await vi.hoisted(async () =>
  (await import('../../../support/fake-electron.ts')).createFakeElectron(),
);
vi.mock('electron', () => electron);

const page = 'app://keyfob/index.html';
let contents: FakeWebContents;
let log: FakeLog;
let ipc: WindowIpc;
let detach: () => void;
let called: CallContext[];
const state = createStateStore(
  emptyState({ version: '1.2.3', pid: 7, startedAt: '2026-11-21T00:00:00Z', keychain: 'memory' }),
);

beforeEach(async () => {
  called = [];
  log = createFakeLog();
  const handlers = {
    state: async (_input: unknown, context: CallContext) => {
      called.push(context);
      return state.snapshot();
    },
    'signIn.wait': (_input: unknown, context: CallContext) => {
      called.push(context);
      return new Promise(() => {});
    },
  } as unknown as CommandHandlers;
  ipc = createWindowIpc({ handlers, state, log, askForCommand: async () => false });
  contents = new FakeWebContents();
  await contents.loadURL(page);
  detach = ipc.attach(contents as never);
});

async function send(
  command: unknown,
  input: unknown,
  from: { sender?: unknown; senderFrame?: unknown } = {},
) {
  const handler = electron.ipcHandlers.get(ipcChannels.command);
  const event = { sender: contents, senderFrame: contents.mainFrame, ...from };
  const answer = await handler?.(event, command, input);
  return JSON.parse(answer ?? 'null');
}

function refusedFor(reason: string) {
  expect(called).toEqual([]);
  expect(log.entries).toMatchObject([{ event: 'ipc.refused', facts: { reason } }]);
}

test('there is one channel, and it is the one of commands', () => {
  expect([...electron.ipcHandlers.keys()]).toEqual([ipcChannels.command]);
});

test('the main frame of our own window is answered, as the window', async () => {
  expect(await send('state', '{}')).toMatchObject({ ok: true, value: { active: null } });
  expect(called).toMatchObject([{ caller: 'window' }]);
});

test('a command for the socket alone is refused', async () => {
  expect(await send('shutdown', '{}')).toMatchObject({ ok: false, error: { code: 'not_allowed' } });
});

describe('a sender is refused that is', () => {
  const frame = (over: Partial<FakeFrame>): FakeFrame => ({
    url: page,
    origin: 'app://keyfob',
    parent: null,
    ...over,
  });
  const inFrame = (over: Partial<FakeFrame>) => {
    const forged = frame(over);
    contents.mainFrame = forged;
    return { senderFrame: forged };
  };

  test.each<[string, () => { sender?: unknown; senderFrame?: unknown }]>([
    ['another window', () => ({ sender: new FakeWebContents() })],
    ['a frame within the page', () => ({ senderFrame: frame({ parent: contents.mainFrame }) })],
    ['a frame that is not the main one', () => ({ senderFrame: frame({}) })],
    ['gone', () => ({ senderFrame: null })],
    [
      'at another origin',
      () => inFrame({ origin: 'https://example.com', url: 'https://example.com/' }),
    ],
    [
      'at an origin that begins like ours',
      () => inFrame({ origin: 'app://keyfob.example', url: 'app://keyfob.example/' }),
    ],
    ['at no origin', () => inFrame({ origin: 'null' })],
    ['embedded in another page', () => inFrame({ parent: frame({ url: 'https://example.com/' }) })],
    ['at our origin with a page of its own', () => inFrame({ url: 'about:blank' })],
  ])('%s', async (_who, from) => {
    expect(await send('state', '{}', from())).toMatchObject({
      ok: false,
      error: { code: 'refused' },
    });
    refusedFor('sender');
  });

  test('a window that has been detached', async () => {
    detach();
    expect(await send('state', '{}')).toMatchObject({ ok: false, error: { code: 'refused' } });
  });

  test('destroyed', async () => {
    contents.destroyed = true;
    expect(await send('state', '{}')).toMatchObject({ ok: false, error: { code: 'refused' } });
  });
});

describe('a payload is refused that is', () => {
  test.each<[string, unknown, unknown]>([
    ['an object', 'state', {}],
    ['nothing', 'state', undefined],
    ['bytes', 'state', new Uint8Array(4)],
    ['for a command that is no name', { name: 'state' }, '{}'],
    ['for a very long name', 'x'.repeat(65), '{}'],
  ])('%s', async (_what, command, input) => {
    expect(await send(command, input)).toMatchObject({ error: { code: 'invalid_input' } });
    refusedFor('type');
  });

  test('too large', async () => {
    const input = JSON.stringify({ text: 'x'.repeat(maxInputLength) });
    expect(await send('state', input)).toMatchObject({ error: { code: 'too_large' } });
    refusedFor('size');
  });

  test.each(['oops', '[]', '{"extra":1}', '"state"', '{"__proto__":{"a":1}}'])(
    'not what the command takes: %s',
    async (input) => {
      expect(await send('state', input)).toMatchObject({ error: { code: 'invalid_input' } });
      expect(called).toEqual([]);
    },
  );

  test.each(['__proto__', 'constructor', 'toString', 'keyfob:command', ''])(
    'for the command %s, which is none',
    async (command) => {
      expect(await send(command, '{}')).toMatchObject({ error: { code: 'unknown_command' } });
    },
  );
});

describe('changes', () => {
  test('go to our window, slice by slice', () => {
    state.set('active', 'acme/1/Admin');
    expect(contents.sent).toEqual([
      [ipcChannels.slice, '{"slice":"active","value":"acme/1/Admin"}'],
    ]);
    state.set('active', null);
  });

  test('go nowhere once another page is in the window, or it has gone', () => {
    contents.mainFrame = {
      url: 'https://example.com/',
      origin: 'https://example.com',
      parent: null,
    };
    state.set('favourites', ['a']);
    contents.destroyed = true;
    state.set('favourites', ['b']);
    detach();
    state.set('favourites', ['c']);
    expect(contents.sent).toEqual([]);
  });
});

test('what a window waits for is given up when it goes', async () => {
  void send('signIn.wait', '{"connection":"acme"}');
  await expect.poll(() => called.length).toBe(1);
  detach();
  expect(called[0]?.signal.aborted).toBe(true);
});

test('closing takes the channel away', () => {
  ipc.close();
  expect(electron.ipcHandlers.size).toBe(0);
});
