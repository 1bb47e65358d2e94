import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { account } from '../support/cli.ts';
import { builtCommand, type CliStage, endProcess, setCliStage } from '../support/cli-stage.ts';
import { jsonAnswer, startRawServer } from '../support/raw-server.ts';
import { runProgram } from '../support/run-program.ts';

/** How the command finds, starts, replaces and judges the helper. */

let stage: CliStage;
beforeEach(async () => {
  stage = await setCliStage({ command: builtCommand });
});
afterEach(() => stage.clear());

describe('where no helper runs', () => {
  test.each([['status'], ['accounts'], ['credential-process'], ['doctor'], ['login', 'acme']])(
    '`keyfob %s --no-autostart` ends with exit code 4 and starts none',
    async (...args) => {
      const { code, stdout, stderr } = await stage.run([...args, '--no-autostart']);
      expect(code).toBe(4);
      expect(stdout + stderr).toContain('No Keyfob helper is running.');
      expect(stdout + stderr).toContain('keyfob daemon');
      expect(await stage.helperPid()).toBeUndefined();
    },
  );

  test('KEYFOB_NO_AUTOSTART=1 forbids it, too', async () => {
    const { code } = await stage.run(['credential-process'], { KEYFOB_NO_AUTOSTART: '1' });
    expect(code).toBe(4);
  });

  test('a helper that cannot start is quoted', async () => {
    const { code, stderr } = await stage.run(['status'], { KEYFOB_KEYCHAIN: 'nonsense' });
    expect(code).toBe(4);
    expect(stderr).toMatch(/^keyfob: The helper could not start: .*KEYFOB_KEYCHAIN/);
  });

  test('forty commands at once start one, and every one is answered', async () => {
    const commands = Array.from({ length: 40 }, (_, n) =>
      n % 2 === 0 ? ['status', '--json'] : ['credential-process', 'acme/prod/Admin'],
    );
    const ends = await Promise.all(commands.map((args) => stage.run(args)));
    const pids = new Set<number>();
    for (const [n, { code, stdout, stderr }] of ends.entries()) {
      if (n % 2 === 0) pids.add(JSON.parse(stdout).helper.pid);
      else expect({ code, stderr }).toMatchObject({ code: 1, stderr: /No account is called/ });
    }
    expect(pids.size).toBe(1);
    expect(readdirSync(join(stage.folder, 'keyfob'))).not.toContain('starting.lock');
  });

  test('a helper that was killed is replaced by the next command', async () => {
    await stage.addAcme();
    const pid = (await stage.helperPid()) ?? 0;
    await endProcess(pid, 'SIGKILL');
    const { connections } = await stage.json<{ connections: unknown[] }>('status');
    expect(connections).toHaveLength(1);
    expect(await stage.helperPid()).not.toBe(pid);
  });

  test('the started helper outlives the command and keeps no pipe of it open', async () => {
    // `ended` waits until stdout and stderr are closed by all who hold them.
    expect((await stage.run(['status'])).code).toBe(0);
    expect(await stage.helperPid()).toBeGreaterThan(0);
  });
});

describe('keyfob daemon', () => {
  test('says when it is ready, serves, and ends with 0 on SIGTERM', async () => {
    const daemon = stage.start(['daemon']);
    const [line] = await daemon.until(/^\{.*\}$/m);
    expect(JSON.parse(line)).toMatchObject({ ready: true, socket: expect.any(String) });
    expect(await stage.helperPid()).toBe(daemon.child.pid);
    daemon.child.kill('SIGTERM');
    expect(await daemon.ended).toMatchObject({ code: 0, stderr: '' });
  });

  test('a second one is refused by name', async () => {
    await stage.run(['status']);
    const { code, stdout, stderr } = await stage.run(['daemon']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`pid ${await stage.helperPid()}`);
    expect(stderr).toContain('keyfob daemon --replace');
  });

  test('--replace takes its place, and commands go on meanwhile', async () => {
    await stage.run(['status']);
    const old = await stage.helperPid();
    const daemon = stage.start(['daemon', '--replace']);
    const asked = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        stage.run(n % 2 === 0 ? ['status'] : ['credential-process', 'acme/x/Admin']),
      ),
    );
    expect(asked.map(({ stderr }) => stderr.split('.')[0])).toEqual(
      asked.map((_, n) => (n % 2 === 0 ? '' : expect.stringMatching(/^keyfob: No account is/))),
    );
    await daemon.until(/"ready":true/);
    expect(await stage.helperPid()).toBe(daemon.child.pid);
    expect(daemon.child.pid).not.toBe(old);
    daemon.child.kill('SIGTERM');
    expect((await daemon.ended).code).toBe(0);
  });
});

test.skipIf(process.platform === 'win32')(
  'output of any length is written whole to a reader that takes its time',
  async () => {
    const accounts = Array.from({ length: 5_000 }, (_, n) => account(`acme/account-${n}/Admin`));
    const value = { accounts, active: null, favourites: [] };
    const server = await startRawServer((connection) =>
      connection.end(jsonAnswer({ ok: true, value })),
    );
    const line = `"$0" "$1" accounts --json | { sleep 0.5; cat; }`;
    const { stdout } = await runProgram(['sh', '-c', line, ...builtCommand], {
      ...stage.env,
      KEYFOB_SOCK: server.socket,
    }).ended;
    await server.close();
    expect(JSON.parse(stdout)).toEqual(value);
  },
);

describe('what answers on the socket', () => {
  test.each([
    [
      'a helper of another version',
      jsonAnswer({ ok: true, value: {} }, '200 OK', '99'),
      4,
      'keyfob daemon --stop',
    ],
    ['another program', '220 mail ready\r\n', 1, 'KEYFOB_SOCK'],
    ['one that breaks off', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{', 1, 'Try again'],
  ])('%s is told apart', async (_what, bytes, exitCode, hint) => {
    const server = await startRawServer((connection) => connection.end(bytes));
    const { code, stdout, stderr } = await stage.run(['status'], { KEYFOB_SOCK: server.socket });
    await server.close();
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' });
    expect(stderr).toContain(hint);
  });
});
