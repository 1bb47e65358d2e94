import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { fromHttp } from '@aws-sdk/credential-providers';
import { expect, onTestFinished, test } from 'vitest';
import { createInProcessClient, createRouter } from '../../main/endpoint/router.ts';
import { requestBytes, sendBytes, temporaryFolder } from '../support/endpoint-stage.ts';
import { openHelper, openSimulator } from '../support/helper-stage.ts';

/** The endpoint on 127.0.0.1, for those that may use it. */

const production = 'acme/Production/Admin';

async function openStage(home?: string) {
  const simulator = await openSimulator();
  const stage = await openHelper({ simulator, ...(home === undefined ? {} : { home }) });
  await stage.signIn('device');
  const window = createInProcessClient(createRouter(stage.helper.handlers, stage.log), {
    caller: 'window',
  });
  const grant = (input: { label?: string; accounts?: string[] } = {}) =>
    stage.client.call('grant.create', { label: 'test', ...input });
  return { ...stage, simulator, window, grant };
}

async function ask(url: string, path: string, authorization: string) {
  const answer = await fetch(`${url}${path}`, { headers: { authorization } });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, json: JSON.parse(text) };
}

const container = (account: string) => `/v1/aws/container?account=${encodeURIComponent(account)}`;

test('container credentials are as the SDKs want them, and quick', async () => {
  const { grant } = await openStage();
  const { token, url } = await grant();
  await ask(url, container(production), token);
  const times: number[] = [];
  for (let n = 0; n < 5; n += 1) {
    const began = performance.now();
    await ask(url, container(production), token);
    times.push(performance.now() - began);
  }
  // The shortest patience of an SDK is a second; a busy machine may take that long once.
  expect(Math.min(...times)).toBeLessThan(1_000);
  const { headers, json, status } = await ask(url, container(production), token);
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('application/json');
  expect(Object.keys(json).sort()).toEqual(
    ['AccessKeyId', 'AccountId', 'Expiration', 'SecretAccessKey', 'Token'].sort(),
  );
  expect(json.Expiration).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(json.AccountId).toMatch(/^\d{12}$/);
});

test('the SDK for JavaScript takes them, with the token from a variable or from a file', async () => {
  const { grant, home } = await openStage();
  const { token, url } = await grant({ accounts: [production] });
  const file = join(home, 'token');
  await writeFile(file, token, { mode: 0o600 });
  const awsContainerCredentialsFullUri = `${url}/v1/aws/container`;
  for (const how of [
    { awsContainerAuthorizationToken: token },
    { awsContainerAuthorizationToken: `Bearer ${token}` },
    { awsContainerAuthorizationTokenFile: file },
  ]) {
    const credentials = await fromHttp({ awsContainerCredentialsFullUri, ...how })();
    expect(credentials.accessKeyId).toMatch(/^ASIA/);
    expect(credentials.expiration?.getTime()).toBeGreaterThan(Date.now());
  }
});

test('the same on the socket, where nobody needs a token', async () => {
  const { get } = await openStage();
  const { body, status } = await get(container(production));
  expect([status, Object.keys(JSON.parse(body))[0]]).toEqual([200, 'AccessKeyId']);
});

test('a grant for one account means that one where none is named; one for all, the active one', async () => {
  const { client, grant } = await openStage();
  const one = await grant({ accounts: ['acme/Sandbox/ReadOnly'] });
  const all = await grant();
  expect((await ask(all.url, '/v1/aws/container', all.token)).json.code).toBe('no_active_account');
  await client.call('accounts.use', { account: production });
  const [mine, active] = [
    await ask(one.url, '/v1/aws/container', one.token),
    await ask(all.url, '/v1/aws/container', all.token),
  ];
  expect([mine.status, active.status]).toEqual([200, 200]);
  expect(mine.json.AccountId).not.toBe(active.json.AccountId);
});

test('where a sign-in is needed that is said at once, in both spellings, and no browser opens', async () => {
  const { client, grant, helper, simulator } = await openStage();
  const { token, url } = await grant();
  await client.call('signOut', { connection: 'acme' });
  simulator.journal.clear();
  const { json, status } = await ask(url, container(production), token);
  // Neither a provider nor a person was waited for.
  expect(simulator.journal.entries).toEqual([]);
  expect(helper.state.get('signIns').filter(({ state }) => state === 'pending')).toEqual([]);
  expect(status).toBe(403);
  expect([json.code, json.Code, json.error.code]).toEqual(Array(3).fill('sign_in_required'));
  expect(json.Message).toBe(json.message);
  expect(json.error.hint).toContain('keyfob login acme');
});

test('an account that asks is asked about, by the grant’s own name', async () => {
  const { grant, helper, window } = await openStage();
  const made = await grant({ label: 'build container' });
  await window.call('account.confirm', { account: production, policy: 'always' });
  for (const [allow, status] of [
    [false, 403],
    [true, 200],
  ] as const) {
    const asked = ask(made.url, container(production), made.token);
    await expect.poll(() => helper.state.get('confirmations').length).toBe(1);
    const [question] = helper.state.get('confirmations');
    expect(question?.client).toBe(`build container (grant ${made.grant.id})`);
    await window.call('confirmation.answer', { id: question?.id ?? '', allow });
    expect((await asked).status).toBe(status);
  }
});

test('an SDK that gives up after a second still gets what the person allows', async () => {
  const { grant, helper, window } = await openStage();
  const { token, url } = await grant();
  await window.call('account.confirm', { account: production, policy: 'first' });
  const asked = fromHttp({
    awsContainerCredentialsFullUri: `${url}${container(production)}`,
    awsContainerAuthorizationToken: token,
    timeout: 300,
    maxRetries: 100,
  })();
  await expect.poll(() => helper.state.get('confirmations').length).toBe(1);
  // Longer than the client waits.
  await new Promise((resolve) => setTimeout(resolve, 600));
  const [question] = helper.state.get('confirmations');
  await window.call('confirmation.answer', { id: question?.id ?? '', allow: true });
  expect((await asked).accessKeyId).toMatch(/^ASIA/);
});

test('the record names the grant, and its last use shows', async () => {
  const { grant, helper } = await openStage();
  const made = await grant({ label: 'ci' });
  await ask(made.url, container(production), made.token);
  await expect.poll(() => helper.state.get('grants')[0]?.lastUsedAt).toBeDefined();
  await expect
    .poll(() => helper.state.get('activity'))
    .toContainEqual(
      expect.objectContaining({
        client: 'ci',
        listener: 'loopback',
        grant: made.grant.id,
        account: production,
        what: 'aws-credentials',
        outcome: 'ok',
      }),
    );
});

test('the token is in no file and no log', async () => {
  const { grant, helper, home, log, stop } = await openStage();
  const { token, url } = await grant();
  await ask(url, container(production), token);
  await ask(url, container(production), `${token.slice(0, -1)}x`);
  await stop();
  for (const name of ['grants.json', 'activity.jsonl', 'endpoint.json']) {
    const text = await readFile(join(home, name), 'utf8');
    expect(text).not.toContain(token.slice(7, 40));
  }
  expect(JSON.stringify([log.entries, helper.state.snapshot()])).not.toContain(token.slice(7, 40));
});

test('a program that is run keeps its grant while it holds it, and no longer', async () => {
  const { client, helper, socket } = await openStage();
  const input = { label: 'exec', ephemeral: true };
  const { grant, token, url } = await client.call('grant.create', input);
  const body = JSON.stringify({ id: grant.id });
  const { connect } = await import('node:net');
  const holder = connect(socket);
  holder.write(
    requestBytes(
      '/v1/commands/grant.hold',
      { 'Content-Length': String(body.length) },
      { method: 'POST', body },
    ),
  );
  expect((await ask(url, '/v1/status', token)).json.grant.label).toBe('exec');
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect((await ask(url, '/v1/status', token)).status).toBe(200);
  // As when the program that held it is killed.
  holder.destroy();
  await expect.poll(() => helper.state.get('grants')).toEqual([]);
  expect((await ask(url, '/v1/status', token)).status).toBe(401);
});

test('port and grants are the same after a restart', async () => {
  const home = join(await temporaryFolder(), 'keyfob');
  const first = await openStage(home);
  const { token, url } = await first.grant();
  await first.stop();
  const simulator = await openSimulator();
  const second = await openHelper({ simulator, home });
  expect(second.helper.state.get('helper').url).toBe(url);
  expect((await ask(url, '/v1/status', token)).status).toBe(200);
});

/** Somebody else on the port that a helper has kept. */
async function squat(home: string): Promise<Server> {
  const { port } = JSON.parse(await readFile(join(home, 'endpoint.json'), 'utf8'));
  const server = createServer((_request, response) => response.end('{}'));
  await new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  return server;
}

test('a port that is taken is given up for another one where nobody relies on it', async () => {
  const home = join(await temporaryFolder(), 'keyfob');
  const simulator = await openSimulator();
  const first = await openHelper({ simulator, home });
  const { url } = first.helper.state.get('helper');
  await first.stop();
  await squat(home);
  const { helper } = await openHelper({ simulator, home });
  expect(helper.state.get('helper').url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(helper.state.get('helper').url).not.toBe(url);
  expect(helper.state.get('problems')).toEqual([]);
});

test('where a grant relies on it, it is not given up: that is said, and the socket serves', async () => {
  const home = join(await temporaryFolder(), 'keyfob');
  const first = await openStage(home);
  const made = await first.grant();
  await first.stop();
  await squat(home);
  const simulator = await openSimulator();
  const { client, get, helper } = await openHelper({ simulator, home });
  expect((await get('/v1/status')).status).toBe(200);
  expect(helper.state.get('helper').url).toBeUndefined();
  const [problem] = helper.state.get('problems');
  expect(problem).toMatchObject({ code: 'port_taken', hint: expect.stringContaining('revoke') });
  await expect(client.call('grant.create', { label: 'more' })).rejects.toMatchObject({
    code: 'port_taken',
  });
  // The way out that the hint names.
  await client.call('grant.revoke', { id: made.grant.id });
  const { token, url } = await client.call('grant.create', { label: 'anew' });
  expect(url).not.toBe(made.url);
  expect((await ask(url, '/v1/status', token)).status).toBe(200);
  expect(helper.state.get('problems')).toEqual([]);
});

test('a helper that takes another’s place has its port at once', async () => {
  const home = join(await temporaryFolder(), 'keyfob');
  const simulator = await openSimulator();
  const first = await openHelper({ simulator, home });
  const { url } = first.helper.state.get('helper');
  const { createHelper } = await import('../../main/helper.ts');
  const places = { state: home, log: join(home, 'log'), socket: first.socket };
  const second = createHelper(first.ports, { version: '2', places, pid: process.pid + 1 });
  onTestFinished(() => second.stop());
  expect(await second.listen({ replace: true })).toMatchObject({ url });
});

test('who has a grant’s token for another port of this machine is not spoken to', async () => {
  const { grant } = await openStage();
  const { token, url } = await grant();
  const { status } = await sendBytes(
    Number(new URL(url).port),
    requestBytes('/v1/status', { Host: '127.0.0.1:1', Authorization: token }),
  );
  expect(status).toBe(403);
});
