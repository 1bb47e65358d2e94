import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { OidcContext } from '../../main/oidc/context.ts';
import {
  redeemOneTimePassword,
  requestOneTimePassword,
} from '../../main/oidc/one-time-password.ts';
import { brokenAnswers, hostileTokenAnswers } from '../support/hostile-answers.ts';
import { contextAt, failureOf, noHurry } from '../support/openid-context.ts';
import {
  grantTypes,
  type OpenidProvider,
  startOpenidProvider,
} from '../support/openid-provider.ts';

let provider: OpenidProvider;
let context: OidcContext;
beforeAll(async () => {
  provider = await startOpenidProvider();
  context = await contextAt(provider, 'basic');
});
afterAll(() => provider.close());

const sms = { channel: 'sms', username: 'alice', scopes: ['openid'] } as const;

/** The first step, and what the person got. */
async function challenged(input: typeof sms = sms): Promise<{ reference: string; code: string }> {
  const { reference } = await requestOneTimePassword(context, input, noHurry());
  const sent = provider.outbox.at(-1);
  expect(sent).toMatchObject({ channel: input.channel, username: input.username, reference });
  return { reference, code: sent?.code ?? '' };
}

describe.each(['sms', 'smtp'] as const)('by %s', (channel) => {
  test('the first step sends a password, the second exchanges it for tokens', async () => {
    const input = { channel, username: 'alice', scopes: ['openid'] };
    const { reference } = await requestOneTimePassword(context, input, noHurry());
    const sent = provider.outbox.at(-1);
    expect(sent).toMatchObject({ channel, username: 'alice', reference });

    const answer = { ...input, reference, code: ` ${sent?.code}\n` };
    const tokens = await redeemOneTimePassword(context, answer, noHurry());
    expect(tokens).toMatchObject({
      tokenType: 'Bearer',
      claims: { sub: 'alice', amr: ['otp', channel] },
    });
  });
});

test('both steps send the same grant, scope, name and languages, as the provider wants', async () => {
  const input = { ...sms, uiLocales: 'sv fi' };
  const { reference } = await requestOneTimePassword(context, input, noHurry());
  const code = provider.outbox.at(-1)?.code ?? '';
  await redeemOneTimePassword(context, { ...input, reference, code }, noHurry());
  const [first, second] = provider.journal
    .filter(({ grantType }) => grantType === grantTypes.smsOtp)
    .slice(-2)
    .map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
  const common = {
    grant_type: 'http://globalsign.com/iam/sso/oauth2/grant-type/sms-mt-otp',
    scope: 'openid',
    username: 'alice',
    ui_locales: 'sv fi',
  };
  expect(first).toEqual(common);
  expect(second).toEqual({
    ...common,
    x_globalsign_iam_reference_id: reference,
    x_globalsign_iam_otp_code: code,
  });
});

test('a reference serves once, whether the password was right or wrong', async () => {
  const right = await challenged();
  await redeemOneTimePassword(context, { ...sms, ...right }, noHurry());
  const again = await failureOf(redeemOneTimePassword(context, { ...sms, ...right }, noHurry()));
  expect(again).toMatchObject({ code: 'invalid_grant' });

  const { reference, code } = await challenged();
  const wrong = { ...sms, reference, code: '000000' };
  const failure = await failureOf(redeemOneTimePassword(context, wrong, noHurry()));
  expect(failure).toMatchObject({
    code: 'invalid_grant',
    message: 'The provider does not accept this one-time password.',
    hint: expect.stringMatching(/Start again/),
  });
  expect(JSON.stringify(failure)).not.toContain(reference);
  const late = await failureOf(
    redeemOneTimePassword(context, { ...sms, reference, code }, noHurry()),
  );
  expect(late).toMatchObject({ code: 'invalid_grant' });
});

test('a password for one channel does not serve the other', async () => {
  const right = await challenged();
  const other = { ...sms, ...right, channel: 'smtp' } as const;
  await expect(redeemOneTimePassword(context, other, noHurry())).rejects.toMatchObject({
    code: 'invalid_grant',
  });
});

test('an unknown name is invalid_grant, in words of the first step', async () => {
  const failure = requestOneTimePassword(context, { ...sms, username: 'eve' }, noHurry());
  await expect(failure).rejects.toMatchObject({
    code: 'invalid_grant',
    message: 'The provider sends no one-time password to this name.',
  });
});

test('a wrong client is invalid_client in the first step already', async () => {
  const stranger = await contextAt(provider, 'basic', { client: { clientSecret: 'wrong' } });
  const failure = requestOneTimePassword(stranger, sms, noHurry());
  await expect(failure).rejects.toMatchObject({ code: 'invalid_client' });
});

test('each step is sent once: another would send another password, or use this one up', async () => {
  const before = provider.count('token', grantTypes.smsOtp);
  const end = provider.fault('token', { kind: 'lost' });
  onTestFinished(end);
  await failureOf(requestOneTimePassword(context, sms, noHurry()));
  const answer = { ...sms, reference: 'r', code: '1' };
  await failureOf(redeemOneTimePassword(context, answer, noHurry()));
  end();
  expect(provider.count('token', grantTypes.smsOtp) - before).toBe(2);
});

test.each([
  ['no challenge', {}],
  ['a challenge without a reference', { x_globalsign_iam_challenge: {} }],
  ['an empty reference', { x_globalsign_iam_challenge: { reference: '' } }],
  ['a reference that is a number', { x_globalsign_iam_challenge: { reference: 7 } }],
  ['a challenge that is a text', { x_globalsign_iam_challenge: 'reference' }],
  ['a null challenge', { x_globalsign_iam_challenge: null }],
])('refused in the first step: %s', async (_title, members) => {
  const rewrite = (outgoing: { body: string }) => {
    outgoing.body = JSON.stringify(members);
  };
  const end = provider.hostile({ endpoint: 'token', rewrite });
  onTestFinished(end);
  const failure = await failureOf(requestOneTimePassword(context, sms, noHurry()));
  end();
  expect(failure).toMatchObject({ code: 'response_invalid', hint: expect.any(String) });
});

test('tokens in answer to the first step are not used', async () => {
  const rewrite = (outgoing: { body: string }) => {
    outgoing.body = JSON.stringify({ access_token: 'gift', token_type: 'Bearer' });
  };
  const end = provider.hostile({ endpoint: 'token', rewrite });
  onTestFinished(end);
  const failure = await failureOf(requestOneTimePassword(context, sms, noHurry()));
  end();
  expect(failure).toMatchObject({ code: 'response_invalid' });
  expect(JSON.stringify(failure)).not.toContain('gift');
});

test.each(brokenAnswers)('refused in the first step: %s', async (_title, prepare, code) => {
  const end = prepare(provider, 'token');
  onTestFinished(end);
  const failure = await failureOf(requestOneTimePassword(context, sms, noHurry()));
  end();
  expect(failure).toMatchObject({ code, hint: expect.any(String) });
});

test.each(hostileTokenAnswers)('refused in the second step: %s', async (_title, prepare, code) => {
  const right = await challenged();
  const end = prepare(provider, 'token');
  onTestFinished(end);
  const failure = await failureOf(redeemOneTimePassword(context, { ...sms, ...right }, noHurry()));
  end();
  expect(failure).toMatchObject({ code, hint: expect.any(String) });
});
