import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { busyClient } from '../support/busy-clients.ts';
import { compileCache } from '../support/compile-cache.ts';
import { eventually } from '../support/eventually.ts';
import { type FaultStage, kinds, startFaultStage, type Wish } from '../support/fault-stage.ts';
import { runProgram } from '../support/run-program.ts';

/** A helper that is killed while tools wait for its answer. */

const keyfob = join(import.meta.dirname, '../../main/cli/keyfob.ts');
let stage: FaultStage;

beforeAll(async () => {
  // A refresh that dies with the helper would end the family; that is another test's subject.
  stage = await startFaultStage({ openid: { switches: { rotateRefreshTokens: false } } });
});

afterAll(async () => {
  // The one that the commands have started.
  await stage.openid.call('shutdown', {}).catch(() => undefined);
  await stage.close();
});

/** What takes a request to a provider: an ID token is at hand. */
const slowKinds = kinds.filter((kind) => kind !== 'id-token');

/** No provider answers, so that a kill falls into the wait. */
async function whileTheyWait<T>(ask: () => Promise<T>, wishes: number): Promise<T> {
  const { simulator, openid } = stage;
  // What all others are made with is at hand, so that each of them waits for its own answer.
  for (const kind of slowKinds) await stage.get(await stage.fresh(kind));
  const heals = [
    simulator.faults.inject('*', { kind: 'hang' }),
    openid.provider.fault('token', { kind: 'hang' }),
  ];
  simulator.journal.clear();
  const before = openid.provider.journal.length;
  const asked = ask();
  asked.catch(() => undefined);
  try {
    await eventually(() => {
      const journal = Object.values(simulator.journal.counts());
      const arrived = journal.reduce((sum, count) => sum + count, 0);
      expect(arrived + openid.provider.journal.length - before).toBeGreaterThanOrEqual(wishes);
    });
  } finally {
    for (const heal of heals) heal();
  }
  await openid.helper().end('SIGKILL');
  return await asked;
}

/** What the command prints for a tool. */
function run(wish: Wish, ...more: string[]) {
  const what = wish.kind.startsWith('aws-') ? 'credential-process' : 'token';
  const json = what === 'token' ? ['--json'] : [];
  return runProgram([process.execPath, keyfob, what, ...json, wish.account, ...more], {
    PATH: process.env.PATH ?? '',
    HOME: stage.openid.home,
    ...compileCache,
    ...stage.openid.env,
  }).ended;
}

test('whoever asked over a connection hears that it broke, and gets the right answer next', async () => {
  const wishes = await Promise.all(slowKinds.map(stage.fresh));
  const { token, url } = await stage.openid.call('grant.create', { label: 'container' });
  const { socket: socketPath } = stage.openid.helper();
  const loopback = busyClient({ url, token });
  const outcomes = await whileTheyWait(
    () =>
      Promise.allSettled([
        ...wishes.map(({ path }) => busyClient({ socketPath }).get(path)),
        ...wishes.map(({ loopbackPath }) => busyClient({ url, token }).get(loopbackPath)),
      ]),
    wishes.length,
  );
  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'ECONNRESET' } });
  }
  await stage.openid.restart();
  for (const wish of wishes) await eventually(() => stage.get(wish));
  // At the same address, by the same grant.
  for (const wish of wishes) {
    const { status, body } = await loopback.get(wish.loopbackPath);
    expect(status).toBe(200);
    await stage.check.goods(wish, body);
  }
  loopback.close();
});

test('a command starts the next helper and asks that', async () => {
  const wishes = await Promise.all(slowKinds.map(stage.fresh));
  const ended = await whileTheyWait(
    () => Promise.all(wishes.map((wish) => run(wish))),
    wishes.length,
  );
  for (const [index, { code, stdout, stderr }] of ended.entries()) {
    const wish = wishes[index] ?? expect.unreachable();
    expect({ code, stderr }, wish.kind).toEqual({ code: 0, stderr: '' });
    await stage.check.goods(wish, JSON.parse(stdout));
  }
});

test('a command that may start none says so, and loses nothing', async () => {
  await stage.openid.call('shutdown', {});
  await eventually(() => stage.openid.restart());
  const wish = await eventually(() => stage.fresh('aws-role'));
  const { code, stdout, stderr } = await whileTheyWait(() => run(wish, '--no-autostart'), 1);
  expect({ code, stdout }).toEqual({ code: expect.any(Number), stdout: '' });
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/The helper went away before it answered\./);
  await stage.openid.restart();
  await eventually(() => stage.get(wish));
});
