import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { shellAround, startedBy } from '../../../../main/cli/hot-started-by.ts';

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyfob-started-by-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** A program's process id, once it runs: it says so by what it makes of a line. */
async function running(command: string, ...args: string[]): Promise<number> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  child.stdin.write('echo\n');
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child.pid ?? 0;
}

describe.runIf(process.platform === 'linux')('the program behind the command', () => {
  test('goes by its name', async () => {
    expect(startedBy(await running('cat'))).toBe('cat');
  });

  test('is in the letters of the record, whatever it is called', async () => {
    const odd = join(folder, ') a\r\nb: (c');
    copyFileSync('/bin/cat', odd);
    expect(startedBy(await running(odd))).toBe('a__b___c');
  });

  test('is a shell where a person types in it, and not where it was started for one line', async () => {
    expect(startedBy(await running('sh'))).toBe('sh');
    const forOneLine = await running('sh', '-c', 'read x; echo $x; read x');
    expect(startedBy(forOneLine)).toBe(startedBy(process.pid));
  });

  test('is a shell around the command, also where that was started for one line', async () => {
    expect(shellAround(await running('sh', '-c', 'read x; echo $x; read x'))).toBe('sh');
    expect(shellAround(await running('cat'))).toBeUndefined();
    expect(shellAround(2 ** 22 + 1)).toBeUndefined();
  });

  test('is nobody where it has ended', () => {
    expect(startedBy(2 ** 22 + 1)).toBeUndefined();
    expect(startedBy(1)).toBeUndefined();
  });
});
