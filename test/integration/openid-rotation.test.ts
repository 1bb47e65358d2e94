import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { builtDaemon } from '../support/helper-process.ts';
import { type OpenidStage, startOpenidStage } from '../support/openid-stage.ts';

/**
 * The provider rotates refresh tokens, and ends the whole family when an old one comes back. What
 * must hold then: a token is handed out only once the new refresh token is stored, so a crash at
 * any moment after a tool got its token loses nothing; and two renewals never use the same refresh
 * token. (A crash between the provider's answer and the keychain can't be survived with such a
 * provider, whatever the client does: the only copy of the new token dies with the process.)
 */
const refreshes = 500;
const kills = 20;

let stage: OpenidStage;

beforeAll(async () => {
  stage = await startOpenidStage({ script: builtDaemon });
  await stage.add('corp', 'public');
  await stage.signIn('corp');
});

afterAll(() => stage.close());

/** A token of these scopes is not the connection's own: it takes a refresh. */
let asked = 0;
function narrowed(): Promise<{ status: number; body: Record<string, unknown> }> {
  asked += 1;
  // Each audience is another token, which no cache can have.
  return stage.token(
    'corp',
    `&scope=openid&audience=${encodeURIComponent(`https://api-${asked}.test`)}`,
  );
}

test(`${refreshes} refreshes with reuse detection, and kill -9 in between, lose nothing`, {
  // Twenty helpers start one after the other, which a busy machine takes its time for.
  timeout: 600_000,
}, async () => {
  const rotated = () => stage.provider.count('token', 'refresh_token');
  const before = rotated();
  const perKill = refreshes / kills;
  for (let round = 0; round < kills; round += 1) {
    // Some one after the other, some at once: these must take turns.
    const atOnce = Math.floor(perKill / 2);
    const together = Array.from({ length: atOnce }, () => narrowed());
    for (const { status, body } of await Promise.all(together)) {
      expect(status, JSON.stringify(body.error)).toBe(200);
    }
    for (let count = atOnce; count < perKill; count += 1) {
      const { status, body } = await narrowed();
      expect(status, JSON.stringify(body.error)).toBe(200);
    }
    // Every other time in the very moment in which the last tool got its token.
    if (round % 2 === 0) await sleep(Math.random() * 30);
    await stage.restart('SIGKILL');
  }
  expect(rotated() - before).toBe(refreshes);
  // No request ever had an old one: the family is alive, and was never refused.
  const refused = stage.provider.journal.filter(
    ({ endpoint, grantType, status }) =>
      endpoint === 'token' && grantType === 'refresh_token' && status !== 200,
  );
  expect(refused).toEqual([]);
  expect(
    await stage.call('oidc.introspect', { connection: 'corp', kind: 'refresh' }),
  ).toMatchObject({ active: true });
  expect(await stage.session('corp')).toMatchObject({ state: 'signed_in', renewable: true });
});

test('whoever asks and goes away does not take the rotation along', async () => {
  const gone = new AbortController();
  const { provider } = stage;
  const before = provider.count('token');
  const slow = provider.fault('token', { kind: 'slow', delayMs: 500 }, 1);
  const query = '/v1/token?account=corp/access&scope=openid&audience=https://gone.test';
  const leaving = stage.leaveEarly(query, gone.signal);
  await eventually(() => expect(provider.count('token')).toBe(before + 1));
  gone.abort();
  await leaving;
  slow();
  await eventually(() => expect(provider.journal.at(-1)).toMatchObject({ status: 200 }));
  expect((await narrowed()).status).toBe(200);
  await stage.restart('SIGKILL');
  expect((await narrowed()).status).toBe(200);
});
