import type { JsonWebKey } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CommandInput } from '../../shared/commands.ts';
import type { RoleSession } from '../simulator/keys.ts';
import { createSimulator, type Simulator } from '../simulator/simulator.ts';
import { type OpenidStage, startOpenidStage } from '../support/openid-stage.ts';

/**
 * Accounts of every kind, through a real helper process: Identity Center and STS on loopback, and a
 * real OpenID provider whose keys that STS knows.
 */

const serial = 'arn:aws:iam::111111111111:mfa/ada';
const admin = 'acme/Production/Admin';
const arnOf = (role: string, account = '111111111112') => `arn:aws:iam::${account}:role/${role}`;

let simulator: Simulator;
let stage: OpenidStage;
const call: OpenidStage['call'] = (...args) => stage.call(...args);

beforeAll(async () => {
  simulator = createSimulator({
    switches: {
      trust: {
        Mfa: { mfaSerial: serial },
        External: { externalId: '4711', tags: ['team'], sourceIdentity: true },
        Enhanced: { identityContext: true },
        Web: { subject: 'alice' },
      },
    },
  });
  await simulator.start();
  stage = await startOpenidStage({ env: simulator.env() });
  await call('connection.add', {
    kind: 'identity-center',
    name: 'acme',
    startUrl: simulator.startUrl,
    region: simulator.region,
  });
  await call('signIn.start', { connection: 'acme', flow: 'device', openBrowser: false });
  simulator.approve();
  await call('signIn.wait', { connection: 'acme' });
  await call('accounts.sync', { connection: 'acme' });
  await stage.add('corp', 'public');
  await stage.signIn('corp');
  const { jwks_uri } = await fetchJson(`${stage.provider.issuer}/.well-known/openid-configuration`);
  const { keys } = await fetchJson(String(jwks_uri));
  const { clientId } = stage.provider.client('public');
  simulator.registerIssuer({
    issuer: stage.provider.issuer,
    audiences: [clientId],
    keys: keys as JsonWebKey[],
  });
});
afterAll(async () => {
  await stage.close();
  await simulator.stop();
});

async function fetchJson(url: string): Promise<Record<string, unknown>> {
  return (await (await fetch(url)).json()) as Record<string, unknown>;
}

const add = (input: CommandInput<'account.add'>) => call('account.add', input);

async function credentials(account: string) {
  const { status, body } = await stage
    .helper()
    .get(`/v1/aws/credentials?account=${encodeURIComponent(account)}`);
  return { status, body: JSON.parse(body) as Record<string, unknown> };
}

/** The session that STS made for an account, by the keys that a tool was given. */
async function sessionOf(account: string): Promise<{ role?: string; session?: RoleSession }> {
  const { status, body } = await credentials(account);
  if (status !== 200) return expect.unreachable(JSON.stringify(body));
  const { principal } = simulator.keysOf(String(body.AccessKeyId)) ?? {};
  const { roleName: role, session } = principal ?? {};
  return { ...(role === undefined ? {} : { role }), ...(session === undefined ? {} : { session }) };
}

describe('a chain of roles', () => {
  beforeAll(async () => {
    await add({
      kind: 'aws-assumed-role',
      connection: 'acme',
      name: 'first',
      source: 'Production/Admin',
      roleArn: arnOf('External'),
      externalId: '4711',
      tags: [{ key: 'team', value: 'payments' }],
      transitiveTagKeys: ['team'],
      sourceIdentity: 'ada',
      durationSeconds: 900,
    });
    await add({
      kind: 'aws-assumed-role',
      connection: 'acme',
      name: 'second',
      source: 'acme/first',
      roleArn: arnOf('Audit', '000000000042'),
      policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
      policy: '{"Version":"2012-10-17","Statement":[]}',
      sessionName: 'audit@acme',
    });
  });

  test('gives credentials of its last role, and what goes on from one to the next is there', async () => {
    simulator.journal.clear();
    expect(await sessionOf('acme/second')).toEqual({
      role: 'Audit',
      session: {
        tags: { team: 'payments' },
        transitiveTagKeys: ['team'],
        sourceIdentity: 'ada',
        policy: '{"Version":"2012-10-17","Statement":[]}',
        policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
        identityEnhanced: false,
        mfa: false,
      },
    });
    expect(simulator.journal.count('AssumeRole')).toBe(2);
  });

  test('is asked of AWS once, however many tools want it', async () => {
    simulator.journal.clear();
    const many = await Promise.all(Array.from({ length: 20 }, () => credentials('acme/second')));
    expect(new Set(many.map(({ body }) => body.AccessKeyId)).size).toBe(1);
    expect(simulator.journal.count('AssumeRole')).toBe(0);
    expect(many[0]?.body).toMatchObject({ Version: 1, AccountId: '000000000042' });
  });

  test('is listed with the rest, found by its role, and can be the active account', async () => {
    const { accounts } = await call('accounts.list', { query: 'audit' });
    expect(accounts.map(({ path }) => path)).toContain('acme/second');
    expect(await call('accounts.use', { account: 'acme/second' })).toMatchObject({
      kind: 'aws-assumed-role',
      source: 'acme/first',
      accountId: '000000000042',
      roleName: 'Audit',
    });
    expect((await credentials('')).status).toBe(400);
    await call('accounts.use', { account: admin });
  });

  test('a link that another one needs is not removed', async () => {
    await expect(call('account.remove', { account: 'acme/first' })).rejects.toMatchObject({
      code: 'account_in_use',
      details: { neededBy: ['acme/second'] },
    });
  });

  test('keys that were revoked in between are got anew, once', async () => {
    const stop = simulator.faults.inject(
      'AssumeRole',
      { kind: 'exception', name: 'ExpiredToken' },
      1,
    );
    await add({
      kind: 'aws-assumed-role',
      connection: 'acme',
      name: 'third',
      source: admin,
      roleArn: arnOf('Deploy'),
    });
    simulator.journal.clear();
    expect(await sessionOf('acme/third')).toMatchObject({ role: 'Deploy' });
    expect(simulator.journal.counts()).toMatchObject({ AssumeRole: 2, GetRoleCredentials: 1 });
    stop();
  });
});

describe('MFA', () => {
  beforeAll(async () => {
    await add({
      kind: 'aws-assumed-role',
      connection: 'acme',
      name: 'mfa',
      source: admin,
      roleArn: arnOf('Mfa'),
      mfaSerial: serial,
    });
  });

  async function question() {
    const prompts = async () => (await call('state', {})).prompts;
    await expect.poll(async () => (await prompts()).length).toBe(1);
    const [asked] = await prompts();
    return asked ?? expect.unreachable();
  }

  test('a wrong code is refused, and told from other refusals', async () => {
    const asked = credentials('acme/mfa');
    const { id, path, message } = await question();
    expect([path, message]).toEqual(['acme/mfa', `Enter the code that ${serial} shows now.`]);
    const right = simulator.mfaCode(serial);
    const wrong = right === '000000' ? '000001' : '000000';
    await call('prompt.answer', { id, code: wrong });
    expect(await asked).toMatchObject({ status: 403, body: { code: 'mfa_failed' } });
    await expect(call('prompt.answer', { id, code: right })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  test('one code serves every tool that waits', async () => {
    await new Promise((resolve) => setTimeout(resolve, 1_100)); // Upstream rests after a failure.
    simulator.journal.clear();
    const asked = [credentials('acme/mfa'), credentials('acme/mfa')];
    const { id } = await question();
    await call('prompt.answer', { id, code: simulator.mfaCode(serial) });
    const [one, other] = await Promise.all(asked);
    expect(one).toMatchObject({ status: 200, body: { AccountId: '111111111112' } });
    expect(other).toEqual(one);
    expect(simulator.journal.count('AssumeRole')).toBe(1);
    expect(await sessionOf('acme/mfa')).toMatchObject({ session: { mfa: true } });
    expect((await call('state', {})).prompts).toEqual([]);
  });

  test('a code that is no code does not get as far as AWS', async () => {
    await expect(call('prompt.answer', { id: 'x', code: '12345' })).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });
});

describe('web identity', () => {
  test('the ID token of an OpenID connection gives a role', async () => {
    await add({
      kind: 'aws-web-identity',
      connection: 'corp',
      name: 'deploy',
      roleArn: arnOf('Web'),
      durationSeconds: 43_200,
    });
    expect(await sessionOf('corp/deploy')).toMatchObject({ role: 'Web' });
    const { body } = await credentials('corp/deploy');
    const hours = (Date.parse(String(body.Expiration)) - simulator.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(11.9);
  });

  test.each([
    ['IDPRejectedClaim', 'idp_rejected_claim', 403],
    ['InvalidIdentityToken', 'invalid_identity_token', 502],
    ['ExpiredTokenException', 'expired_token', 502],
  ])('%s is told as %s', async (name, code, status) => {
    const path = `corp/${name}`;
    await add({
      kind: 'aws-web-identity',
      connection: 'corp',
      name,
      roleArn: arnOf('Other'),
    });
    const stop = simulator.faults.inject('AssumeRoleWithWebIdentity', { kind: 'exception', name });
    expect(await credentials(path)).toMatchObject({ status, body: { code } });
    stop();
  });

  test('an issuer that AWS can not reach is tried again', async () => {
    await add({
      kind: 'aws-web-identity',
      connection: 'corp',
      name: 'again',
      roleArn: arnOf('Other'),
    });
    simulator.faults.inject(
      'AssumeRoleWithWebIdentity',
      { kind: 'exception', name: 'IDPCommunicationError' },
      2,
    );
    expect(await sessionOf('corp/again')).toMatchObject({ role: 'Other' });
  });
});

describe('tokens', () => {
  async function token(account: string, query = '') {
    const target = `/v1/token?account=${encodeURIComponent(account)}${query}`;
    const { status, body } = await stage.helper().get(target);
    return { status, body: JSON.parse(body) as Record<string, unknown> };
  }

  test('every OpenID connection has its own, without being asked', async () => {
    const { accounts } = await call('accounts.list', { connection: 'corp' });
    expect(accounts.find(({ path }) => path === 'corp/access')).toMatchObject({ kind: 'token' });
    const named = await token('corp/access');
    expect(named).toMatchObject({ status: 200, body: { issuer: stage.provider.issuer } });
    expect((await token('corp')).body).toEqual(named.body);
  });

  test('an application of Identity Center gives one for a token of another provider', async () => {
    await add({
      kind: 'iam-token',
      connection: 'corp',
      name: 'analytics',
      source: admin,
      application: simulator.application.arn,
      grant: 'jwt-bearer',
      subject: { connection: 'corp' },
    });
    simulator.journal.clear();
    const first = await token('corp/analytics');
    expect(first).toMatchObject({
      status: 200,
      body: { token_type: 'Bearer', issuer: simulator.application.arn },
    });
    expect((await token('corp/analytics')).body).toEqual(first.body);
    expect(simulator.journal.count('CreateTokenWithIAM')).toBe(1);
    const narrowed = await token('corp/analytics', '&scope=openid');
    expect(narrowed.body).toMatchObject({ scope: 'openid' });
    expect(narrowed.body.access_token).not.toBe(first.body.access_token);
  });

  test('credentials carry the person’s identity on', async () => {
    await add({
      kind: 'aws-assumed-role',
      connection: 'acme',
      name: 'enhanced',
      source: admin,
      roleArn: arnOf('Enhanced'),
      context: 'corp/analytics',
    });
    expect(await sessionOf('acme/enhanced')).toMatchObject({
      role: 'Enhanced',
      session: { identityEnhanced: true },
    });
  });

  test('the access token of Identity Center itself can be exchanged', async () => {
    await add({
      kind: 'iam-token',
      connection: 'acme',
      name: 'exchanged',
      source: admin,
      application: simulator.application.arn,
      grant: 'token-exchange',
      subject: { connection: 'acme' },
      scopes: ['openid'],
    });
    expect(await token('acme/exchanged')).toMatchObject({ status: 200, body: { scope: 'openid' } });
  });

  test('is no AWS account, and the other way round: said with the right command', async () => {
    expect(await credentials('corp/analytics')).toMatchObject({
      status: 400,
      body: {
        code: 'invalid_input',
        error: { hint: expect.stringContaining('keyfob token corp/analytics') },
      },
    });
    expect(await token(admin)).toMatchObject({
      status: 400,
      body: {
        code: 'invalid_input',
        error: { hint: expect.stringContaining('keyfob credential-process') },
      },
    });
  });
});

describe('what AWS refuses', () => {
  test.each([
    ['AccessDenied', 'access_denied', 403],
    ['ExpiredToken', 'expired_token', 502],
    ['MalformedPolicyDocument', 'malformed_policy_document', 400],
    ['PackedPolicyTooLarge', 'packed_policy_too_large', 400],
    ['RegionDisabledException', 'region_disabled', 403],
    ['SignatureDoesNotMatch', 'unauthorized', 502],
    ['InternalFailure', 'server_error', 502],
  ])('%s is told as %s, with what to do', async (name, code, status) => {
    await add({
      kind: 'aws-assumed-role',
      connection: 'acme',
      name: `refused-${name}`,
      source: admin,
      roleArn: arnOf('Deploy'),
    });
    const stop = simulator.faults.inject('AssumeRole', { kind: 'exception', name });
    const { status: answered, body } = await credentials(`acme/refused-${name}`);
    stop();
    expect(answered).toBe(status);
    expect(body).toMatchObject({ code, error: { hint: expect.stringMatching(/\w.*\.$/) } });
  });
});

test('a connection whose accounts others need is not removed', async () => {
  await expect(call('connection.remove', { connection: 'corp' })).rejects.toMatchObject({
    code: 'account_in_use',
    details: { neededBy: ['acme/enhanced'] },
  });
  expect(await stage.session('corp')).toMatchObject({ state: 'signed_in' });
});

test('after a restart all of them are there, and no secret is in any file', async () => {
  await expect
    .poll(async () => (await call('accounts.list', { query: 'acme/second' })).accounts.length)
    .toBe(1);
  await stage.restart();
  const { accounts } = await call('accounts.list', {});
  expect(accounts.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['acme/second', 'acme/mfa', 'corp/deploy', 'corp/analytics']),
  );
  const text = filesIn(stage.home).join('\n');
  expect(text).toContain('acme/second');
  for (const secret of simulator.secrets()) expect(text).not.toContain(secret);
});

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
}
