import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Fault } from '../simulator/faults.ts';
import { createSimulator, type Simulator } from '../simulator/simulator.ts';
import { createStage, type Stage } from '../support/oidc-stage.ts';

/** What the simulator's switches and faults do on the wire, and that other processes reach them. */

let simulator: Simulator;
let stage: Stage;
let accessToken: string;
beforeEach(async () => {
  simulator = createSimulator();
  stage = createStage(simulator);
  await simulator.start();
  ({ accessToken } = await stage.signIn());
});
afterEach(() => simulator.stop());

const listAccounts = () =>
  fetch(`${simulator.env().AWS_ENDPOINT_URL_SSO}/assignment/accounts`, {
    headers: { 'x-amz-sso_bearer_token': accessToken },
    redirect: 'manual',
  });

const control = async (method: string, action: string, input?: object) => {
  const url = `${simulator.env().AWS_ENDPOINT_URL_SSO_OIDC}/_sim/${action}`;
  const body = input === undefined ? null : JSON.stringify(input);
  const answer = await fetch(url, { method, body });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};

describe('faults', () => {
  const inject = (fault: Fault, times?: number) =>
    simulator.faults.inject('ListAccounts', fault, times);

  test('pass when their number is used up', async () => {
    inject({ kind: 'status', status: 503, headers: { 'retry-after': '1' } }, 2);
    expect((await listAccounts()).headers.get('retry-after')).toBe('1');
    expect((await listAccounts()).status).toBe(503);
    expect((await listAccounts()).status).toBe(200);
  });

  test('are on operations that there are', () => {
    expect(() => simulator.faults.inject('listAccounts', { kind: 'lost' })).toThrow('listAccounts');
  });

  test('are on one operation, or on all', async () => {
    simulator.faults.inject('Logout', { kind: 'status', status: 500 });
    expect((await listAccounts()).status).toBe(200);
    simulator.faults.inject('*', { kind: 'status', status: 500 });
    expect((await listAccounts()).status).toBe(500);
    simulator.faults.clear();
    expect((await listAccounts()).status).toBe(200);
  });

  test.each<Fault>([{ kind: 'reset' }, { kind: 'lost' }])('%o answers nothing', async (fault) => {
    inject(fault);
    await expect(listAccounts()).rejects.toThrow('fetch failed');
    expect(simulator.journal.entries.at(-1)).toMatchObject({
      operation: 'ListAccounts',
      status: 0,
    });
  });

  test('a lost answer is one of a request that was carried out', async () => {
    simulator.faults.inject('RegisterClient', { kind: 'lost' }, 1);
    const before = simulator.secrets().length;
    await expect(stage.register()).rejects.toThrow('fetch failed');
    expect(simulator.secrets().length).toBe(before + 1);
  });

  test('a truncated answer breaks off in its body', async () => {
    inject({ kind: 'truncated' });
    const answer = await listAccounts();
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow('terminated');
  });

  test('a cut answer arrives, as half of its JSON', async () => {
    inject({ kind: 'cut' });
    await expect(listAccounts().then((answer) => answer.json())).rejects.toThrow(SyntaxError);
  });

  test.each<[Fault, (answer: Response) => unknown, unknown]>([
    [{ kind: 'not_json' }, (answer) => answer.text(), 'Service temporarily beautiful'],
    [{ kind: 'empty' }, (answer) => answer.text(), ''],
    [
      { kind: 'oversized', bytes: 2_000_000 },
      async (answer) => Object.keys((await answer.json()) as object),
      ['padding', 'accountList'],
    ],
    [
      { kind: 'redirect', location: 'https://elsewhere.example/' },
      (answer) => [answer.status, answer.headers.get('location')],
      [302, 'https://elsewhere.example/'],
    ],
    [
      { kind: 'content_type', value: 'text/html' },
      (answer) => answer.headers.get('content-type'),
      'text/html',
    ],
  ])('%o damages the answer', async (fault, look, expected) => {
    inject(fault);
    expect(await look(await listAccounts())).toEqual(expected);
  });

  test('an answer that hangs can be given up', async () => {
    inject({ kind: 'hang' });
    const url = `${simulator.env().AWS_ENDPOINT_URL_SSO}/assignment/accounts`;
    await expect(fetch(url, { signal: AbortSignal.timeout(50) })).rejects.toThrow('timeout');
  });
});

describe('switches', () => {
  test('latency delays an operation', async () => {
    simulator.switches.latencyMs = { ListAccounts: 120 };
    const before = performance.now();
    await listAccounts();
    expect(performance.now() - before).toBeGreaterThan(115);
  });

  test('a skewed clock shows in the Date header', async () => {
    simulator.switches.clockSkewSeconds = -86_400;
    const date = Date.parse((await listAccounts()).headers.get('date') ?? '');
    expect(Math.abs(date - (Date.now() - 86_400_000))).toBeLessThan(5_000);
  });

  test('a service that is down resets connections, one that refuses has no port', async () => {
    simulator.switches.down = ['portal'];
    await expect(listAccounts()).rejects.toMatchObject({ cause: { code: 'UND_ERR_SOCKET' } });
    simulator.switches.down = [];
    await simulator.refuse('portal');
    await expect(listAccounts()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    await simulator.accept('portal');
    expect((await listAccounts()).status).toBe(200);
  });
});

describe('control over HTTP', () => {
  test('shows and turns switches, and refuses what is none', async () => {
    const changed = await control('POST', 'switches', {
      rotation: 'strict',
      lifetimes: { accessSeconds: 30 },
    });
    expect(changed).toMatchObject({
      status: 200,
      body: { rotation: 'strict', lifetimes: { accessSeconds: 30, roleSeconds: 3_600 } },
    });
    expect(simulator.switches.rotation).toBe('strict');
    expect((await control('POST', 'switches', { rotation: 'sideways' })).status).toBe(400);
    expect((await control('GET', 'nonsense')).status).toBe(404);
  });

  test('injects faults, counts requests, moves the clock and ends sessions', async () => {
    const fault = { kind: 'exception', name: 'TooManyRequestsException' };
    await control('POST', 'faults', { operation: 'ListAccounts', fault, times: 1 });
    expect((await listAccounts()).status).toBe(429);
    expect((await listAccounts()).status).toBe(200);
    expect((await control('GET', 'requests')).body.counts).toMatchObject({ ListAccounts: 2 });
    await control('POST', 'clock', { advanceSeconds: 3_600 });
    expect((await listAccounts()).status).toBe(401);
    await control('POST', 'clock', { advanceSeconds: -3_600 });
    expect((await listAccounts()).status).toBe(200);
    await control('POST', 'end-sessions');
    expect((await listAccounts()).status).toBe(401);
  });

  test('decides device sign-ins', async () => {
    const { userCode } = await stage.startDevice(await stage.register());
    expect((await control('GET', 'devices')).body).toEqual({ userCodes: [userCode] });
    expect((await control('POST', 'approve', { user_code: 'WRNG-CODE' })).body.decided).toBe(0);
    expect((await control('POST', 'approve', { user_code: userCode })).body.decided).toBe(1);
    expect((await control('GET', 'devices')).body).toEqual({ userCodes: [] });
  });
});

test('it runs by itself, says where, and ends with SIGTERM', async () => {
  const flags = ['--json', '--set', 'lifetimes.accessSeconds=30', '--set', 'rotation=strict'];
  const child = spawn(process.execPath, ['test/simulator/main.ts', ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const line = String((await lines.next()).value);
    const { ready, origin } = JSON.parse(line) as { ready: boolean; origin: string };
    expect(ready).toBe(true);
    const answer = await fetch(`${origin}/_sim/switches`);
    expect(await answer.json()).toMatchObject({
      rotation: 'strict',
      lifetimes: { accessSeconds: 30 },
    });
  } finally {
    child.kill('SIGTERM');
  }
  // Windows has no signals: there the process just ends.
  expect(await ended).toBe(process.platform === 'win32' ? null : 0);
});
