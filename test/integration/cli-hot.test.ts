import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jsonAnswer, type RawServer, startRawServer } from '../support/raw-server.ts';
import { runProgram } from '../support/run-program.ts';

/** What the built command loads to answer a tool: each module more would be paid on every call. */

const credentials = { Version: 1, AccessKeyId: 'ASIAEXAMPLE', SecretAccessKey: 's' };

function answerTo(request: string): string {
  if (request.includes('/v1/token')) {
    return jsonAnswer({ access_token: 'tok', expires_at: '2026-01-01T13:00:00Z' });
  }
  if (request.startsWith('POST')) return jsonAnswer({ ok: true, value: { registries: [] } });
  return jsonAnswer(credentials);
}

let folder: string;
let server: RawServer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keyfob-hot-'));
  await build({
    configFile: false,
    logLevel: 'silent',
    define: { KEYFOB_VERSION: '"1.2.3"' },
    resolve: { conditions: ['node', 'import', 'default'] },
    ssr: { noExternal: true },
    build: {
      ssr: join(import.meta.dirname, '../../main/cli/keyfob.ts'),
      outDir: folder,
      rolldownOptions: {
        platform: 'node',
        output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: '[name].cjs' },
      },
    },
  });
  writeFileSync(
    join(folder, 'spy.cjs'),
    `const before = new Set(process.moduleLoadList);
    process.on('exit', () => {
      const added = process.moduleLoadList.filter((name) => !before.has(name));
      const files = Object.keys(require.cache).map((path) => require('node:path').basename(path));
      require('node:fs').writeSync(2, JSON.stringify({ added, files }));
    });`,
  );
  server = await startRawServer((connection, request) => connection.end(answerTo(request)));
});
afterAll(async () => {
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(...args: string[]) {
  const spied = [process.execPath, '--require', join(folder, 'spy.cjs')];
  const ended = await runProgram([...spied, join(folder, 'keyfob.cjs'), ...args], {
    KEYFOB_SOCK: server.socket,
    HOME: folder,
    USERPROFILE: folder,
  }).ended;
  const seen: { added: string[]; files: string[] } = JSON.parse(
    /\{"added".*$/.exec(ended.stderr)?.[0] ?? '{}',
  );
  return { ...ended, ...seen };
}

test('credential-process loads one file, and of Node what node:net needs', async () => {
  const { code, stdout, added, files } = await run('credential-process', 'acme/prod/Admin');
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${JSON.stringify(credentials)}\n` });
  expect(files.sort()).toEqual(['keyfob.cjs', 'spy.cjs']);

  const bare = join(folder, 'net.cjs');
  writeFileSync(bare, "require('node:net').connect(process.env.KEYFOB_SOCK).destroy();");
  const spied = [process.execPath, '--require', join(folder, 'spy.cjs'), bare];
  const { stderr } = await runProgram(spied, { KEYFOB_SOCK: server.socket }).ended;
  const ofNet: string[] = JSON.parse(stderr).added;
  const more = added.filter((name) => !ofNet.includes(name) && name.startsWith('NativeModule'));
  // A deadline needs timers; nothing else may come along.
  expect(more.filter((name) => !/^NativeModule (timers|internal\/)/.test(name))).toEqual([]);
  expect(more.filter((name) => /http|zlib|tls|child_process|crypto|worker/.test(name))).toEqual([]);
});

test.each([
  ['token corp/api', /^tok\n$/],
  ['kube token corp/api', /^\{"kind":"ExecCredential".*"token":"tok"/],
  ['git --host a --account corp/api get', /^$/],
  ['git capability', /^version 0\n/],
  ['docker list', /^\{\}\n$/],
])('`%s` loads the same file, and no more of Node', async (line, printed) => {
  const { code, stdout, added, files } = await run(...line.split(' '));
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(printed) });
  expect(files.sort()).toEqual(['keyfob.cjs', 'spy.cjs']);
  expect(added.filter((name) => /http|zlib|tls|child_process|crypto|worker/.test(name))).toEqual(
    [],
  );
});

test('all the rest is in files of its own, which come when they are needed', async () => {
  const { code, stdout, files } = await run('--version');
  expect({ code, stdout }).toEqual({ code: 0, stdout: '1.2.3\n' });
  expect(files.length).toBeGreaterThan(2);
});
