import { expect, test } from 'vitest';
import { createRecordFile, recordName } from '../../../../main/activity/record-file.ts';
import type { JournalOptions } from '../../../../main/ports.ts';
import { KeyfobError } from '../../../../shared/errors.ts';
import type { ActivityEntry } from '../../../../shared/model.ts';
import { createFakeJournals } from '../../../support/fake-journals.ts';
import { createFakeLog } from '../../../support/fake-ports.ts';

const entry = (id: number, changes: Partial<ActivityEntry> = {}): ActivityEntry => ({
  id: String(id),
  at: '2026-01-01T00:00:00.000Z',
  lastAt: '2026-01-01T00:00:00.000Z',
  count: 1,
  client: 'curl',
  listener: 'socket',
  account: 'acme/prod/Admin',
  connection: 'acme',
  what: 'aws-credentials',
  outcome: 'ok',
  ...changes,
});

function open() {
  const journals = createFakeJournals();
  const log = createFakeLog();
  return { journals, log, file: createRecordFile(journals.open, log) };
}

test('an entry that counted up is read as it was last', async () => {
  const { file } = open();
  await file.save([entry(1), entry(2)]);
  await file.save([entry(1, { count: 7 })]);
  const { entries, damaged } = await file.all();
  expect(entries).toEqual([entry(1, { count: 7 }), entry(2)]);
  expect(damaged).toBe(0);
});

test.each([
  ['half a line', '{"version":1,"id":"2","at":"2026-01-'],
  ['no JSON', 'Segmentation fault'],
  ['another version', JSON.stringify({ version: 2, ...entry(2) })],
  ['a member missing', JSON.stringify({ version: 1, ...entry(2), outcome: undefined })],
  ['an id that is none', JSON.stringify({ version: 1, ...entry(2), id: 'x' })],
  ['a time that is none', JSON.stringify({ version: 1, ...entry(2), at: 'noon' })],
  ['a list', '[]'],
])('%s is skipped and counted, and the rest is there', async (_what, damage) => {
  const { file, journals, log } = open();
  await file.save([entry(1)]);
  journals.lines.get(recordName)?.push(damage);
  await file.save([entry(3)]);
  expect(await file.all()).toEqual({ entries: [entry(1), entry(3)], damaged: 1 });
  expect(log.entries).toMatchObject([{ event: 'activity_lines_damaged', facts: { lines: 1 } }]);
});

test('while the disk is full entries wait, the newest of each, and are told of once', async () => {
  const { file, journals, log } = open();
  journals.fail(new KeyfobError('disk_full', 'The disk is full.'), 'append');
  await file.save([entry(1), entry(2)]);
  await file.save([entry(1, { count: 2 })]);
  expect(log.entries.map(({ event }) => event)).toEqual(['activity_not_written']);
  journals.heal();
  await file.save([entry(3)]);
  expect((await file.all()).entries).toEqual([entry(1, { count: 2 }), entry(2), entry(3)]);
});

test('but no more of them than fit in a little memory', async () => {
  const { file, journals, log } = open();
  journals.fail(new KeyfobError('disk_full', 'The disk is full.'), 'append');
  for (let n = 0; n < 6; n += 1) {
    await file.save(Array.from({ length: 1_000 }, (_, i) => entry(n * 1_000 + i + 1)));
  }
  expect(log.entries.at(-1)).toMatchObject({
    event: 'activity_dropped',
    facts: { entries: 1_000 },
  });
  journals.heal();
  await file.save([]);
  const { entries } = await file.all();
  expect(entries).toHaveLength(5_000);
  expect(entries.at(-1)?.id).toBe('6000');
});

test('of a full file each entry is kept once, and the file is bounded', () => {
  let given: JournalOptions | undefined;
  createRecordFile((name, options) => {
    given = options;
    return createFakeJournals().open(name, options);
  }, createFakeLog());
  const line = (one: ActivityEntry) => JSON.stringify({ version: 1, ...one });
  expect(
    given?.compact([line(entry(1)), 'damage', line(entry(2)), line(entry(1, { count: 3 }))]),
  ).toEqual([line(entry(1, { count: 3 })), line(entry(2))]);
  expect(given?.maxBytes).toBeLessThanOrEqual(2 ** 20);
  expect(given?.keep).toBeLessThanOrEqual(4);
});
