import { expect, test } from 'vitest';
import { createActivity, type Event, maxEntries } from '../../../../main/activity/activity.ts';
import { createRecordFile } from '../../../../main/activity/record-file.ts';
import { createStateStore, emptyState } from '../../../../main/state.ts';
import { KeyfobError } from '../../../../shared/errors.ts';
import { createFakeClock, settle } from '../../../support/fake-clock.ts';
import { createFakeJournals, type FakeJournals } from '../../../support/fake-journals.ts';
import { createFakeLog } from '../../../support/fake-ports.ts';

const start = Date.UTC(2026, 0, 1);
const curl: Event = {
  client: 'curl',
  listener: 'socket',
  account: 'acme/prod/Admin',
  connection: 'acme',
  what: 'aws-credentials',
  outcome: 'ok',
};

function open(journals: FakeJournals = createFakeJournals()) {
  const clock = createFakeClock(start);
  const log = createFakeLog();
  const file = createRecordFile(journals.open, log);
  const state = createStateStore(
    emptyState({ version: '0', pid: 1, startedAt: '2026-01-01T00:00:00Z', keychain: 'memory' }),
  );
  let pushes = 0;
  state.subscribe((slice) => {
    if (slice === 'activity') pushes += 1;
  });
  const activity = createActivity({ state, clock, log, file });
  return { clock, log, state, activity, journals, pushes: () => pushes };
}

test('who asked for what, when, and how it went', async () => {
  const { activity, clock, state } = open();
  activity.record(curl);
  await clock.advance(1_000);
  expect(state.get('activity')).toEqual([
    {
      ...curl,
      id: '1',
      at: '2026-01-01T00:00:00.000Z',
      lastAt: '2026-01-01T00:00:00.000Z',
      count: 1,
    },
  ]);
});

test('the same within a minute is one entry, which says how often and when last', async () => {
  const { activity, clock, state } = open();
  activity.record(curl);
  await clock.advance(59_999);
  activity.record(curl);
  await clock.advance(1_000);
  expect(state.get('activity')).toMatchObject([
    { count: 2, at: '2026-01-01T00:00:00.000Z', lastAt: '2026-01-01T00:00:59.999Z' },
  ]);
  activity.record(curl);
  await clock.advance(1_000);
  expect(state.get('activity').map(({ count }) => count)).toEqual([1, 2]);
});

test.each([
  { client: 'aws' },
  { listener: 'window' },
  { account: 'acme/prod/ReadOnly' },
  { connection: 'other' },
  { what: 'console' },
  { outcome: 'sign_in_required' },
] as const)('another %o is another entry', async (difference) => {
  const { activity, clock, state } = open();
  activity.record(curl);
  activity.record({ ...curl, ...difference });
  activity.record(curl);
  await clock.advance(1_000);
  expect(
    state
      .get('activity')
      .map(({ count }) => count)
      .toSorted(),
  ).toEqual([1, 2]);
});

test('ten thousand requests in a second are one push', async () => {
  const { activity, clock, pushes, state } = open();
  for (let n = 0; n < 10_000; n += 1) activity.record(curl);
  expect(pushes()).toBe(0);
  await clock.advance(1_000);
  expect(pushes()).toBe(1);
  expect(state.get('activity')).toMatchObject([{ count: 10_000 }]);
  await clock.advance(60_000);
  expect(pushes()).toBe(1);
});

test('the latest comes first, also where an old entry has just counted up', async () => {
  const { activity, clock, state } = open();
  activity.record(curl);
  await clock.advance(1);
  activity.record({ ...curl, client: 'aws' });
  await clock.advance(1);
  activity.record(curl);
  await clock.advance(1_000);
  expect(state.get('activity').map(({ client }) => client)).toEqual(['curl', 'aws']);
});

test('only the last 200 are kept, however many there were', async () => {
  const { activity, clock, state } = open();
  for (let n = 0; n < 1_234; n += 1) activity.record({ ...curl, client: `tool-${n}` });
  await clock.advance(1_000);
  const clients = state.get('activity').map(({ client }) => client);
  expect(clients).toHaveLength(maxEntries);
  expect(clients[0]).toBe('tool-1233');
  expect(clients.at(-1)).toBe('tool-1034');
  expect(new Set(state.get('activity').map(({ id }) => id)).size).toBe(maxEntries);
});

test('a clock that is set back begins a new entry', async () => {
  const { activity, clock, state } = open();
  activity.record(curl);
  clock.jump(-3_600_000);
  activity.record(curl);
  await clock.advance(1_000);
  expect(state.get('activity')).toHaveLength(2);
});

test('at the end the state has everything, and no timer is left', async () => {
  const { activity, clock, state } = open();
  activity.record(curl);
  await activity.close();
  expect(state.get('activity')).toHaveLength(1);
  expect(clock.waiting).toBe(0);
});

const linesIn = (journals: FakeJournals) =>
  (journals.lines.get('activity.jsonl') ?? []).map((line) => JSON.parse(line));

test('within a second the file has it too, each entry once however often it was asked for', async () => {
  const { activity, clock, journals } = open();
  await activity.load();
  for (let n = 0; n < 10_000; n += 1) activity.record(curl);
  expect(journals.writes).toBe(0);
  await clock.advance(1_000);
  expect(linesIn(journals)).toEqual([
    {
      version: 1,
      ...curl,
      id: '1',
      at: '2026-01-01T00:00:00.000Z',
      lastAt: '2026-01-01T00:00:00.000Z',
      count: 10_000,
    },
  ]);
  expect(journals.writes).toBe(1);
});

test('the next helper begins with the last 200, and goes on counting', async () => {
  const journals = createFakeJournals();
  const first = open(journals);
  await first.activity.load();
  for (let n = 0; n < 300; n += 1) first.activity.record({ ...curl, client: `tool-${n}` });
  await first.activity.close();
  const second = open(journals);
  await second.activity.load();
  await settle();
  expect(second.state.get('activity')).toHaveLength(200);
  expect(second.state.get('activity')[0]).toMatchObject({ id: '300', client: 'tool-299' });
  second.activity.record(curl);
  await second.clock.advance(1_000);
  expect(second.state.get('activity')).toContainEqual(expect.objectContaining({ id: '301' }));
  expect(linesIn(journals).map(({ id }) => Number(id))).toEqual(
    Array.from({ length: 301 }, (_, n) => n + 1),
  );
});

test('what is recorded before the file has been read keeps a number of its own', async () => {
  const journals = createFakeJournals();
  const first = open(journals);
  await first.activity.load();
  first.activity.record(curl);
  await first.activity.close();
  const { activity, state } = open(journals);
  activity.record({ ...curl, client: 'early' });
  await activity.load();
  await activity.close();
  expect(state.get('activity').map(({ id, client }) => [id, client])).toEqual([
    ['2', 'early'],
    ['1', 'curl'],
  ]);
});

test('a file that can be neither read nor written keeps nobody from being recorded', async () => {
  const journals = createFakeJournals();
  journals.fail(new KeyfobError('disk_full', 'The disk is full.'));
  const { activity, clock, log, state } = open(journals);
  await activity.load();
  activity.record(curl);
  await clock.advance(1_000);
  expect(state.get('activity')).toHaveLength(1);
  expect(log.entries.map(({ event }) => event)).toEqual([
    'activity_not_read',
    'activity_not_written',
  ]);
  journals.heal();
  activity.record(curl);
  await activity.close();
  expect(linesIn(journals)).toMatchObject([{ count: 2 }]);
});

test('a flood of strangers within a second is written in between, not kept in memory', async () => {
  const { activity, journals } = open();
  await activity.load();
  for (let n = 0; n < 3_000; n += 1) activity.record({ ...curl, client: `stranger-${n}` });
  await settle();
  expect(linesIn(journals).length).toBeGreaterThanOrEqual(1_000);
  await activity.close();
  expect(new Set(linesIn(journals).map(({ id }) => id)).size).toBe(3_000);
});
