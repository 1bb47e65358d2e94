import { expect, test } from 'vitest';
import { type Chosen, createChoices, maxRecent } from '../../../../main/accounts/choices.ts';
import type { KeyfobError } from '../../../../shared/errors.ts';
import { createFakePorts, type FakePortsOptions } from '../../../support/fake-ports.ts';

async function setUp(options: FakePortsOptions = {}, load = true) {
  const { clock, files, log } = createFakePorts(options);
  const shown: Chosen[] = [];
  const damaged: KeyfobError[] = [];
  const choices = createChoices({
    files,
    clock,
    log,
    onChange: (chosen) => void shown.push(chosen),
    onDamaged: (error) => void damaged.push(error),
  });
  if (load) await choices.load();
  const stored = () => JSON.parse(files.contents.get('choices.json') ?? 'null');
  return { choices, clock, files, log, shown, damaged, stored };
}

test('choices outlive the helper', async () => {
  const first = await setUp();
  await first.choices.change(() => ({ active: 'a', favourites: ['b'] }));
  first.choices.used('c');
  await first.choices.close();
  const second = await setUp({ files: first.files });
  expect(second.choices.chosen).toEqual({ active: 'a', favourites: ['b'], recent: ['c'] });
});

test('a change is on disk before it shows', async () => {
  const { choices, shown, stored } = await setUp();
  const changing = choices.change(() => ({ active: 'a' }));
  expect(choices.chosen.active).toBeNull();
  await changing;
  expect(shown.at(-1)?.active).toBe('a');
  expect(stored().active).toBe('a');
});

test('changes at the same time all count', async () => {
  const { choices } = await setUp();
  const add = (id: string) =>
    choices.change(({ favourites }) => ({ favourites: [...favourites, id] }));
  await Promise.all(['a', 'b', 'c'].map(add));
  expect(choices.chosen.favourites).toEqual(['a', 'b', 'c']);
});

test('on a full disk nothing changes, and the next change works again', async () => {
  const { choices, files } = await setUp();
  await choices.change(() => ({ active: 'a' }));
  files.fillDisk();
  await expect(choices.change(() => ({ active: 'b' }))).rejects.toMatchObject({
    code: 'disk_full',
  });
  expect(choices.chosen.active).toBe('a');
  files.heal();
  await choices.change(() => ({ favourites: ['c'] }));
  expect(choices.chosen).toMatchObject({ active: 'a', favourites: ['c'] });
});

test('the latest used come first, at most twenty', async () => {
  const { choices, clock } = await setUp();
  for (let n = 0; n < 30; n++) choices.used(`account-${n}`);
  choices.used('account-20');
  await clock.advance(1_000);
  expect(choices.chosen.recent).toHaveLength(maxRecent);
  expect(choices.chosen.recent.slice(0, 3)).toEqual(['account-20', 'account-29', 'account-28']);
});

test('two tools in turn, a thousand times a second, show once a second and are written once a minute', async () => {
  const { choices, clock, files, shown } = await setUp();
  const before = shown.length;
  for (let n = 0; n < 60_000; n += 250) {
    choices.used('a');
    choices.used('b');
    choices.used(n % 500 === 0 ? 'a' : 'b');
    await clock.advance(250);
  }
  expect(shown.length - before).toBeLessThanOrEqual(62);
  expect(files.writes.length).toBeLessThanOrEqual(1);
});

test('what was used and not yet written is written at the end', async () => {
  const { choices, clock, stored } = await setUp();
  choices.used('a');
  await choices.close();
  expect(stored().recent).toEqual(['a']);
  expect(clock.waiting).toBe(0);
});

test('nothing is written at the end when nothing was used', async () => {
  const { choices, files } = await setUp();
  await choices.close();
  expect(files.writes).toEqual([]);
});

test('a damaged file is set aside and reported', async () => {
  const { choices, files, damaged } = await setUp({}, false);
  files.contents.set('choices.json', '{"version":1,"active":7}');
  await choices.load();
  expect(choices.chosen.active).toBeNull();
  expect(damaged).toMatchObject([{ code: 'file_damaged' }]);
  expect(files.contents.get('choices.json.damaged')).toBe('{"version":1,"active":7}');
});

test('a file that could not be read is read before it is ever written', async () => {
  const first = await setUp();
  await first.choices.change(() => ({ active: 'a', favourites: ['b'] }));
  const { choices, files } = await setUp({ files: first.files }, false);
  files.fail(new Error('unreadable'), 'read');
  await expect(choices.load()).rejects.toThrow('unreadable');
  await expect(choices.change(() => ({ active: 'c' }))).rejects.toThrow('unreadable');
  files.heal();
  await choices.change(() => ({ active: 'c' }));
  expect(choices.chosen).toEqual({ active: 'c', favourites: ['b'], recent: [] });
});
