import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { findByHash, hashToken } from '../../main/grants/token.ts';
import { sendBytes } from '../support/endpoint-stage.ts';
import { attack, type HostileStage, openHostileStage } from '../support/hostile-stage.ts';

/** Who guesses tokens, or has one of somebody else. */

const ask = (
  { targets: { loopback } }: HostileStage,
  authorization: string,
  path = loopback.path,
) => `GET ${path} HTTP/1.1\r\nHost: ${loopback.host}\r\n${authorization}Connection: close\r\n\r\n`;

test('thousands of wrong tokens get nothing, are slowed down and recorded, and slow down nobody else', async () => {
  const stage = await openHostileStage();
  const { loopback } = stage.targets;
  const calm = await stage.good();
  const wrong = (n: number) =>
    `Authorization: keyfob_${createHash('sha256').update(String(n)).digest('base64url')}\r\n`;

  const statuses = new Map<number, number>();
  const times: number[] = [];
  const total = 3_000;
  let next = 0;
  let over = false;
  async function guess(): Promise<void> {
    while (next < total) {
      next += 1;
      const { status } = await attack(stage, loopback, ask(stage, wrong(next)));
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  }
  async function work(): Promise<void> {
    while (!over) times.push(await stage.good());
  }
  const working = work();
  await Promise.all(Array.from({ length: 50 }, guess));
  over = true;
  await working;

  expect([...statuses.keys()].sort()).toEqual([401, 429]);
  // The three that are free, then 32 at a time for seconds each.
  expect(statuses.get(401)).toBeLessThan(total / 2);
  times.sort((a, b) => a - b);
  // Attackers and client share this process with the helper: what counts is that nobody waits as
  // the guessers do, for seconds each.
  expect(times[Math.floor(times.length / 2)]).toBeLessThan(Math.max(100, 20 * calm));
  expect(times.at(-1)).toBeLessThan(5_000);
  await expect
    .poll(() =>
      stage.helper.state
        .get('activity')
        .filter(({ what }) => what === 'grant-refused')
        .reduce((sum, { count }) => sum + count, 0),
    )
    .toBe(total);
  const refused = stage.helper.state.get('activity').filter(({ what }) => what === 'grant-refused');
  expect(refused.length).toBeLessThan(10);
  await stage.good();
});

test('one connection is good for one wrong token', async () => {
  const stage = await openHostileStage();
  const wrong = `GET /v1/status HTTP/1.1\r\nHost: ${stage.targets.loopback.host}\r\nAuthorization: x\r\n\r\n`;
  const right = ask(stage, stage.targets.loopback.authorization);
  const { text } = await attack(stage, stage.targets.loopback, wrong.repeat(5) + right);
  expect(text.match(/HTTP\/1\.1 \d{3} /g)).toEqual(['HTTP/1.1 401 ']);
});

test('tokens in every other form are wrong ones', async () => {
  const stage = await openHostileStage();
  const { token } = stage;
  const forms = [
    '',
    'Authorization:\r\n',
    'Authorization: Bearer\r\n',
    `Authorization: Bearer ${token.slice(0, -1)}\r\n`,
    `Authorization: Bearer ${token}A\r\n`,
    `Authorization: Bearer ${token}, Bearer ${token}\r\n`,
    `Authorization: Bearer ${token} x\r\n`,
    `Authorization: bearer:${token}\r\n`,
    `Authorization: Token ${token}\r\n`,
    `Authorization: Digest ${token}\r\n`,
    `Authorization: Basic ${Buffer.from(`x:${token}`).toString('base64')}\r\n`,
    `Authorization: "${token}"\r\n`,
    `Authorization: ${token.toLowerCase()}\r\n`,
    `Authorization: ${token.replace('keyfob_', '')}\r\n`,
    `Authorization: ${encodeURIComponent(token)}%00\r\n`,
    `Authorization: ${'A'.repeat(12_000)}\r\n`,
    `X-Authorization: ${token}\r\n`,
    `X-Aws-Ec2-Metadata-Token: ${token}\r\n`,
    `Authorization: ${token}\r\nAuthorization: ${token}\r\n`,
    `Authorization: x\r\nAuthorization: ${token}\r\n`,
  ];
  // All at once: one after another, each would wait longer than the one before.
  await Promise.all(
    forms.map(async (form) => {
      const { status, text } = await attack(stage, stage.targets.loopback, ask(stage, form));
      expect(status, `${form}: ${text}`).toBe(401);
    }),
  );
  for (const scheme of ['', 'Bearer ', 'bearer ', 'BEARER ']) {
    const { status } = await sendBytes(
      stage.port,
      ask(stage, `Authorization: ${scheme}${token}\r\n`),
    );
    expect(status).toBe(200);
  }
});

test('without a token nobody learns which paths, accounts and grants there are', async () => {
  const stage = await openHostileStage();
  const answers = [];
  for (const path of [
    '/v1/status',
    '/v1/aws/container',
    '/v1/aws/container?account=x',
    '/nothing',
  ]) {
    answers.push((await attack(stage, stage.targets.loopback, ask(stage, '', path))).body);
  }
  expect(new Set(answers).size).toBe(1);
});

test('a grant for one account gives no other, nor its name', async () => {
  const stage = await openHostileStage();
  const { token, grant } = await stage.client.call('grant.create', {
    label: 'sandbox',
    accounts: ['acme/Sandbox/ReadOnly'],
  });
  expect(grant.accounts).toHaveLength(1);
  const authorization = `Authorization: ${token}\r\n`;
  const known = stage.helper.state.get('accounts').map(({ path }) => path);
  for (const account of [...known, 'Production', 'prod', 'acme', 'nothing', 'Admin']) {
    if (account === 'acme/Sandbox/ReadOnly') continue;
    const path = `/v1/aws/container?account=${encodeURIComponent(account)}`;
    const { status, text } = await attack(
      stage,
      stage.targets.loopback,
      ask(stage, authorization, path),
    );
    expect(status, text).toBe(403);
    expect(JSON.parse(text.split('\r\n\r\n')[1] ?? '').code).toBe('not_allowed');
  }
  const own = await sendBytes(stage.port, ask(stage, authorization, '/v1/aws/container'));
  expect(own.status, own.text).toBe(200);
});

test('a revoked grant gives nothing from that moment, also on a connection that is open', async () => {
  const stage = await openHostileStage();
  const { grant, token } = await stage.client.call('grant.create', { label: 'short' });
  const authorization = `Authorization: ${token}\r\n`;
  expect((await sendBytes(stage.port, ask(stage, authorization))).status).toBe(200);
  await stage.client.call('grant.revoke', { id: grant.id });
  const { status } = await attack(stage, stage.targets.loopback, ask(stage, authorization));
  expect(status).toBe(401);
});

test('on one connection every request counts by its own token', async () => {
  const stage = await openHostileStage();
  const { path, host, authorization, at } = stage.targets.loopback;
  const accounts = ['acme/Production/ReadOnly'];
  const other = await stage.client.call('grant.create', { label: 'other', accounts });
  const request = (line: string) => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${line}\r\n`;
  const others = `Authorization: ${other.token}\r\n`;
  const wrong = `Authorization: keyfob_${'A'.repeat(43)}\r\n`;
  // All at once, and each of them after the one before.
  const lines = [authorization, authorization, others, authorization, others, wrong, authorization];
  const { text } = await sendBytes(at, lines.map((line) => request(line)).join(''));
  expect(text.match(/HTTP\/1\.1 \d{3}/g)?.map((line) => line.slice(-3))).toEqual([
    ...['200', '200', '403', '200', '403'],
    '401',
  ]);
  await expect
    .poll(() =>
      stage.helper.state
        .get('activity')
        .filter(({ client }) => client === 'other' || client === 'good client')
        .map(({ client, outcome, count }) => [client, outcome, count]),
    )
    .toEqual(
      expect.arrayContaining([
        ['other', 'not_allowed', 2],
        ['good client', 'ok', 3],
      ]),
    );
});

test('a comparison takes no longer for a token that is nearly right', () => {
  const right = `keyfob_${'A'.repeat(43)}`;
  const entries = Array.from({ length: 16 }, (_, n) => ({
    hash: n === 8 ? hashToken(right) : hashToken(`keyfob_${String(n).padStart(43, 'B')}`),
  }));
  // Hashes that share a long beginning with the right one, as an attacker would look for.
  const near = Buffer.from(hashToken(right));
  near[31] = (near[31] ?? 0) ^ 1;
  const far = Buffer.from(hashToken(right));
  far[0] = (far[0] ?? 0) ^ 1;
  expect(findByHash(entries, near)).toBeUndefined();
  expect(findByHash(entries, hashToken(right))).toBe(entries[8]);

  const batch = (hash: Buffer) => {
    const began = process.hrtime.bigint();
    for (let n = 0; n < 200; n += 1) findByHash(entries, hash);
    return Number(process.hrtime.bigint() - began);
  };
  const tenth = (times: number[]) => times.sort((a, b) => a - b)[times.length / 10] ?? 0;
  /** By turns, so that whatever else this machine does falls on both. */
  const ratio = () => {
    const times = Array.from({ length: 300 }, () => [batch(near), batch(far)] as const);
    return tenth(times.map(([one]) => one)) / tenth(times.map(([, other]) => other));
  };
  for (let n = 0; n < 50; n += 1) batch(near);
  // Whoever compares byte by byte stops 31 bytes earlier at one of the two. The quickest tenth of
  // many runs is hardly touched by what else this machine does; some rounds all the same.
  const ratios = Array.from({ length: 5 }, ratio).sort((a, b) => a - b);
  const middle = ratios[2] ?? 0;
  expect(middle).toBeGreaterThan(0.8);
  expect(middle).toBeLessThan(1.25);
});
