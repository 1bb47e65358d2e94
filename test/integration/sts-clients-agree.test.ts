import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tokenTypes } from '../simulator/context.ts';
import { createSimulator, type Simulator } from '../simulator/simulator.ts';
import { createStage } from '../support/oidc-stage.ts';
import { callWithSdk } from '../support/sdk-driver.ts';
import { type StsCall, type StsOutcome, stsWithOurs, stsWithSdk } from '../support/sts-drivers.ts';

/**
 * The same calls of STS by the AWS SDK for JavaScript and by Keyfob's own client: what the
 * simulator makes of them, down to the session's tags and policies, must not differ.
 */

const account = '111111111112';
const arnOf = (role: string) => `arn:aws:iam::${account}:role/team/${role}`;
const serial = 'arn:aws:iam::111111111111:mfa/ada';
const issuer = 'https://id.example.com';
const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:Get*', Resource: '*', Sid: 'ünï & <b> %2F + ~*' }],
});

let simulator: Simulator;
let identityContext: string;
let foreignToken: string;
let idToken: (claims?: Record<string, unknown>) => Promise<string>;

beforeAll(async () => {
  simulator = createSimulator({
    switches: {
      deniedRoles: ['Denied'],
      trust: {
        External: { externalId: 'ext:1/2@x' },
        Mfa: { mfaSerial: serial },
        Enhanced: { identityContext: true },
        Tagged: { tags: ['team'], sourceIdentity: true },
        Web: { subject: 'ada' },
      },
    },
  });
  await simulator.start();
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const other = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256' };
  simulator.registerIssuer({ issuer, audiences: ['keyfob'], keys: [jwk] });
  simulator.registerIssuer({ issuer: 'https://down.example.com', audiences: ['k'], keys: null });
  const sign = async (claims: Record<string, unknown>, key = privateKey) =>
    await new SignJWT({ iss: issuer, sub: 'ada', aud: 'keyfob', ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setIssuedAt()
      .setExpirationTime(claims.exp === undefined ? '5m' : Number(claims.exp))
      .sign(key);
  idToken = async (claims = {}) => await sign(claims);
  foreignToken = await sign({}, other.privateKey);
  const { accessToken } = await createStage(simulator).signIn();
  const exchanged = await callWithSdk(simulator, 'CreateTokenWithIAM', {
    keys: simulator.issueKeys('111111111111', 'Admin'),
    input: {
      clientId: simulator.application.arn,
      grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subjectToken: accessToken,
      subjectTokenType: tokenTypes.accessToken,
    },
  });
  const { result } = exchanged as {
    result: { awsAdditionalDetails: { identityContext: string } };
  };
  ({ identityContext } = result.awsAdditionalDetails);
});
afterAll(() => simulator.stop());

const clients = { 'the AWS SDK': stsWithSdk, Keyfob: stsWithOurs } as const;

type Input = StsCall['input'];
const signedIn = () => simulator.issueKeys('111111111111', 'Admin');

function assume(role: string, changes: Partial<Input> = {}): StsCall {
  const input = { RoleArn: arnOf(role), RoleSessionName: 'ada@example.com', ...changes };
  return { operation: 'AssumeRole', input, keys: signedIn() };
}

/** By web identity nothing but the token speaks for the caller. */
async function assumeWeb(
  role: string,
  token: Promise<string> | string,
  changes: Partial<Input> = {},
): Promise<StsCall> {
  const input = {
    RoleArn: arnOf(role),
    RoleSessionName: 'ada',
    WebIdentityToken: await token,
    ...changes,
  };
  return { operation: 'AssumeRoleWithWebIdentity', input };
}

const provided = (assertion: string) => ({
  ProvidedContexts: [
    {
      ProviderArn: 'arn:aws:iam::aws:contextProvider/IdentityCenter',
      ContextAssertion: assertion,
    },
  ],
});

const nothing = {
  tags: {},
  transitiveTagKeys: [],
  policyArns: [],
  identityEnhanced: false,
  mfa: false,
};

/** What stays of an outcome to be compared: whose keys they are, and for how long. */
function seen(outcome: StsOutcome): object {
  if ('exception' in outcome) return outcome;
  const { keys, arn } = outcome;
  if (keys === undefined) return { arn };
  const minutes = Math.round((keys.expiresAt - simulator.now()) / 60_000);
  return { arn, minutes, session: keys.principal.session };
}

const arn = (role: string, session = 'ada@example.com') =>
  `arn:aws:sts::${account}:assumed-role/${role}/${session}`;

const cases: readonly (readonly [string, () => StsCall | Promise<StsCall>, object])[] = [
  ['assumes a role', () => assume('Deploy'), { arn: arn('Deploy'), minutes: 60, session: nothing }],
  [
    'assumes one for a quarter of an hour',
    () => assume('Deploy', { DurationSeconds: 900 }),
    { arn: arn('Deploy'), minutes: 15, session: nothing },
  ],
  [
    'narrows the session by a policy and by policy ARNs',
    () =>
      assume('Deploy', {
        Policy: policy,
        PolicyArns: [
          { arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
          { arn: 'arn:aws:iam::111111111112:policy/a/b' },
        ],
      }),
    {
      arn: arn('Deploy'),
      minutes: 60,
      session: {
        ...nothing,
        policy,
        policyArns: [
          'arn:aws:iam::aws:policy/ReadOnlyAccess',
          'arn:aws:iam::111111111112:policy/a/b',
        ],
      },
    },
  ],
  [
    'tags the session, and says which tags go on',
    () =>
      assume('Tagged', {
        Tags: [
          { Key: 'team', Value: 'Prüfstand + Söhne' },
          { Key: 'cost:center', Value: '' },
        ],
        TransitiveTagKeys: ['team'],
        SourceIdentity: 'ada',
      }),
    {
      arn: arn('Tagged'),
      minutes: 60,
      session: {
        ...nothing,
        tags: { team: 'Prüfstand + Söhne', 'cost:center': '' },
        transitiveTagKeys: ['team'],
        sourceIdentity: 'ada',
      },
    },
  ],
  [
    'shows the external id',
    () => assume('External', { ExternalId: 'ext:1/2@x' }),
    { arn: arn('External'), minutes: 60, session: nothing },
  ],
  [
    'is refused with the wrong external id',
    () => assume('External', { ExternalId: 'other' }),
    { exception: 'AccessDenied', status: 403 },
  ],
  [
    'is refused without MFA where that is asked for',
    () => assume('Mfa'),
    { exception: 'AccessDenied', status: 403 },
  ],
  [
    'is refused with a wrong MFA code',
    () => assume('Mfa', { SerialNumber: serial, TokenCode: '000000' }),
    { exception: 'AccessDenied', status: 403 },
  ],
  [
    'provides an identity context',
    () => assume('Enhanced', provided(identityContext)),
    { arn: arn('Enhanced'), minutes: 60, session: { ...nothing, identityEnhanced: true } },
  ],
  [
    'is refused with a context that is made up',
    () => assume('Enhanced', provided('made up')),
    { exception: 'AccessDenied', status: 403 },
  ],
  [
    'is refused a role that is denied',
    () => assume('Denied'),
    { exception: 'AccessDenied', status: 403 },
  ],
  [
    'is refused a policy that is none',
    () => assume('Deploy', { Policy: '{"Version":"2012-10-17"}' }),
    { exception: 'MalformedPolicyDocument', status: 400 },
  ],
  [
    'is refused a policy that is too large',
    () => assume('Deploy', { Policy: 'x'.repeat(2_049) }),
    { exception: 'PackedPolicyTooLarge', status: 400 },
  ],
  [
    'is refused more than an hour in a chain',
    () => assume('Deploy', { DurationSeconds: 3_601 }),
    { exception: 'ValidationError', status: 400 },
  ],
  [
    'assumes a role by web identity',
    () => assumeWeb('Web', idToken()),
    { arn: arn('Web', 'ada'), minutes: 60, session: nothing },
  ],
  [
    'assumes one by web identity for twelve hours, narrowed',
    () => assumeWeb('Web', idToken(), { DurationSeconds: 43_200, Policy: policy }),
    { arn: arn('Web', 'ada'), minutes: 720, session: { ...nothing, policy } },
  ],
  [
    'is refused the web identity of somebody else',
    () => assumeWeb('Web', idToken({ sub: 'eve' })),
    { exception: 'AccessDenied', status: 403 },
  ],
  [
    'is refused a token for another audience',
    () => assumeWeb('Web', idToken({ aud: 'another' })),
    { exception: 'InvalidIdentityToken', status: 400 },
  ],
  [
    'is refused a token of an unknown issuer',
    () => assumeWeb('Web', idToken({ iss: 'https://evil.example.com' })),
    { exception: 'InvalidIdentityToken', status: 400 },
  ],
  [
    'is refused a token signed by another key',
    () => assumeWeb('Web', foreignToken),
    { exception: 'InvalidIdentityToken', status: 400 },
  ],
  [
    'is refused a token that has expired',
    () => assumeWeb('Web', idToken({ exp: Math.floor(Date.now() / 1000) - 60 })),
    { exception: 'ExpiredTokenException', status: 400 },
  ],
  [
    'hears that the issuer can not be reached',
    () => assumeWeb('Web', idToken({ iss: 'https://down.example.com' })),
    { exception: 'IDPCommunicationError', status: 400 },
  ],
];

describe.each(Object.entries(clients))('%s', (_, send) => {
  test.each(cases)('%s', async (_name, callOf, expected) => {
    expect(seen(await send(simulator, await callOf()))).toEqual(expected);
  });

  test('shows an MFA code, which is good once', async () => {
    const TokenCode = simulator.mfaCode(serial);
    const call = assume('Mfa', { SerialNumber: serial, TokenCode });
    expect(seen(await send(simulator, call))).toEqual({
      arn: arn('Mfa'),
      minutes: 60,
      session: { ...nothing, mfa: true },
    });
    expect(await send(simulator, call)).toEqual({ exception: 'AccessDenied', status: 403 });
    simulator.advance(60_000); // The next client needs a code of its own.
  });

  test('says whose keys they are, chain after chain', async () => {
    const first = await send(simulator, assume('Deploy'));
    if (!('keys' in first) || first.keys === undefined) return expect.unreachable();
    const second = await send(simulator, { ...assume('Audit'), keys: first.keys });
    if (!('keys' in second) || second.keys === undefined) return expect.unreachable();
    const call = { operation: 'GetCallerIdentity', input: {} as Input, keys: second.keys } as const;
    expect(await send(simulator, call)).toEqual({ arn: arn('Audit') });
  });

  test.each([
    ['AssumeRole', 'RegionDisabledException', 403],
    ['AssumeRole', 'ExpiredToken', 403],
    ['AssumeRoleWithWebIdentity', 'IDPRejectedClaim', 403],
    ['GetCallerIdentity', 'ExpiredToken', 403],
  ] as const)('of %s hears %s', async (operation, name, status) => {
    const stop = simulator.faults.inject(operation, { kind: 'exception', name });
    try {
      const call =
        operation === 'AssumeRoleWithWebIdentity'
          ? await assumeWeb('Web', idToken())
          : { ...assume('Deploy'), operation };
      expect(await send(simulator, call)).toEqual({ exception: name, status });
    } finally {
      stop();
    }
  });
});
