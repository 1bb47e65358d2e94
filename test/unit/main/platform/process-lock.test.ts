import { spawnSync } from 'node:child_process';
import { readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withProcessLock } from '../../../../main/platform/process-lock.ts';
import { temporaryFolder } from '../../../support/endpoint-stage.ts';

/** The number of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ['-e', '0']).pid;
}

test('one at a time, and each gets its turn', async () => {
  const folder = await temporaryFolder();
  let inside = 0;
  let most = 0;
  let turns = 0;
  await Promise.all(
    Array.from({ length: 8 }, () =>
      withProcessLock(join(folder, 'lock'), async () => {
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setImmediate(resolve));
        turns += 1;
        inside -= 1;
      }),
    ),
  );
  expect({ most, turns }).toEqual({ most: 1, turns: 8 });
  expect(await readdir(folder)).toEqual([]);
});

test('a task that fails gives the lock back', async () => {
  const path = join(await temporaryFolder(), 'lock');
  const failing = withProcessLock(path, () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  expect(await withProcessLock(path, async () => 'mine')).toBe('mine');
});

test('the lock of a killed process is taken over, by one at a time', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'lock');
  await symlink(`${deadPid()}-0123456789ab`, path);
  let inside = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 8 }, () =>
      withProcessLock(path, async () => {
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
      }),
    ),
  );
  expect(most).toBe(1);
  expect(await readdir(folder)).toEqual([]);
});

test('a process killed while it took over a lock does not block it either', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'lock');
  await symlink(`${deadPid()}-0123456789ab`, path);
  await symlink(`${deadPid()}-ba9876543210`, `${path}.0123456789ab`);
  expect(await withProcessLock(path, async () => 'mine')).toBe('mine');
  expect(await readdir(folder)).toEqual([]);
});

test('something else in the place of the lock is named, not removed', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'lock'), 'precious');
  await expect(withProcessLock(join(folder, 'lock'), async () => {})).rejects.toMatchObject({
    code: 'file_unreadable',
    message: expect.stringContaining(join(folder, 'lock')),
  });
  expect(await readdir(folder)).toEqual(['lock']);
});
