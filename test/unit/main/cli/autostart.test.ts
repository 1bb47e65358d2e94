import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startHelper } from '../../../../main/cli/autostart.ts';
import type { Places } from '../../../../shared/places.ts';

/** Small stand-ins for the helper, as real processes: what only processes show is tested here. */

let folder: string;
let places: Places;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyfob-start-'));
  places = {
    state: folder,
    log: join(folder, 'log'),
    socket: process.platform === 'win32' ? `\\\\.\\pipe\\${parse(folder).base}` : join(folder, 's'),
  };
});
afterEach(() => {
  for (const line of records()) {
    try {
      process.kill(JSON.parse(line).pid);
    } catch {
      // It has ended by itself.
    }
  }
  rmSync(folder, { recursive: true, force: true });
});

/** Writes down how it was started, then does what `then` says. */
const record = `
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:net';
const { pid, env } = process;
appendFileSync(env.RECORD, JSON.stringify({ pid, cwd: process.cwd(), argv: process.argv.slice(2), home: env.KEYFOB_HOME, config: env.AWS_CONFIG_FILE, tty: process.stdin.isTTY ?? false }) + '\\n');
`;
const listen = `createServer((c) => c.end()).listen(process.env.SOCKET);
setTimeout(() => process.exit(), 60_000);`;

function script(then: string): string {
  const path = join(folder, 'helper.mjs');
  writeFileSync(path, record + then);
  return path;
}

function start(then: string, options: { deadlineMs?: number; env?: Record<string, string> } = {}) {
  return startHelper({
    places,
    entry: 'file:///unused',
    script: script(then),
    deadlineMs: options.deadlineMs ?? 30_000,
    env: { ...process.env, RECORD: join(folder, 'record'), SOCKET: places.socket, ...options.env },
  });
}

function records(): string[] {
  const path = join(folder, 'record');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}

describe('starting a helper', () => {
  test('returns when it listens, and not before', async () => {
    await start(`setTimeout(() => { ${listen} }, 150);`);
    const socket = connect(places.socket);
    await once(socket, 'connect');
    socket.destroy();
    expect(records()).toHaveLength(1);
  });

  test('runs it in the root folder, without arguments, with paths that still mean the same', async () => {
    await start(listen, { env: { KEYFOB_HOME: 'relative/home', AWS_CONFIG_FILE: 'config' } });
    expect(JSON.parse(records()[0] ?? '')).toMatchObject({
      cwd: parse(process.execPath).root,
      argv: [],
      home: join(process.cwd(), 'relative/home'),
      config: join(process.cwd(), 'config'),
      tty: false,
    });
  });

  test('forty times at once starts one, and all go on', async () => {
    await Promise.all(
      Array.from({ length: 40 }, () => start(`setTimeout(() => { ${listen} }, 100);`)),
    );
    expect(records()).toHaveLength(1);
    expect(existsSync(join(folder, 'starting.lock'))).toBe(false);
  });

  test('does nothing where one listens already', async () => {
    await start(listen);
    await start(listen);
    expect(records()).toHaveLength(1);
  });
});

describe('a helper that does not come up', () => {
  test('is quoted in its own words', async () => {
    const words = 'keyfob: The keychain is locked.\\n  Unlock it.\\n  Or use another.\\n';
    await expect(
      start(`process.stderr.write('${words}'); process.exitCode = 1;`),
    ).rejects.toMatchObject({
      code: 'no_helper',
      message: 'The helper could not start: The keychain is locked.',
      hint: 'Unlock it.\nOr use another.',
    });
  });

  test('because it crashed is not quoted, but its last words are kept', async () => {
    await expect(start(`throw new Error('token abc');`)).rejects.toMatchObject({
      code: 'no_helper',
      message: 'The helper could not start: it ended with code 1.',
      hint: expect.stringContaining(join(places.log, 'start.log')),
    });
    expect(readFileSync(join(places.log, 'start.log'), 'utf8')).toContain('token abc');
  });

  test('because it crashed where nothing can be written down is left to be seen in a terminal', async () => {
    writeFileSync(join(folder, 'log'), 'a file where the folder would be');
    await expect(start('process.exitCode = 1;')).rejects.toMatchObject({
      code: 'no_helper',
      hint: 'Run `keyfob daemon` to see why.',
    });
  });

  test('in time is given up', async () => {
    const silent = 'setTimeout(() => process.exit(), 60_000);';
    await expect(start(silent, { deadlineMs: 400 })).rejects.toMatchObject({
      code: 'no_helper',
      message: expect.stringContaining('not ready within'),
    });
    expect(existsSync(join(folder, 'starting.lock'))).toBe(false);
  });

  test('because another one is just going away is tried again', async () => {
    const refusedOnce = `
      import { existsSync, writeFileSync } from 'node:fs';
      if (existsSync(process.env.RECORD + '.2')) { ${listen} }
      else {
        writeFileSync(process.env.RECORD + '.2', '');
        process.stderr.write('keyfob: A helper is already running: pid 1.\\n');
        process.exitCode = 1;
      }`;
    await start(refusedOnce);
    expect(records()).toHaveLength(2);
  });

  test('because its program is missing says so', async () => {
    await expect(
      startHelper({ places, entry: 'file:///nowhere/command/keyfob.cjs' }),
    ).rejects.toMatchObject({ code: 'no_helper', message: expect.stringContaining('daemon.js') });
  });
});
