import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findElectron } from '../../../../main/desktop/electron-binary.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'keyfob-electron-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function place(path: string): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '');
  return file;
}

test.each([
  ['linux', 'electron'],
  ['win32', 'electron.exe'],
  ['darwin', 'Electron.app/Contents/MacOS/Electron'],
])('on %s it is where its package puts it', (platform, program) => {
  expect(findElectron(root, {}, platform)).toBeUndefined();
  const file = place(`node_modules/electron/dist/${program}`);
  expect(findElectron(root, {}, platform)).toBe(file);
});

test('ELECTRON_OVERRIDE_DIST_PATH goes before', () => {
  place('node_modules/electron/dist/electron');
  const file = place('elsewhere/electron');
  const env = { ELECTRON_OVERRIDE_DIST_PATH: dirname(file) };
  expect(findElectron(root, env, 'linux')).toBe(file);
});

test('a package without its binary is none', () => {
  place('node_modules/electron/index.js');
  expect(findElectron(root, { ELECTRON_OVERRIDE_DIST_PATH: '' }, 'linux')).toBeUndefined();
});
