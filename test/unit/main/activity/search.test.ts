import { expect, test } from 'vitest';
import { searchActivity } from '../../../../main/activity/search.ts';
import { activityCommands } from '../../../../shared/commands/activity.ts';
import type { ActivityEntry } from '../../../../shared/model.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString();

const entry = (id: number, changes: Partial<ActivityEntry>): ActivityEntry => ({
  id: String(id),
  at: at(id),
  lastAt: at(id),
  count: 1,
  client: 'curl',
  listener: 'socket',
  account: null,
  connection: null,
  what: 'aws-credentials',
  outcome: 'ok',
  ...changes,
});

const entries = [
  entry(1, { account: 'acme/prod/Admin', connection: 'acme', lastAt: at(9) }),
  entry(2, { account: 'acme/dev/Admin', client: 'aws-cli' }),
  entry(3, { connection: 'corp', what: 'sign-in', client: 'keyfob' }),
  entry(4, { account: 'acme-two/prod/Admin', outcome: 'sign_in_required' }),
];

function search(query: Record<string, unknown>): string[] {
  const input = activityCommands['activity.list'].input.parse(query);
  return searchActivity({ entries, damaged: 0 }, input).entries.map(({ id }) => id);
}

test.each([
  [{}, ['2', '3', '4', '1']],
  [{ limit: 2 }, ['4', '1']],
  [{ since: at(4) }, ['4', '1']],
  [{ since: '2026-01-01T14:04:00+02:00' }, ['4', '1']],
  [{ account: 'PROD' }, ['4', '1']],
  [{ client: 'AWS' }, ['2']],
  [{ connection: 'acme' }, ['2', '1']],
  [{ connection: 'corp' }, ['3']],
  [{ connection: 'acme', account: 'dev' }, ['2']],
  [{ account: 'nothing' }, []],
])('%j finds %j, the latest at the end', (query, ids) => {
  expect(search(query)).toEqual(ids);
});

test('how many lines were damaged is told', () => {
  const input = activityCommands['activity.list'].input.parse({});
  expect(searchActivity({ entries: [], damaged: 3 }, input)).toEqual({ entries: [], damaged: 3 });
});
