import { existsSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createStartLock } from '../../../../main/cli/start-lock.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'keyfob-lock-')), 'state');
  path = join(folder, 'starting.lock');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const create = () => createStartLock(folder, 10_000);

test('one has it until it releases it', () => {
  const [first, second] = [create(), create()];
  expect([first.take(), second.take(), first.take()]).toEqual([true, false, true]);
  first.release();
  expect(existsSync(path)).toBe(false);
  expect([second.take(), first.take()]).toEqual([true, false]);
});

test('who does not have it releases nothing', () => {
  const [first, second] = [create(), create()];
  first.take();
  second.release();
  expect(existsSync(path)).toBe(true);
});

test.skipIf(process.platform === 'win32')('only its owner can read it and its folder', () => {
  create().take();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test('one left by a killed process is taken over', () => {
  create().take();
  // Above what any system gives out.
  writeFileSync(path, String(2 ** 30));
  const next = create();
  expect(next.take() || next.take()).toBe(true);
});

test('one that is held for too long is taken over, though its owner lives', () => {
  create().take();
  utimesSync(path, new Date(0), new Date(0));
  const next = create();
  expect(next.take() || next.take()).toBe(true);
});

test('one whose owner has not written its id yet is left alone', () => {
  create().take();
  writeFileSync(path, '');
  expect(create().take()).toBe(false);
});

test('a folder in which nothing can be written keeps nobody from starting', () => {
  writeFileSync(join(folder, '..', 'file'), '');
  expect(createStartLock(join(folder, '..', 'file', 'state'), 10_000).take()).toBe(true);
});
