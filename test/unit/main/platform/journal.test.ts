import {
  appendFile,
  chmod,
  mkdir,
  open,
  readdir,
  readFile,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createJournals } from '../../../../main/platform/journal.ts';
import { temporaryFolder } from '../../../support/endpoint-stage.ts';

const name = 'activity.jsonl';
const options = { maxBytes: 100, keep: 2, compact: (lines: readonly string[]) => lines };

async function place() {
  const folder = join(await temporaryFolder(), 'state');
  return { folder, path: join(folder, name), journal: createJournals(folder)(name, options) };
}

test('lines are added at the end, in a file for its owner alone', async () => {
  const { folder, journal, path } = await place();
  await journal.append(['one', 'two']);
  await journal.append(['three']);
  await journal.append([]);
  expect(await readFile(path, 'utf8')).toBe('one\ntwo\nthree\n');
  expect(await journal.read()).toEqual(['one', 'two', 'three']);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});

test('where there is nothing yet, nothing is read and nothing is made', async () => {
  const { folder, journal } = await place();
  expect(await journal.read()).toEqual([]);
  await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a line that a killed process left without an end does not spoil the next one', async () => {
  const { journal, path } = await place();
  await journal.append(['one']);
  await appendFile(path, '{"half":');
  await journal.append(['two']);
  expect(await journal.read()).toEqual(['one', '{"half":', 'two']);
});

test('a file that others could read is closed to them', async () => {
  const { folder, journal, path } = await place();
  await mkdir(folder, { mode: 0o700 });
  await writeFile(path, 'one\n');
  await chmod(path, 0o644);
  await journal.append(['two']);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('a full file is put aside, and only so many are kept', async () => {
  const { folder, journal } = await place();
  for (let n = 0; n < 41; n += 1) await journal.append([`line ${n} ${'x'.repeat(20)}`]);
  expect((await readdir(folder)).toSorted()).toEqual([
    'activity.jsonl',
    'activity.jsonl.1',
    'activity.jsonl.2',
  ]);
  for (const file of await readdir(folder)) {
    const { size, mode } = await stat(join(folder, file));
    expect(size).toBeLessThan(150);
    expect(mode & 0o777).toBe(0o600);
  }
  const numbers = (await journal.read()).map((line) => Number(line.split(' ')[1]));
  expect(numbers.length).toBeGreaterThan(8);
  expect(numbers).toEqual(numbers.map((_, n) => 41 - numbers.length + n));
});

test('of a full file only what `compact` leaves is kept', async () => {
  const { folder } = await place();
  const journal = createJournals(folder)(name, {
    ...options,
    compact: (lines) => lines.slice(-1),
  });
  await journal.append(['a'.repeat(60), 'b'.repeat(60)]);
  expect(await journal.read()).toEqual(['b'.repeat(60)]);
});

test('a glance reads whole lines of the newest file, or of the full one where that is new', async () => {
  const { journal } = await place();
  await journal.append(['first', 'second', 'third']);
  expect(await journal.read(8)).toEqual(['third']);
  await journal.append(['x'.repeat(100)]);
  expect(await journal.read(1_000)).toEqual(['first', 'second', 'third', 'x'.repeat(100)]);
});

test('writes at the same time stay whole and in order', async () => {
  const { journal } = await place();
  await Promise.all(Array.from({ length: 20 }, (_, n) => journal.append([`${n}`])));
  expect(await journal.read()).toEqual(Array.from({ length: 20 }, (_, n) => `${n}`));
});

test('a full disk is a disk_full', async () => {
  const full = createJournals(join(await temporaryFolder(), 'state'), async () => {
    throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
  })(name, options);
  await expect(full.append(['one'])).rejects.toMatchObject({ code: 'disk_full' });
});

test('a folder that others can write to is refused', async () => {
  const { folder, journal } = await place();
  await mkdir(folder);
  await chmod(folder, 0o777);
  await expect(journal.append(['one'])).rejects.toMatchObject({ code: 'folder_unsafe' });
  await expect(journal.read()).rejects.toMatchObject({ code: 'folder_unsafe' });
});

test('nothing is left open', async () => {
  const opened: { fd: number }[] = [];
  const journal = createJournals(join(await temporaryFolder(), 'state'), async (...args) => {
    const handle = await open(...args);
    opened.push(handle);
    return handle;
  })(name, options);
  await journal.append(['one']);
  await journal.read();
  expect(opened.map(({ fd }) => fd)).toEqual(opened.map(() => -1));
});
