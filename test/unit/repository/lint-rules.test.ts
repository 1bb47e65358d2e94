import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';

/** What the linter holds beyond its own rules, shown by one offending line for each. */

const root = join(import.meta.dirname, '../../..');

/** All of main/ but what the ports are made of, and the programs. */
function domainFolders(): readonly string[] {
  const others = ['platform', 'cli', 'desktop'];
  return readdirSync(join(root, 'main'), { withFileTypes: true })
    .filter((one) => one.isDirectory() && !others.includes(one.name))
    .map(({ name }) => name);
}

/** A file, a line in it, and whether the linter lets it pass. */
type Case = readonly [file: string, line: string, verdict: 'allowed' | 'refused'];

const imports: readonly Case[] = [
  ['shared/sample.ts', "import 'zod';", 'allowed'],
  ['shared/sample.ts', "import './errors.ts';", 'allowed'],
  ['shared/sample.ts', "import 'node:crypto';", 'refused'],
  ['shared/sample.ts', "import '../main/ports.ts';", 'refused'],
  ['shared/sample.ts', "import 'react';", 'refused'],
  ['shared/commands/sample.ts', "import '../model.ts';", 'allowed'],
  ['shared/commands/sample.ts', "import './spec.ts';", 'allowed'],
  ['shared/commands/sample.ts', "import '../../main/ports.ts';", 'refused'],
  ['shared/commands/sample.ts', "import 'node:crypto';", 'refused'],

  ['preload/bridge.ts', "import '../shared/commands.ts';", 'allowed'],
  ['preload/bridge.ts', "import 'electron';", 'refused'],
  ['preload/bridge.ts', "import '../main/ports.ts';", 'refused'],
  ['preload/index.ts', "import 'electron';", 'allowed'],
  ['preload/index.ts', "import 'node:fs';", 'refused'],

  ['renderer/views/sample.tsx', "import 'react-dom/client';", 'allowed'],
  ['renderer/views/sample.tsx', "import 'zustand';", 'allowed'],
  ['renderer/views/sample.tsx', "import '@base-ui/react/menu';", 'allowed'],
  ['renderer/views/sample.tsx', "import 'undici';", 'refused'],
  ['renderer/views/sample.tsx', "import 'zod';", 'refused'],
  ['renderer/views/sample.tsx', "import '../../shared/model.ts';", 'allowed'],
  ['renderer/views/sample.tsx', "import '../store.ts';", 'allowed'],
  ['renderer/views/sample.tsx', "import '../../main/state.ts';", 'refused'],
  ['renderer/sample.tsx', "import '../preload/bridge.ts';", 'refused'],
  ['renderer/sample.tsx', "import 'electron';", 'refused'],
  ['renderer/sample.tsx', "import 'node:fs';", 'refused'],

  ...domainFolders().flatMap((folder): readonly Case[] => [
    [`main/${folder}/sample.ts`, "import '../ports.ts';", 'allowed'],
    [`main/${folder}/sample.ts`, "import '../../shared/errors.ts';", 'allowed'],
    [`main/${folder}/sample.ts`, "import '../accounts/source.ts';", 'allowed'],
    [`main/${folder}/sample.ts`, "import 'node:crypto';", 'allowed'],
    [`main/${folder}/sample.ts`, "import '@smithy/signature-v4';", 'allowed'],
    [`main/${folder}/sample.ts`, "import 'oauth4webapi';", 'allowed'],
    [`main/${folder}/sample.ts`, "import 'electron';", 'refused'],
    [`main/${folder}/sample.ts`, "import type { App } from 'electron';", 'refused'],
    [`main/${folder}/sample.ts`, "import 'keytar';", 'refused'],
    [`main/${folder}/sample.ts`, "await import('undici');", 'refused'],
    [`main/${folder}/sample.ts`, "export * from '../platform/clock.ts';", 'refused'],
    [`main/${folder}/sample.ts`, "import '../helper.ts';", 'refused'],
    [`main/${folder}/sample.ts`, "import 'node:fs/promises';", 'refused'],
    [`main/${folder}/sample.ts`, "import 'node:timers/promises';", 'refused'],
  ]),
  ['main/upstream.ts', "import './platform/fetch.ts';", 'refused'],
  ['main/upstream/sample.ts', "import 'undici';", 'refused'],
  ['main/state.ts', "import 'electron';", 'refused'],
  ['main/state.ts', "import '../test/support/fake-ports.ts';", 'refused'],
  ['main/some-new-folder/sample.ts', "import '../accounts/source.ts';", 'allowed'],
  ['main/some-new-folder/sample.ts', "import '../platform/clock.ts';", 'refused'],
  ['main/some-new-folder/sample.ts', "import '../desktop/tray.ts';", 'refused'],

  ['main/helper.ts', "import './accounts/accounts.ts';", 'allowed'],
  ['main/helper.ts', "import './platform/clock.ts';", 'refused'],
  ['main/helper.ts', "import 'undici';", 'refused'],

  ['main/platform/sample.ts', "import 'keytar';", 'allowed'],
  ['main/platform/sample.ts', "import 'node:fs/promises';", 'allowed'],
  ['main/platform/sample.ts', "import '../ports.ts';", 'allowed'],
  ['main/platform/sample.ts', "import '../connections/vault.ts';", 'refused'],
  ['main/platform/sample.ts', "import 'electron';", 'refused'],

  ['main/daemon.ts', "import './platform/clock.ts';", 'allowed'],
  ['main/daemon.ts', "import 'electron';", 'refused'],
  ['main/cli/sample.ts', "import 'electron';", 'refused'],
  ['main/cli/hot.ts', "import 'node:net';", 'allowed'],
  ['main/cli/hot.ts', "import 'node:http';", 'refused'],
  ['main/cli/hot.ts', "import 'zod';", 'refused'],
  ['main/cli/hot-token.ts', "import './hot.ts';", 'allowed'],
  ['main/cli/hot-token.ts', "import '../../shared/model.ts';", 'refused'],
  ['main/cli/failure.ts', "import './printable.ts';", 'allowed'],
  ['main/cli/failure.ts', "import './client.ts';", 'refused'],
  ['main/cli/hot.ts', "import '../../shared/commands.ts';", 'refused'],
  ['main/cli/keyfob.ts', "import('./cold.ts');", 'allowed'],
  ['main/cli/keyfob.ts', "import 'commander';", 'refused'],
  ['main/desktop/sample.ts', "import 'electron';", 'allowed'],
  ['test/unit/sample.ts', "import 'electron';", 'refused'],
];

const reaches: readonly Case[] = [
  ['main/accounts/sample.ts', 'export const now = Date.now();', 'refused'],
  ['main/accounts/sample.ts', 'export const now = new Date();', 'refused'],
  ['main/accounts/sample.ts', 'export const day = new Date(0);', 'allowed'],
  ['main/accounts/sample.ts', 'setTimeout(() => {}, 1);', 'refused'],
  ['main/accounts/sample.ts', 'setInterval(() => {}, 1);', 'refused'],
  ['main/accounts/sample.ts', 'export const n = Math.random();', 'refused'],
  ['main/accounts/sample.ts', 'export const home = process.env.HOME;', 'refused'],
  ['main/accounts/sample.ts', "fetch('https://example.com');", 'refused'],
  ['main/accounts/sample.ts', 'AbortSignal.timeout(1);', 'refused'],
  ['main/platform/sample.ts', 'export const now = Date.now();', 'allowed'],
];

const names: readonly Case[] = [
  ['test/e2e/sample.ts', "page.getByRole('button', { name: 'Sign in' });", 'refused'],
  ['test/e2e/sample.ts', "page.getByRole('button', { name: text.common.signIn });", 'refused'],
  ['test/e2e/sample.ts', "page.getByRole('button', { name });", 'refused'],
  ['test/e2e/sample.ts', "page.getByRole('button', { name, exact: true });", 'allowed'],
  ['test/e2e/sample.ts', "card.getByRole('button', { name: 'Add', exact: true });", 'allowed'],
  ['test/e2e/sample.ts', "page.getByRole('button', { name: 'Add', exact: false });", 'allowed'],
  ['test/e2e/sample.ts', "page.getByRole('button', { name: /^Sign in/ });", 'allowed'],
  ['test/e2e/sample.ts', "page.getByRole('heading', { level: 1 });", 'allowed'],
  ['test/e2e/sample.ts', "page.getByRole('menu');", 'allowed'],
  ['test/e2e/sample.ts', 'page.getByLabel(words.name);', 'refused'],
  ['test/e2e/sample.ts', 'page.getByLabel(words.name, { exact: true });', 'allowed'],
  ['test/e2e/sample.ts', 'page.getByLabel(/code/);', 'allowed'],
];

const cases = [...imports, ...reaches, ...names];

interface Report {
  readonly diagnostics: readonly {
    readonly category: string;
    readonly location: { readonly path: string; readonly start: { readonly line: number } };
  }[];
}

const rules = /^(plugin|lint\/(style\/noRestricted|nursery\/noJsRestrictedProperties))/;

/** Lints all lines in one run, those of the same file one below the other; names the refused ones. */
function refusedCases(): ReadonlySet<string> {
  const folder = mkdtempSync(join(tmpdir(), 'keyfob-lint-'));
  try {
    for (const name of ['biome.json', '.ci/no-bare-date.grit', '.ci/no-inexact-name.grit']) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      copyFileSync(join(root, name), join(folder, name));
    }
    const lines = Map.groupBy(cases, ([file]) => file);
    for (const [file, group] of lines) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), group.map(([, line]) => `${line}\n`).join(''));
    }
    const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
    const args = ['lint', '--vcs-enabled=false', '--max-diagnostics=none', '--reporter=json', '.'];
    const run = spawnSync(process.execPath, [biome, ...args], { cwd: folder, encoding: 'utf8' });
    const report: Report = JSON.parse(run.stdout);
    return new Set(
      report.diagnostics
        .filter(({ category }) => rules.test(category))
        .map(({ location }) => {
          const file = location.path.replaceAll('\\', '/');
          return caseName(file, lines.get(file)?.[location.start.line - 1]?.[1] ?? '?');
        }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function caseName(file: string, line: string): string {
  return `${file}: ${line}`;
}

let refused: ReadonlySet<string>;
beforeAll(() => {
  refused = refusedCases();
});

describe('each folder imports what it may, and nothing else', () => {
  test.each(imports)('%s: %s is %s', (file, line, verdict) => {
    expect(refused.has(caseName(file, line))).toBe(verdict === 'refused');
  });
});

describe('the domain folders reach the machine through the ports alone', () => {
  test.each(reaches)('%s: %s is %s', (file, line, verdict) => {
    expect(refused.has(caseName(file, line))).toBe(verdict === 'refused');
  });
});

describe('what the window tests look for has one name, or says that it may have several', () => {
  test.each(names)('%s: %s is %s', (file, line, verdict) => {
    expect(refused.has(caseName(file, line))).toBe(verdict === 'refused');
  });
});
