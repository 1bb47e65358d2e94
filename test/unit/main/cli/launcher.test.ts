import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** The launcher `dist/keyfob`, with stand-ins for Node and the command that say who was called. */

const launcher = join(import.meta.dirname, '../../../../main/cli/launchers/keyfob');

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'keyfob launcher-')));
  put('project/dist/keyfob');
  copyFileSync(launcher, at('project/dist/keyfob'));
  chmodSync(at('project/dist/keyfob'), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (path: string) => join(folder, path);

function put(path: string, text = '', mode = 0o644): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text, { mode });
}

/** A Node that prints its own name and what it was given. */
function putNode(path: string, version = 'v24.0.0'): void {
  put(
    path,
    `#!/bin/sh\nif [ "$1" = --version ]; then echo ${version}; exit; fi\necho "${path}"\nprintf '[%s]\\n' "$@"\n`,
    0o755,
  );
}

function run(program: string, options: { cwd?: string; path?: string } = {}) {
  const path = options.path ?? '/usr/bin:/bin';
  return spawnSync(program, ['use', 'a b', '--json'], {
    cwd: options.cwd ?? folder,
    env: { PATH: path },
    encoding: 'utf8',
  });
}

const expected = (node: string) =>
  `${node}\n[${at('project/dist')}/command/keyfob.cjs]\n[use]\n[a b]\n[--json]\n`;

const ownNode = 'project/node_modules/node/bin/node';

describe.runIf(process.platform !== 'win32')('the launcher', () => {
  test("runs the command on the project's own Node, with the arguments as they are", () => {
    putNode(ownNode);
    expect(run(at('project/dist/keyfob')).stdout).toBe(expected(ownNode));
  });

  test('finds its place through symbolic links, absolute and relative, one behind the other', () => {
    putNode(ownNode);
    for (const name of ['bin', 'project/bin']) mkdirSync(at(name));
    symlinkSync('../../project/dist/keyfob', at('project/bin/relative'));
    symlinkSync(at('project/bin/relative'), at('bin/keyfob'));
    const { stdout } = run(at('bin/keyfob'));
    expect(stdout).toContain(`${ownNode}\n`);
    const script = stdout.split('\n')[1]?.slice(1, -1) ?? '';
    put('project/dist/command/keyfob.cjs');
    expect(realpathSync(script)).toBe(at('project/dist/command/keyfob.cjs'));
  });

  test('finds its place when it is called by a bare name', () => {
    putNode(ownNode);
    const { stdout } = run('keyfob', { path: `${at('project/dist')}:/usr/bin:/bin` });
    expect(stdout).toBe(expected(ownNode));
  });

  test('finds its place when a shell reads it from its own folder', () => {
    putNode(ownNode);
    const stdout = execFileSync('sh', ['keyfob'], { cwd: at('project/dist'), encoding: 'utf8' });
    expect(stdout).toContain('[./command/keyfob.cjs]');
  });

  test('without a Node of its own it takes the one in PATH', () => {
    putNode('elsewhere/node', 'v26.1.0');
    const { stdout } = run(at('project/dist/keyfob'), {
      path: `${at('elsewhere')}:/usr/bin:/bin`,
    });
    expect(stdout).toBe(expected('elsewhere/node'));
  });

  test('a Node that is too old is refused, with what to do', () => {
    putNode('elsewhere/node', 'v22.9.0');
    const { status, stderr } = run(at('project/dist/keyfob'), {
      path: `${at('elsewhere')}:/usr/bin:/bin`,
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/Node\.js v22\.9\.0 is too old\. Install Node\.js 24/);
  });

  test('without any Node it says what to install', () => {
    const { status, stderr } = run(at('project/dist/keyfob'), { path: at('nowhere') });
    expect(status).toBe(1);
    expect(stderr).toMatch(/there is no Node\.js here/);
  });

  test('its exit code is that of the command', () => {
    put(ownNode, '#!/bin/sh\nexit 3\n', 0o755);
    expect(run(at('project/dist/keyfob')).status).toBe(3);
  });

  test('has a second name for Docker, which says whose question it is', () => {
    putNode(ownNode);
    copyFileSync(
      join(dirname(launcher), 'docker-credential-keyfob'),
      at('project/dist/docker-credential-keyfob'),
    );
    chmodSync(at('project/dist/docker-credential-keyfob'), 0o755);
    mkdirSync(at('bin'));
    symlinkSync('../project/dist/docker-credential-keyfob', at('bin/docker-credential-keyfob'));
    for (const program of [
      'project/dist/docker-credential-keyfob',
      'bin/docker-credential-keyfob',
    ]) {
      const { stdout } = spawnSync(at(program), ['get'], {
        env: { PATH: '/usr/bin:/bin' },
        encoding: 'utf8',
      });
      expect(stdout).toContain('keyfob.cjs]\n[docker]\n[get]\n');
    }
  });
});
