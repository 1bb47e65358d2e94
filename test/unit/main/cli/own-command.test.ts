import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  credentialProcessLine,
  ownCommand,
  ownWords,
  shellLine,
} from '../../../../main/cli/own-command.ts';
import { account } from '../../../support/cli.ts';

let dist: string;
beforeEach(() => {
  dist = mkdtempSync(join(tmpdir(), 'keyfob own-'));
  mkdirSync(join(dist, 'command'));
});
afterEach(() => rmSync(dist, { recursive: true, force: true }));

const installed = (platform = 'linux') => ({
  entry: pathToFileURL(join(dist, 'command', 'keyfob.cjs')).href,
  platform,
});

test('a built command is called by its launcher, in double quotes', () => {
  writeFileSync(join(dist, 'keyfob'), '');
  writeFileSync(join(dist, 'keyfob.cmd'), '');
  expect(ownCommand(installed())).toBe(`"${join(dist, 'keyfob')}"`);
  expect(ownCommand(installed('win32'))).toBe(`"${join(dist, 'keyfob.cmd')}"`);
});

test('one that is a program of its own is called as it stands', () => {
  writeFileSync(join(dist, 'keyfob'), '');
  expect(ownCommand(installed(), true)).toBe(`"${process.execPath}"`);
});

test.skipIf(process.platform === 'win32')(
  'whatever stands in its path, the words are the path, and the line for a shell keeps it',
  () => {
    const file = join(dist, 'a $HOME `x`', 'keyfob.js');
    const entry = pathToFileURL(file).href;
    expect(ownWords({ entry, platform: 'linux' })).toEqual([process.execPath, file]);
    const line = shellLine({ entry, platform: 'linux' }, ['git', 'it’s']);
    const said = execFileSync('sh', ['-c', `printf '%s\\n' ${line}`], { encoding: 'utf8' });
    expect(said.split('\n').slice(0, 4)).toEqual([process.execPath, file, 'git', 'it’s']);
  },
);

test('one without a launcher is called by Node', () => {
  const file = join(dist, 'command', 'keyfob.cjs');
  expect(ownCommand(installed())).toBe(`"${process.execPath}" "${file}"`);
});

test('the line names the account by its path, or by its id where a shell could read the path otherwise', () => {
  const line = (path: string) =>
    credentialProcessLine(installed(), account(path)).split(' ').at(-1);
  expect(line('acme/prod/Admin')).toBe('acme/prod/Admin');
  expect(line('acme/prod+eu,1@x/Admin')).toBe('acme/prod+eu,1@x/Admin');
  expect(line('acme/prod~111111111111/Admin')).toBe('acme/111111111111/Admin');
  expect(line('acme/größe/Admin')).toBe('acme/111111111111/Admin');
});
