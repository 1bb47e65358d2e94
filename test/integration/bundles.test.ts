import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { startHelperProcess } from '../support/helper-process.ts';

/** What `npm run build` made. Needs it. */

const dist = join(import.meta.dirname, '../../dist');
const read = (path: string) => readFileSync(join(dist, path), 'utf8');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyfob-bundles-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command and names the modules that it loads, in order. */
function modulesOf(...args: string[]): string[] {
  const hook = join(folder, 'hook.cjs');
  writeFileSync(
    hook,
    `const { Module } = require('node:module'); const { writeFileSync } = require('node:fs');
     const load = Module._load; const names = [];
     Module._load = function (name, ...rest) { names.push(name); return load.call(this, name, ...rest); };
     process.on('exit', () => writeFileSync(${JSON.stringify(join(folder, 'names'))}, names.join('\\n')));`,
  );
  spawnSync(process.execPath, ['--require', hook, join(dist, 'command/keyfob.cjs'), ...args], {
    env: { KEYFOB_HOME: folder, KEYFOB_NO_AUTOSTART: '1' },
  });
  const [entry, ...names] = readFileSync(join(folder, 'names'), 'utf8').split('\n');
  expect(entry).toMatch(/keyfob\.cjs$/);
  return names;
}

describe('the command', () => {
  test.runIf(process.platform !== 'win32')('runs by its launcher, and knows its version', () => {
    const { stdout } = spawnSync(join(dist, 'keyfob'), ['--version'], { encoding: 'utf8' });
    expect(stdout).toBe(`${manifest.version}\n`);
  });

  test.each([
    'credential-process acme/prod/Admin',
    'token corp/api',
    'kube token corp/api',
    'git --host git.example.com --account corp/api get',
    'docker list',
    '__names accounts',
  ])('for `%s` it loads node:net and node:fs, and no more of Keyfob than its entry', (line) => {
    expect(modulesOf(...line.split(' ')).toSorted()).toEqual(['node:fs', 'node:net']);
  });

  test('its other commands load what they need', () => {
    expect(modulesOf('--help').join()).toMatch(/cold/);
  });
});

/** Words by which a part is known, whatever a file of the bundle is called. */
const heavy = {
  'the schemas of commands': 'Expected the name of a cluster',
  undici: 'UND_ERR_',
  pino: 'pino.serializers',
  oauth4webapi: 'OAUTH_PARSE_ERROR',
  jose: 'ERR_JWKS_NO_MATCHING_KEY',
  'fast-xml-parser': 'unpairedTags',
  yaml: 'YAMLParseError',
  '@smithy/signature-v4': 'X-Amz-SignedHeaders',
};

describe('the helper', () => {
  const all = readdirSync(join(dist, 'helper')).filter((name) => name.endsWith('.js'));

  test.each(Object.entries(heavy))('loads %s at its first use alone', (_, word) => {
    const holding = all.filter((name) => read(`helper/${name}`).includes(word));
    expect(holding).not.toEqual([]);
    const eager = eagerlyLoaded('helper', 'daemon.js');
    expect(eager.filter((name) => holding.includes(name))).toEqual([]);
  });

  test('loads keytar at its first use alone', () => {
    expect(eagerlyLoaded('helper', 'daemon.js')).not.toContain('keytar');
    expect(all.map((name) => read(`helper/${name}`)).join()).toMatch(/import\([`'"]keytar[`'"]\)/);
  });

  test('is ready before any other of its files is loaded', async () => {
    const hook = join(folder, 'hook.mjs');
    writeFileSync(
      hook,
      `import { registerHooks } from 'node:module'; import { appendFileSync } from 'node:fs';
       const note = (line) => appendFileSync(${JSON.stringify(join(folder, 'loaded'))}, line + '\\n');
       registerHooks({ load(url, context, next) { note(url); return next(url, context); } });
       const { write } = process.stdout;
       process.stdout.write = function (...args) { note('ready'); return write.apply(this, args); };`,
    );
    const daemon = join(dist, 'helper/daemon.js');
    const helper = spawn(process.execPath, ['--import', hook, daemon], {
      env: { KEYFOB_HOME: join(folder, 'home'), KEYFOB_KEYCHAIN: 'memory' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(helper, 'exit');
    try {
      await once(helper.stdout, 'data');
      const [before = ''] = readFileSync(join(folder, 'loaded'), 'utf8').split('ready\n');
      const loaded = before.trim().split('\n');
      const own = loaded.filter((url) => url.startsWith('file:')).map((url) => basename(url));
      const eager = eagerlyLoaded('helper', 'daemon.js').filter((name) => name.endsWith('.js'));
      expect(own.toSorted()).toEqual(eager.toSorted());
    } finally {
      helper.kill();
      await ended;
    }
  });

  test('obeys even when its files are gone, as after an update', async () => {
    const copy = join(folder, 'helper');
    cpSync(join(dist, 'helper'), copy, { recursive: true });
    const home = join(folder, 'home');
    const helper = await startHelperProcess({
      env: { KEYFOB_HOME: home, KEYFOB_KEYCHAIN: 'memory' },
      script: join(copy, 'daemon.js'),
    });
    try {
      await expect
        .poll(() => readFileSync(join(home, 'log/keyfob.log'), { encoding: 'utf8', flag: 'a+' }))
        .toContain('"started"');
      rmSync(copy, { recursive: true });
      await helper.call('shutdown', {});
    } finally {
      expect(await helper.end()).toBe(0);
    }
  });
});

/** A module and all that it imports statically, in turn. */
function eagerlyLoaded(bundle: string, entry: string): string[] {
  const seen = new Set<string>();
  const visit = (name: string) => {
    if (seen.has(name)) return;
    seen.add(name);
    if (!name.endsWith('.js')) return;
    const imports = read(`${bundle}/${name}`).matchAll(
      /(?:^|[;}\n])(?:import|export)\b[^;(]*?["'`]([^"'`]+)["'`]/g,
    );
    for (const [, from = ''] of imports) visit(from.replace(/^\.\//, ''));
  };
  visit(entry);
  return [...seen];
}

describe('the preload', () => {
  test('is one CommonJS file that asks for nothing but electron', () => {
    expect(readdirSync(join(dist, 'preload')).sort()).toEqual(['index.cjs', 'licenses.md']);
    const asked = read('preload/index.cjs').matchAll(/\brequire\(([^)]*)\)/g);
    expect([...asked].map(([, name]) => name?.replace(/["'`]/g, ''))).toEqual(['electron']);
  });
});

describe('the page', () => {
  test('has no inline script or style, and names its own files by relative paths', () => {
    const html = read('renderer/index.html');
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>|<style|\son\w+=|\sstyle=/i);
    const files = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, file]) => file);
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) expect(file).toMatch(/^\.\/assets\//);
  });

  test('holds none of the code that checks and runs commands', () => {
    const [script] = readdirSync(join(dist, 'renderer/assets')).filter((name) =>
      /\.js$/.test(name),
    );
    expect(read(`renderer/assets/${script}`)).not.toMatch(/ZodError|shutdown/);
  });
});
