import type { CreateTokenWithIAMResponse } from '@aws-sdk/client-sso-oidc';
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
  STSClient,
  type STSServiceException,
} from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { grants, tokenTypes } from '../simulator/context.ts';
import type { IssuedKey } from '../simulator/keys.ts';
import { createSimulator, type Simulator } from '../simulator/simulator.ts';
import { createAwsCli } from '../support/aws-cli.ts';
import { createStage } from '../support/oidc-stage.ts';
import { callWithSdk } from '../support/sdk-driver.ts';

/** STS of the simulator, and signatures, as the AWS SDK and the AWS CLI see it. */

let simulator: Simulator;
let keys: IssuedKey;
beforeEach(async () => {
  simulator = createSimulator();
  await simulator.start();
  keys = simulator.issueKeys('111111111111', 'Admin');
});
afterEach(() => simulator.stop());

function client(credentials: Partial<IssuedKey> = keys, options: object = {}): STSClient {
  const { accessKeyId, secretAccessKey, sessionToken } = { ...keys, ...credentials };
  return new STSClient({
    endpoint: simulator.env().AWS_ENDPOINT_URL_STS,
    region: 'us-east-2',
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) },
    maxAttempts: 1,
    ...options,
  });
}

const whoAmI = (sts: STSClient) => sts.send(new GetCallerIdentityCommand({}));

const role = { RoleArn: 'arn:aws:iam::111111111112:role/team/Deploy', RoleSessionName: 'ada' };
const assume = (changes: Partial<AssumeRoleCommandInput> = {}) =>
  client().send(new AssumeRoleCommand({ ...role, ...changes }));

/** The wire's code and status, which the SDK keeps also where the model has no such exception. */
async function failureOf(call: Promise<unknown>): Promise<[string, number | undefined]> {
  const error = (await call.then(
    () => expect.unreachable('The call succeeded.'),
    (reason: unknown) => reason,
  )) as STSServiceException;
  return [error.name, error.$metadata.httpStatusCode];
}

describe('GetCallerIdentity', () => {
  test('names the account, the role and the user that the keys were issued for', async () => {
    expect(await whoAmI(client())).toMatchObject({
      Account: '111111111111',
      Arn: expect.stringMatching(
        /^arn:aws:sts::111111111111:assumed-role\/AWSReservedSSO_Admin_[0-9a-f]{16}\/ada@example\.com$/,
      ),
      UserId: expect.stringMatching(/^AROA[A-Z2-7]{16}:ada@example\.com$/),
    });
  });

  test.each([
    ['an unknown key', { accessKeyId: 'ASIAUNKNOWNUNKNOWN00' }, 'InvalidClientTokenId'],
    ['a wrong secret', { secretAccessKey: 'wrong' }, 'SignatureDoesNotMatch'],
    ['a wrong session token', { sessionToken: 'wrong' }, 'InvalidClientTokenId'],
    ['no session token', { sessionToken: '' }, 'InvalidClientTokenId'],
  ])('refuses %s', async (_, credentials, code) => {
    expect(await failureOf(whoAmI(client(credentials)))).toEqual([code, 403]);
  });

  test('refuses keys that have expired', async () => {
    simulator.switches.lifetimes.roleSeconds = 0;
    const expired = simulator.issueKeys('111111111111', 'Admin');
    expect(await failureOf(whoAmI(client(expired)))).toEqual(['ExpiredToken', 403]);
  });

  test('refuses a signature that is more than five minutes old', async () => {
    const late = client(keys, { systemClockOffset: -6 * 60_000 });
    expect(await failureOf(whoAmI(late))).toEqual(['SignatureDoesNotMatch', 403]);
  });

  test('lets a client with a wrong clock learn the right one from the answer', async () => {
    simulator.switches.clockSkewSeconds = 3_600;
    keys = simulator.issueKeys('111111111111', 'Admin');
    expect(await whoAmI(client(keys, { maxAttempts: 2 }))).toMatchObject({
      Account: '111111111111',
    });
    expect(simulator.journal.count('GetCallerIdentity')).toBe(2);
  });

  test('refuses a request that is not signed, or half', async () => {
    const post = async (headers: Record<string, string>) => {
      const url = simulator.env().AWS_ENDPOINT_URL_STS;
      const body = new URLSearchParams({ Action: 'GetCallerIdentity', Version: '2011-06-15' });
      const answer = await fetch(url, { method: 'POST', body, headers });
      return [answer.status, /<Code>(\w+)</.exec(await answer.text())?.[1]];
    };
    expect(await post({})).toEqual([403, 'MissingAuthenticationToken']);
    expect(await post({ authorization: 'AWS4-HMAC-SHA256 Credential=a' })).toEqual([
      400,
      'IncompleteSignature',
    ]);
  });
});

describe('CreateTokenWithIAM', () => {
  test.each<[string, Partial<IssuedKey>, string]>([
    ['an unknown key', { accessKeyId: 'ASIAUNKNOWNUNKNOWN00' }, 'UnrecognizedClientException'],
    ['a wrong secret', { secretAccessKey: 'wrong' }, 'InvalidSignatureException'],
    ['a wrong session token', { sessionToken: 'wrong' }, 'UnrecognizedClientException'],
  ])('refuses %s before it looks at the request', async (_, changes, exception) => {
    const call = { keys: { ...keys, ...changes }, input: { clientId: 'x', grantType: 'y' } };
    expect(await callWithSdk(simulator, 'CreateTokenWithIAM', call)).toEqual({
      exception,
      status: 403,
    });
  });

  test('refuses a request that is not signed', async () => {
    const url = `${simulator.env().AWS_ENDPOINT_URL_SSO_OIDC}/token?aws_iam=t`;
    const answer = await fetch(url, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('x-amzn-errortype')).toMatch(/^MissingAuthenticationTokenException:/);
  });
});

describe('AssumeRole', () => {
  test('hands out keys of the role, which are good in turn', async () => {
    const { AssumedRoleUser, Credentials } = await assume();
    expect(AssumedRoleUser?.Arn).toBe('arn:aws:sts::111111111112:assumed-role/Deploy/ada');
    expect(Credentials?.Expiration?.getTime()).toBeGreaterThan(simulator.now() + 3_500_000);
    const chained = client({
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    });
    expect(await whoAmI(chained)).toMatchObject({ Account: '111111111112' });
  });

  test.each<[string, Partial<AssumeRoleCommandInput>, string, number]>([
    ['a role ARN that is none', { RoleArn: 'arn:aws:iam::1:role/x-y-z' }, 'ValidationError', 400],
    ['a session name with spaces', { RoleSessionName: 'a b' }, 'ValidationError', 400],
    ['less than 15 minutes', { DurationSeconds: 899 }, 'ValidationError', 400],
    ['more than an hour for a chained role', { DurationSeconds: 3_601 }, 'ValidationError', 400],
    ['a policy that is no JSON', { Policy: '{' }, 'MalformedPolicyDocumentException', 400],
    [
      'a policy that is too large',
      { Policy: 'x'.repeat(2_049) },
      'PackedPolicyTooLargeException',
      400,
    ],
    [
      'an account that it does not know',
      { RoleArn: 'arn:aws:iam::123456789012:role/Deploy' },
      'AccessDenied',
      403,
    ],
  ])('refuses %s', async (_, changes, code, status) => {
    expect(await failureOf(assume(changes))).toEqual([code, status]);
  });

  test('refuses roles that are denied', async () => {
    simulator.switches.deniedRoles = ['Deploy'];
    expect(await failureOf(assume())).toEqual(['AccessDenied', 403]);
  });

  test('can fail as the model says', async () => {
    simulator.faults.inject('AssumeRole', { kind: 'exception', name: 'RegionDisabledException' });
    expect(await failureOf(assume())).toEqual(['RegionDisabledException', 403]);
  });

  test('takes an identity context that CreateTokenWithIAM made, and no other', async () => {
    const withContext = (ContextAssertion: string) => {
      const ProviderArn = 'arn:aws:iam::aws:contextProvider/IdentityCenter';
      return assume({ ProvidedContexts: [{ ProviderArn, ContextAssertion }] });
    };
    const stage = createStage(simulator);
    const { accessToken } = await stage.signIn();
    const outcome = await callWithSdk(simulator, 'CreateTokenWithIAM', {
      keys,
      input: {
        clientId: simulator.application.arn,
        grantType: grants.tokenExchange,
        subjectToken: accessToken,
        subjectTokenType: tokenTypes.accessToken,
      },
    });
    const { awsAdditionalDetails } = (outcome as { result: CreateTokenWithIAMResponse }).result;
    expect(await withContext(awsAdditionalDetails?.identityContext ?? '')).toHaveProperty(
      'AssumedRoleUser',
    );
    expect(await failureOf(withContext('made up'))).toEqual(['AccessDenied', 403]);
  });
});

test('the AWS CLI uses the keys, and assumes a role with them', async () => {
  const cli = await createAwsCli();
  try {
    const env = {
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      AWS_SESSION_TOKEN: keys.sessionToken,
      AWS_DEFAULT_REGION: 'eu-central-1',
    };
    const sts = (...args: string[]) =>
      cli.run(['sts', ...args, '--endpoint-url', simulator.env().AWS_ENDPOINT_URL_STS], env);
    const identity = await sts('get-caller-identity', '--output', 'json');
    expect(JSON.parse(identity.stdout)).toMatchObject({ Account: '111111111111' });

    const assumed = await sts(
      'assume-role',
      ...['--role-arn', role.RoleArn, '--role-session-name', 'cli', '--output', 'json'],
    );
    expect(JSON.parse(assumed.stdout)).toMatchObject({
      AssumedRoleUser: { Arn: 'arn:aws:sts::111111111112:assumed-role/Deploy/cli' },
    });

    simulator.advance(3_600_000);
    const late = await sts('get-caller-identity');
    expect(late.stderr).toContain('(SignatureDoesNotMatch)');
  } finally {
    await cli.remove();
  }
});
