import { expect, test } from 'vitest';
import { activityDays } from '../../../renderer/activity-days.ts';
import type { ActivityEntry } from '../../../shared/model.ts';

function entry(id: string, at: string, lastAt = at): ActivityEntry {
  return {
    id,
    at,
    lastAt,
    count: 1,
    client: 'aws',
    listener: 'socket',
    account: 'acme/prod/Admin',
    connection: 'acme',
    what: 'aws-credentials',
    outcome: 'ok',
  };
}

test('entries come by the day on which they were last seen, in their order', () => {
  const days = activityDays(
    [
      entry('c', '2026-01-01T23:59:00Z', '2026-01-02T00:01:00Z'),
      entry('b', '2026-01-01T12:00:00Z'),
      entry('a', '2026-01-01T10:00:00Z'),
    ],
    (iso) => iso.slice(0, 10),
  );
  expect(days.map(({ day, entries }) => [day, entries.map(({ id }) => id)])).toEqual([
    ['2026-01-02', ['c']],
    ['2026-01-01', ['b', 'a']],
  ]);
});

test('nothing has no days', () => {
  expect(activityDays([], () => '')).toEqual([]);
});
