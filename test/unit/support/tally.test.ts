import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startVitest } from 'vitest/node';
import { tallyLine } from '../../support/tally.ts';
import { tallyReporter } from '../../support/tally-reporter.ts';

let folder: string;
beforeEach(() => {
  // Inside the repository, so that the sample tests find vitest.
  folder = mkdtempSync(join(import.meta.dirname, '../../../node_modules/.keyfob-tally-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs sample tests for real, and returns the closing lines. */
async function tallyOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), `import { test } from 'vitest';\n${text}`);
  }
  const lines: string[] = [];
  const exitCode = process.exitCode;
  const vitest = await startVitest([], {
    root: folder,
    config: false,
    watch: false,
    include: ['**/*.sample.ts'],
    name: 'sample',
    reporters: [tallyReporter((line) => lines.push(line))],
  });
  await vitest.close();
  process.exitCode = exitCode;
  return lines;
}

test('the line names passed and failed, and skipped where there are any', () => {
  expect(tallyLine('unit', { passed: 3, failed: 0, skipped: 0 })).toBe('unit: 3 passed, 0 failed');
  expect(tallyLine('e2e', { passed: 3, failed: 1, skipped: 2 })).toBe(
    'e2e: 3 passed, 1 failed, 2 skipped',
  );
});

test('a run is counted as it was', async () => {
  const lines = await tallyOf({
    'a.sample.ts': "test('a', () => {}); test('b', () => { throw new Error('no'); });",
    'b.sample.ts': "test('c', () => {}); test.skip('d', () => {});",
  });
  expect(lines).toEqual(['sample: 2 passed, 1 failed, 1 skipped']);
});

test('a file that cannot be loaded counts as failed', async () => {
  const lines = await tallyOf({
    'a.sample.ts': "test('a', () => {});",
    'b.sample.ts': "throw new Error('broken');",
  });
  expect(lines).toEqual(['sample: 1 passed, 1 failed']);
});

test('an error outside of every test counts as failed', async () => {
  const lines = await tallyOf({
    'a.sample.ts': "test('a', () => { Promise.reject(new Error('lost')); });",
  });
  expect(lines).toEqual(['sample: 1 passed, 1 failed']);
});
