import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileCache } from '../support/compile-cache.ts';
import { type OpenidStage, startOpenidStage } from '../support/openid-stage.ts';

/** A real OpenID provider's tokens, through 127.0.0.1, the socket and the command. */

const keyfob = join(import.meta.dirname, '../../main/cli/keyfob.ts');
let stage: OpenidStage;
let grant: { readonly token: string; readonly url: string };

beforeAll(async () => {
  stage = await startOpenidStage();
  await stage.add('robot', 'basic', { grant: 'client_credentials' });
  await stage.call('signIn.start', { connection: 'robot' });
  await stage.call('signIn.wait', { connection: 'robot' }).catch(() => undefined);
  grant = await stage.call('grant.create', { label: 'tokens' });
});
afterAll(() => stage.close());

async function ask(path: string, token = grant.token) {
  const answer = await fetch(`${grant.url}${path}`, { headers: { authorization: token } });
  return { status: answer.status, json: await answer.json() };
}

test('a token is given with its type, its end and its issuer', async () => {
  const { json, status } = await ask('/v1/token?account=robot/access');
  expect([status, json.code]).toEqual([200, undefined]);
  expect(json).toMatchObject({ token_type: 'Bearer', issuer: stage.provider.issuer });
  expect(json.access_token).toMatch(/./);
  expect(json.expires_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect((await ask('/v1/token?account=robot/access')).json).toEqual(json);
  expect((await stage.token('robot')).body.access_token).toBe(json.access_token);
});

test('the command prints that token alone, and all of it as JSON', async () => {
  const { json } = await ask('/v1/token?account=robot/access');
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [keyfob, 'token', ...args, '--no-autostart'], {
      env: { ...compileCache, ...stage.env, PATH: process.env.PATH },
      encoding: 'utf8',
    });
  const plain = run('robot/access');
  expect(plain.stderr).toBe('');
  expect(plain.stdout).toBe(`${json.access_token}\n`);
  expect(JSON.parse(run('robot/access', '--json').stdout)).toEqual(json);
  const unknown = run('robot/nothing');
  expect([unknown.status, unknown.stdout]).toEqual([1, '']);
});

test.each([
  ['/v1/token?account=robot/access&min_ttl=soon', 400, 'invalid_input'],
  ['/v1/token?account=robot/access&id_token=perhaps', 400, 'invalid_input'],
  ['/v1/token?account=robot/access&scope=', 400, 'invalid_input'],
  ['/v1/token?account=robot/access&scope=a%22b', 400, 'invalid_input'],
  ['/v1/token?account=', 400, 'invalid_input'],
  ['/v1/token?account=robot/nothing', 404, 'unknown_account'],
  ['/v1/aws/container?account=robot/access', 400, 'invalid_input'],
])('%s is %d %s', async (path, status, code) => {
  const answer = await ask(path);
  expect([answer.status, answer.json.code]).toEqual([status, code]);
  expect(answer.json.error.hint).toEqual(expect.any(String));
});

test('a grant for another account gives none', async () => {
  await stage.add('other', 'basic', { grant: 'client_credentials' });
  const other = await stage.call('grant.create', { label: 'o', accounts: ['other/access'] });
  const { json, status } = await ask('/v1/token?account=robot/access', other.token);
  expect([status, json.code]).toEqual([403, 'not_allowed']);
});

test('where a sign-in is needed that is said at once, and no browser opens', async () => {
  await stage.add('person', 'public');
  const before = stage.provider.journal.length;
  const { json, status } = await ask('/v1/token?account=person/access');
  // Neither a provider nor a person was waited for.
  expect(stage.provider.journal).toHaveLength(before);
  expect((await stage.call('state', {})).signIns.map(({ state }) => state)).not.toContain(
    'pending',
  );
  expect([status, json.code, json.Code]).toEqual([403, 'sign_in_required', 'sign_in_required']);
  expect(await stage.opened()).toEqual([]);
});

test('an account that asks for confirmation is not given out without a yes', async () => {
  await stage.call('account.confirm', { account: 'robot/access', policy: 'always' });
  const asked = ask('/v1/token?account=robot/access');
  const questions = async () => (await stage.call('state', {})).confirmations;
  await expect.poll(async () => (await questions()).length).toBe(1);
  const [question] = await questions();
  expect(question?.client).toMatch(/^tokens \(grant /);
  await stage.call('confirmation.answer', { id: question?.id ?? '', allow: false });
  const { json, status } = await asked;
  expect([status, json.code]).toEqual([403, 'refused']);
  expect(JSON.stringify(json)).not.toContain('access_token');
});
