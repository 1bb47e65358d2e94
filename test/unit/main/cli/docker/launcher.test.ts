import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newLauncher } from '../../../../../main/cli/docker/launcher.ts';

let parent: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'keyfob-launcher-'));
});

afterEach(() => {
  rmSync(parent, { recursive: true });
});

test('the launcher goes into a folder of one’s own, not into one whose name begins alike', () => {
  const home = join(parent, 'me');
  const own = join(home, 'tools');
  const foreign = join(parent, 'me2', 'bin');
  for (const folder of [own, foreign]) mkdirSync(folder, { recursive: true });
  const env = { HOME: home, USERPROFILE: home, PATH: [foreign, own].join(delimiter) };
  const { platform } = process;
  const entry = pathToFileURL(join(home, 'keyfob.js')).href;
  const launcher = newLauncher({ env, platform, entry }, undefined);
  expect(launcher.path).toContain(join(own, 'docker-credential-keyfob'));
  expect(launcher.inPath).toBe(true);
});
