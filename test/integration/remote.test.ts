import { existsSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { canShow, notShown } from '../support/can-show.ts';
import { type CliStage, setCliStage } from '../support/cli-stage.ts';
import { type OtherHost, obstacle, startOtherHost } from '../support/other-host.ts';
import { runProgram } from '../support/run-program.ts';

/** A helper here, and tools on another host that reach it through a forwarded socket. */

const keyfob = join(import.meta.dirname, '../../dist/keyfob');
const account = 'acme/prod/Admin';
const missing = obstacle();
const here = missing === undefined || notShown('remote use over ssh', missing);
const withSocat = test.runIf(canShow('a relay behind socat', 'socat'));

let stage: CliStage;
let path = '';

beforeAll(async () => {
  stage = await setCliStage({ command: [keyfob] });
  await stage.addAcme();
  await stage.login();
  const { accounts } = await stage.json<{ accounts: { path: string }[] }>('accounts');
  path = accounts[0]?.path ?? account;
});
afterAll(() => stage.clear());

const localSocket = () => join(stage.env.KEYFOB_HOME ?? '', 'helper.sock');

describe.runIf(here)('over ssh -R', () => {
  let folder = '';
  let host: OtherHost;
  let socket = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keyfob-remote-'));
    host = await startOtherHost(folder);
    socket = join(host.home, 'run/helper.sock');
    await mkdir(join(host.home, 'run'), { mode: 0o700 });
    await writeFile(
      join(host.home, 'aws-config'),
      `[default]\nregion = ${stage.simulator.region}\ncredential_process = "${keyfob}" credential-process "${path}"\n`,
    );
  });
  afterAll(async () => {
    await host?.clear();
    if (folder !== '') await rm(folder, { recursive: true, force: true });
  });

  /** The other host's own environment: nothing of this one's. */
  const there = (line: string, env: Record<string, string> = {}) => {
    const all = {
      PATH: process.env.PATH ?? '',
      HOME: host.home,
      KEYFOB_SOCK: socket,
      KEYFOB_NO_AUTOSTART: '1',
      AWS_CONFIG_FILE: join(host.home, 'aws-config'),
      AWS_ENDPOINT_URL_STS: stage.simulator.env().AWS_ENDPOINT_URL_STS,
      ...env,
    };
    const words = Object.entries(all).map(([name, value]) => `${name}='${value}'`);
    return host.run(`env -i ${words.join(' ')} ${line}`);
  };

  test('the command and the AWS CLI there act with what the helper here hands out', async () => {
    const sts = new URL(stage.simulator.env().AWS_ENDPOINT_URL_STS);
    const forwarded = await host.forward(socket, localSocket(), [
      '-R',
      `127.0.0.1:${sts.port}:127.0.0.1:${sts.port}`,
    ]);
    onTestFinished(() => forwarded.end());
    // sshd closes it to everybody but its owner.
    expect((await lstat(socket)).mode & 0o777).toBe(0o600);

    const status = await there(`'${keyfob}' status --json --no-autostart`);
    expect(status).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(status.stdout).helper.pid).toBe(await stage.helperPid());

    const credentials = await there(`'${keyfob}' credential-process '${path}'`);
    expect(credentials).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(credentials.stdout)).toMatchObject({ Version: 1 });

    const endpoint = `--endpoint-url '${sts.origin}'`;
    const identity = await there(`aws sts get-caller-identity --output json ${endpoint}`);
    expect(identity).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(identity.stdout).Arn).toContain(':assumed-role/');

    const { entries } = await stage.json<{ entries: { account: string }[] }>('activity');
    expect(entries.at(-1)?.account).toBe(path);
  });

  test.each([
    ['--no-autostart', '--no-autostart', { KEYFOB_NO_AUTOSTART: '' }],
    ['KEYFOB_NO_AUTOSTART', '', {}],
  ])('without the forwarding there is no helper, and %s starts none', async (_how, option, env) => {
    const forwarded = await host.forward(socket, localSocket());
    await forwarded.end();
    const credentials = await there(`'${keyfob}' credential-process '${path}' ${option}`, env);
    expect(credentials).toMatchObject({ code: 4, stdout: '' });
    expect(credentials.stderr).toContain('No Keyfob helper is running');
    expect(existsSync(join(host.home, '.local'))).toBe(false);
  });

  test('one forwarding takes the place of another whose connection was lost', async () => {
    const lost = await host.forward(socket, localSocket());
    const next = await host.forward(socket, localSocket());
    onTestFinished(() => next.end());
    await lost.end();
    expect((await there(`'${keyfob}' status --no-autostart`)).code).toBe(0);
  });

  test('the other host reaches nothing else of this one', async () => {
    const { port } = new URL(stage.simulator.env().AWS_ENDPOINT_URL_STS);
    // curl's own code for a refused connection, not ssh's.
    expect((await there(`curl -s --max-time 3 http://127.0.0.1:${port}/`)).code).toBe(7);
  });
});

withSocat('where only a program can be run, `relay` behind socat does the same', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keyfob-relay-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const socket = join(folder, 'helper.sock');
  const listen = `UNIX-LISTEN:${socket},fork,mode=600`;
  const relay = runProgram(['socat', listen, `EXEC:${keyfob} relay`], stage.env);
  onTestFinished(async () => {
    relay.child.kill('SIGTERM');
    await relay.ended;
  });
  await expect.poll(() => existsSync(socket)).toBe(true);
  const env = { KEYFOB_SOCK: socket, KEYFOB_HOME: join(folder, 'nothing') };
  const runs = await Promise.all(
    [1, 2, 3].map(() => stage.run(['credential-process', path, '--no-autostart'], env)),
  );
  for (const { code, stdout } of runs) {
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ Version: 1 });
  }
  expect(existsSync(join(folder, 'nothing'))).toBe(false);
});
