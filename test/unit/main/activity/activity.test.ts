import { expect, test } from 'vitest';
import { createActivity, type Event, maxEntries } from '../../../../main/activity/activity.ts';
import { createStateStore, emptyState } from '../../../../main/state.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';

const start = Date.UTC(2026, 0, 1);
const curl: Event = {
  client: 'curl',
  listener: 'socket',
  account: 'acme/prod/Admin',
  connection: 'acme',
  what: 'aws-credentials',
  outcome: 'ok',
};

function open() {
  const clock = createFakeClock(start);
  const state = createStateStore(
    emptyState({ version: '0', pid: 1, startedAt: '2026-01-01T00:00:00Z', keychain: 'memory' }),
  );
  let pushes = 0;
  state.subscribe((slice) => {
    if (slice === 'activity') pushes += 1;
  });
  return { clock, state, activity: createActivity(state, clock), pushes: () => pushes };
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

test('at the end the state has everything, and no timer is left', () => {
  const { activity, clock, state } = open();
  activity.record(curl);
  activity.close();
  expect(state.get('activity')).toHaveLength(1);
  expect(clock.waiting).toBe(0);
});
