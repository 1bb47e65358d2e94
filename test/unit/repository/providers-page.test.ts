import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';

/** docs/providers.md says which test shows what, and what to type. Both must be so. */

const root = join(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'docs/providers.md'), 'utf8');

const named = [...page.matchAll(/`([\w-]+\.test\.ts)`: (.+?)(?=<br>|\s+\|\s*$)/gm)].map(
  ([, file = '', title = '']) => [file, title] as const,
);
const files = new Map(
  globSync('test/{unit,integration}/**/*.test.ts', { cwd: root }).map((path) => [
    basename(path),
    join(root, path),
  ]),
);

test('the page names tests', () => {
  expect(named.length).toBeGreaterThan(40);
});

test.each(named)('%s has a test "%s"', (file, title) => {
  const path = files.get(file);
  expect(path, `There is no ${file}.`).toBeDefined();
  const text = readFileSync(path ?? '', 'utf8');
  const quoted = ["'", '"', '`'].some((quote) => text.includes(`${quote}${title}${quote}`));
  expect(quoted, `${file} has no such test.`).toBe(true);
});

test('every option in its commands is one that the command has', () => {
  const source = readFileSync(join(root, 'main/cli/commands/connection-add-oidc.ts'), 'utf8');
  const commands = page.match(/keyfob connection add oidc(?:.*\\\n)*.*/g) ?? [];
  expect(commands.length).toBeGreaterThan(8);
  const options = new Set(commands.flatMap((command) => command.match(/--[\w-]+/g) ?? []));
  for (const option of options) expect(source).toContain(`'${option}`);
});
