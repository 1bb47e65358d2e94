import { expect, test } from 'vitest';
import { openSimulator } from '../support/helper-stage.ts';

/**
 * The simulated federation endpoint, as the IAM User Guide has it (custom identity broker access).
 */

async function open() {
  const simulator = await openSimulator();
  const [account] = simulator.accounts();
  if (account === undefined) throw new Error('No accounts');
  const { accessKeyId, secretAccessKey, sessionToken } = simulator.issueKeys(
    account.accountId,
    account.roles[0] ?? '',
  );
  const session = { sessionId: accessKeyId, sessionKey: secretAccessKey, sessionToken };
  async function ask(query: Record<string, string>) {
    const { AWS_ENDPOINT_URL_SIGNIN } = simulator.env();
    const answer = await fetch(
      `${AWS_ENDPOINT_URL_SIGNIN}/federation?${new URLSearchParams(query)}`,
    );
    return { status: answer.status, text: await answer.text() };
  }
  const getToken = (given: unknown = session) =>
    ask({ Action: 'getSigninToken', Session: JSON.stringify(given) });
  const login = (SigninToken: string) =>
    ask({
      Action: 'login',
      Issuer: '',
      Destination: 'https://console.aws.amazon.com/',
      SigninToken,
    });
  return { simulator, session, ask, getToken, login };
}

test('credentials become a token, and the token the console', async () => {
  const { getToken, login, simulator } = await open();
  const { status, text } = await getToken();
  expect(status).toBe(200);
  const { SigninToken } = JSON.parse(text);
  expect(simulator.secrets()).toContain(SigninToken);
  expect(await login(SigninToken)).toMatchObject({
    status: 200,
    text: expect.stringContaining('arn:aws:sts::'),
  });
});

test('wrong and expired credentials, and what is malformed, are 400 with a sentence', async () => {
  const { ask, getToken, login, session, simulator } = await open();
  for (const given of [null, {}, { ...session, sessionKey: 'x' }, { ...session, sessionToken: '' }])
    expect((await getToken(given)).status).toBe(400);
  expect((await ask({})).status).toBe(400);
  expect((await ask({ Action: 'getSigninToken', Session: '{' })).status).toBe(400);
  expect((await login('x')).status).toBe(400);
  const { SigninToken } = JSON.parse((await getToken()).text);
  simulator.advance(13 * 3_600_000);
  expect((await login(SigninToken)).text).toContain('expired');
  expect((await getToken()).status).toBe(400);
});
