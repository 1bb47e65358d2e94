import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { manualPage } from '../../../../main/cli/manual.ts';
import { manualOfProgram } from '../../../../main/cli/manual-of-program.ts';
import type { CommandNode } from '../../../../main/cli/tree.ts';
import { canShow } from '../../../support/can-show.ts';
import { runProgram } from '../../../support/run-program.ts';

const withMan = test.runIf(canShow('the manual page in man', 'man'));
const withMandoc = test.runIf(canShow('the manual page in mandoc', 'mandoc'));

let folder = '';
let path = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyfob-man-'));
  path = join(folder, 'keyfob.1');
  writeFileSync(path, manualOfProgram({ version: '1.2.3', date: '2026-01-31' }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...command: string[]) =>
  runProgram(command, { PATH: process.env.PATH, MANWIDTH: '80', LC_ALL: 'C.UTF-8' }).ended;

withMan(
  'man shows it without a warning, every command and option of the program in it',
  async () => {
    const { code, stdout, stderr } = await run('man', '--warnings=w', '-l', path);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const words of [
      'keyfob login [connection] [options]',
      'keyfob accounts [query] [options]',
      'keyfob accounts favourite account [options]',
      'keyfob connection add identity-center',
      'keyfob service install',
      'keyfob completion shell',
      '--no-autostart',
      'Keyfob 1.2.3',
      '2026-01-31',
    ]) {
      expect(stdout).toContain(words);
    }
  },
);

withMandoc('mandoc, which is stricter, finds nothing either', async () => {
  const { code, stdout, stderr } = await run('mandoc', '-T', 'lint', '-W', 'warning', path);
  expect(`${stdout}${stderr}`).toBe('');
  expect(code).toBe(0);
});

withMan('what would be a request, an escape or a typographic mark stays what it is', async () => {
  const node: CommandNode = {
    path: '',
    name: 'keyfob',
    aliases: [],
    description: '.so /etc/passwd \\n ~ ^ ` \' " - é …',
    summary: '',
    options: [],
    arguments: [],
    commands: [],
    help: '',
  };
  writeFileSync(path, manualPage(node, { version: '1', date: '2026-01-31' }));
  const { stdout, stderr } = await run('man', '--warnings=w', '-l', path);
  expect(stderr).toBe('');
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain('.so /etc/passwd \\n ~ ^ ` \' " - é …');
  expect(readFileSync(path, 'utf8')).toMatch(/^[\x20-\x7e\n]*$/);
});
