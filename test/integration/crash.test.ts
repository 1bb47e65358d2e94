import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createSimulator } from '../simulator/simulator.ts';
import { builtDaemon, startHelperProcess } from '../support/helper-process.ts';
import { type KeyringSession, startKeyringSession } from '../support/keyring-session.ts';

/**
 * The provider rotates refresh tokens and forgets the former one as soon as the new tokens are
 * first used. In every round it also refuses the access token once, so that a client's request
 * sets off a renewal and then uses what came of it. The helper is killed at a random moment of all
 * that: while it starts, reads the keychain, waits for the provider, writes the keychain, answers.
 */
const kills = 200;

const simulator = createSimulator({
  switches: {
    consent: 'approve',
    rotation: 'grace',
    // Time for a kill to fall between the request and the answer, too.
    latencyMs: { CreateToken: 8, GetRoleCredentials: 4 },
  },
});
let home = '';
let keyring: KeyringSession;

beforeAll(async () => {
  await simulator.start();
  home = await mkdtemp(join(tmpdir(), 'keyfob-crash-'));
  keyring = await startKeyringSession(join(home, 'keyring'));
});

afterAll(async () => {
  await keyring.stop();
  await simulator.stop();
  await rm(home, { recursive: true, force: true });
});

test(`kill -9 at ${kills} random moments during rotating refreshes never loses the session`, {
  timeout: 600_000,
}, async () => {
  const env = {
    ...keyring.env,
    ...simulator.env(),
    KEYFOB_HOME: join(home, 'keyfob'),
  };

  const first = await startHelperProcess({ env, script: builtDaemon });
  await first.call('connection.add', {
    kind: 'identity-center',
    name: 'crash',
    startUrl: simulator.startUrl,
    region: simulator.region,
  });
  await first.call('signIn.start', { connection: 'crash', flow: 'device' });
  await first.call('signIn.wait', { connection: 'crash' });
  await first.call('accounts.sync', { connection: 'crash' });
  const { accounts } = await first.call('accounts.list', {});
  await first.call('accounts.use', { account: accounts[0]?.id ?? '' });
  await first.end('SIGKILL');

  let answered = 0;
  const before = simulator.journal.count('CreateToken');
  for (let round = 0; round < kills; round += 1) {
    simulator.faults.clear();
    simulator.faults.inject(
      'GetRoleCredentials',
      { kind: 'exception', name: 'UnauthorizedException' },
      1,
    );
    const helper = await startHelperProcess({ env, script: builtDaemon });
    const begun = simulator.journal.count('CreateToken');
    const lost: string[] = [];
    const asked = helper
      .get('/v1/aws/credentials')
      .then(({ status, body }) => {
        if (status === 200) answered += 1;
        else lost.push(body);
      })
      .catch(() => undefined); // Killed before it could answer.
    // One in four falls anywhere from the start on; the others from when the renewal has begun.
    if (round % 4 === 0) {
      await sleep(Math.random() * 400);
    } else {
      await vi.waitUntil(() => simulator.journal.count('CreateToken') > begun, {
        interval: 1,
        timeout: 30_000,
      });
      await sleep(Math.random() * 40);
    }
    await helper.end('SIGKILL');
    await asked;
    expect(lost, `round ${round}`).toEqual([]);
  }

  simulator.faults.clear();
  const last = await startHelperProcess({ env, script: builtDaemon });
  expect((await last.get('/v1/aws/credentials')).status).toBe(200);
  expect((await last.call('state', {})).connections[0]?.session.state).toBe('signed_in');
  await last.call('connection.remove', { connection: 'crash' });
  await last.end();

  // The kills fell on all sides of the renewal: some came before an answer, some after.
  const refreshes = simulator.journal.count('CreateToken') - before;
  expect(refreshes).toBeGreaterThan(kills / 2);
  expect(answered).toBeGreaterThan(kills / 20);
  expect(answered).toBeLessThan(kills);
});
