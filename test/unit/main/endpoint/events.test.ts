import { once } from 'node:events';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createEvents, type EventsOptions } from '../../../../main/endpoint/events.ts';
import { createStateStore, emptyState } from '../../../../main/state.ts';
import type { Account, Slice, State } from '../../../../shared/model.ts';
import { openEndpoint, requestBytes } from '../../../support/endpoint-stage.ts';
import { createFakeClock, settle } from '../../../support/fake-clock.ts';

const helper: State['helper'] = {
  version: '1.2.3',
  pid: 1,
  startedAt: '2026-01-01T00:00:00.000Z',
  keychain: 'memory',
};

async function openEvents(options: EventsOptions = {}) {
  const clock = createFakeClock();
  const state = createStateStore(emptyState(helper));
  const events = createEvents(state, clock, options);
  const { socket } = await openEndpoint((_request, response) => events.open(response));
  return { clock, state, events, socket };
}

interface Reader {
  readonly request: ClientRequest;
  readonly response: IncomingMessage;
  /** The next event, comments included. */
  next(): Promise<{ event: string; data: unknown }>;
  readonly buffered: number;
}

async function watch(socket: string): Promise<Reader> {
  const request = httpRequest({ socketPath: socket, headers: { host: 'localhost' } });
  onTestFinished(() => void request.destroy());
  request.on('error', () => {});
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  response.setEncoding('utf8');
  response.on('error', () => {});
  response.on('data', (part: string) => {
    text += part;
  });
  async function next() {
    while (!text.includes('\n\n')) await once(response, 'data');
    const end = text.indexOf('\n\n');
    const lines = text.slice(0, end).split('\n');
    text = text.slice(end + 2);
    const field = (name: string) =>
      lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
    const data = field('data');
    return {
      event: field('event') ?? lines.join('\n'),
      data: data === undefined ? undefined : JSON.parse(data),
    };
  }
  return {
    request,
    response,
    next,
    get buffered() {
      return text.length;
    },
  };
}

function account(n: number, more: object = {}): Account {
  return {
    kind: 'aws-role',
    id: `acme/${n}/Admin`,
    path: `acme/a${n}/Admin`,
    connection: 'acme',
    accountId: String(n),
    accountName: `a${n}`,
    roleName: 'Admin',
    ...more,
  };
}

test('a client gets one snapshot, then the slices that change', async () => {
  const { state, socket } = await openEvents();
  state.set('active', 'acme/1/Admin');
  const reader = await watch(socket);
  expect(reader.response.headers['content-type']).toBe('text/event-stream');
  expect(reader.response.headers['keyfob-protocol']).toBe('1');
  expect(await reader.next()).toEqual({ event: 'state', data: state.snapshot() });

  state.set('favourites', ['acme/1/Admin']);
  expect(await reader.next()).toEqual({
    event: 'slice',
    data: { slice: 'favourites', value: ['acme/1/Admin'] },
  });
  state.set('active', null);
});

test('nothing that changes while the snapshot is under way is lost', async () => {
  const { state, socket, clock } = await openEvents();
  const connecting = watch(socket);
  for (let n = 0; n < 200; n++) {
    state.set('recent', [String(n)]);
    await settle(1);
  }
  const reader = await connecting;
  let { recent } = (await reader.next()).data as State;
  expect(Number(recent[0])).toBeLessThanOrEqual(199);
  while (recent[0] !== '199') {
    await clock.advance(50);
    const { data } = await reader.next();
    recent = (data as { value: string[] }).value;
  }
});

test('changes that come in a burst are sent once, in their latest form', async () => {
  const { state, socket, clock } = await openEvents({ batchMs: 50 });
  const reader = await watch(socket);
  await reader.next();
  const values: unknown[] = [];
  state.set('active', 'first');
  values.push((await reader.next()).data);
  for (let n = 0; n < 100; n++) {
    state.set('active', String(n));
    state.set('recent', [String(n)]);
    await settle(1);
  }
  expect(reader.buffered).toBe(0);
  await clock.advance(50);
  values.push((await reader.next()).data, (await reader.next()).data);
  expect(values).toEqual([
    { slice: 'active', value: 'first' },
    { slice: 'active', value: '99' },
    { slice: 'recent', value: ['99'] },
  ]);
  await clock.advance(50);
  expect(reader.buffered).toBe(0);
});

test('what the schema does not name never leaves', async () => {
  const { state, socket } = await openEvents();
  state.set('accounts', [account(1, { secretAccessKey: 'hunter2' })]);
  const reader = await watch(socket);
  const { data } = await reader.next();
  expect(JSON.stringify(data)).not.toContain('hunter2');
  state.set('accounts', [account(2, { secretAccessKey: 'hunter2' })]);
  expect(JSON.stringify(await reader.next())).not.toContain('hunter2');
});

test('a comment comes now and then, so that a dead peer is noticed', async () => {
  const { socket, clock } = await openEvents({ heartbeatMs: 1_000 });
  const reader = await watch(socket);
  await reader.next();
  for (let n = 0; n < 2; n++) {
    await clock.advance(1_000);
    expect(await reader.next()).toEqual({ event: ': still here', data: undefined });
  }
});

test('a client that stops reading costs one state of memory, and is dropped', async () => {
  const { state, socket, clock } = await openEvents({ patienceMs: 10_000, heartbeatMs: 1e9 });
  const lazy = connect(socket);
  onTestFinished(() => void lazy.destroy());
  lazy.on('error', () => {});
  lazy.pause();
  lazy.write(requestBytes('/', { Connection: 'keep-alive' }));
  const eager = await watch(socket);
  await eager.next();

  const accounts = Array.from({ length: 5_000 }, (_, n) => account(n));
  for (let n = 0; n < 30; n++) {
    state.set('accounts', [...accounts, account(9_000 + n)]);
    await clock.advance(50);
    await eager.next();
  }
  const gone = once(lazy, 'close');
  await clock.advance(10_000);
  let received = 0;
  lazy.on('data', (part) => {
    received += part.length;
  });
  lazy.resume();
  await gone;
  // 30 states of more than 500 kB each were sent to the other client.
  expect(received).toBeLessThan(2_000_000);

  state.set('active', 'still served');
  await clock.advance(50);
  expect((await eager.next()).data).toEqual({ slice: 'active', value: 'still served' });
});

test('a slow client that catches up gets the latest, not the history', async () => {
  const { state, socket, clock } = await openEvents({ heartbeatMs: 1e9 });
  const request = httpRequest({ socketPath: socket, headers: { host: 'localhost' } });
  onTestFinished(() => void request.destroy());
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const accounts = Array.from({ length: 5_000 }, (_, n) => account(n));
  for (let n = 0; n < 30; n++) {
    state.set('accounts', [...accounts, account(9_000 + n)]);
    await clock.advance(50);
  }
  let text = '';
  response.setEncoding('utf8');
  response.on('data', (part: string) => {
    text += part;
  });
  while (!text.includes('acme/9029/Admin')) await once(response, 'data');
  expect(text.match(/^event: slice/gm)?.length).toBeLessThan(10);
});

test('more streams than allowed are turned away', async () => {
  const { socket } = await openEvents({ streams: 1 });
  await watch(socket);
  const second = await watch(socket);
  expect(second.response.statusCode).toBe(503);
});

test('a client that leaves is forgotten, timers and all', async () => {
  const { socket, clock, state } = await openEvents({ streams: 1 });
  for (let n = 0; n < 3; n++) {
    const reader = await watch(socket);
    expect(reader.response.statusCode).toBe(200);
    state.set('active', String(n));
    await reader.next();
    reader.request.destroy();
    while (clock.waiting > 0) await settle(1);
  }
});

test('closing ends every stream in good order', async () => {
  const { socket, events } = await openEvents();
  const readers = [await watch(socket), await watch(socket)];
  const ended = readers.map(({ response }) => once(response, 'end'));
  events.close();
  await Promise.all(ended);
  expect(readers.every(({ response }) => response.complete)).toBe(true);
});

test('what changes while streams are closing is written to none of them', async () => {
  const { state, socket, events, clock } = await openEvents({ heartbeatMs: 1_000, batchMs: 50 });
  const reader = await watch(socket);
  await reader.next();
  const ended = once(reader.response, 'end');
  state.set('active', 'before');
  events.close();
  state.set('active', 'after');
  await clock.advance(1_000);
  await ended;
  expect(clock.waiting).toBe(0);
});

test('every slice of the state can be sent', async () => {
  const { state, socket, clock } = await openEvents();
  const reader = await watch(socket);
  const { data } = await reader.next();
  const slices = Object.keys(state.snapshot()) as Slice[];
  expect(Object.keys(data as State).sort()).toEqual(slices.sort());
  for (const slice of slices) {
    state.set(slice, structuredClone(state.get(slice)) as never);
    await clock.advance(50);
    if (state.get(slice) === null) continue;
    expect((await reader.next()).data).toEqual({ slice, value: state.get(slice) });
  }
});
