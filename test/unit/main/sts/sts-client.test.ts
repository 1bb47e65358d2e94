import { describe, expect, test } from 'vitest';
import { createStsClient } from '../../../../main/sts/sts-client.ts';
import { createServerClock, createUpstream } from '../../../../main/upstream.ts';
import { codeOf } from '../../../support/connections.ts';
import { createFakePorts, settle } from '../../../support/fake-ports.ts';

const url = 'https://sts.eu-west-1.amazonaws.com/';
const credentials = { accessKeyId: 'AKID', secretAccessKey: 'SK', sessionToken: 'ST' };
const { signal } = new AbortController();
const role = { roleArn: 'arn:aws:iam::111122223333:role/Deploy', roleSessionName: 'ada' };

function setUp(env: Record<string, string> = {}) {
  const ports = createFakePorts({ env });
  const serverClock = createServerClock(ports.clock);
  const upstream = createUpstream({ ...ports, serverClock });
  const sts = createStsClient({ region: 'eu-west-1', ports, upstream, serverClock });
  return { ...ports, sts, serverClock };
}

function xml(body: string, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(body, { status, headers: { 'content-type': 'text/xml', ...headers } });
}

const granted = (action: string, expiration = '2100-01-01T00:00:00Z') =>
  xml(`<?xml version="1.0"?>
<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>
  <Credentials><AccessKeyId>ASIA00000000000001</AccessKeyId><SecretAccessKey>a&amp;b/+=</SecretAccessKey>
  <SessionToken>000123</SessionToken><Expiration>${expiration}</Expiration></Credentials>
  <AssumedRoleUser><AssumedRoleId>AROA:ada</AssumedRoleId><Arn>arn:x</Arn></AssumedRoleUser>
  <PackedPolicySize>6</PackedPolicySize>
</${action}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></${action}Response>`);

const refused = (code: string, status: number, message = 'No', headers = {}) =>
  xml(
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
    status,
    headers,
  );

describe('AssumeRole', () => {
  test('sends every parameter in the query protocol’s form, signed', async () => {
    const { fetch, sts } = setUp();
    fetch.once(url, granted('AssumeRole'));
    await sts.assumeRole(
      {
        ...role,
        durationSeconds: 900,
        policy: '{"a": 1}',
        policyArns: ['arn:p1', 'arn:p2'],
        tags: [
          { key: 'team', value: 'a b' },
          { key: 'empty', value: '' },
        ],
        transitiveTagKeys: ['team'],
        externalId: 'x:1',
        serialNumber: 'arn:mfa',
        tokenCode: '012345',
        sourceIdentity: 'ada',
        providedContexts: [{ providerArn: 'arn:ctx', contextAssertion: 'CTX' }],
      },
      credentials,
      signal,
    );
    const [request] = fetch.requests;
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      Action: 'AssumeRole',
      Version: '2011-06-15',
      RoleArn: role.roleArn,
      RoleSessionName: 'ada',
      DurationSeconds: '900',
      Policy: '{"a": 1}',
      'PolicyArns.member.1.arn': 'arn:p1',
      'PolicyArns.member.2.arn': 'arn:p2',
      'Tags.member.1.Key': 'team',
      'Tags.member.1.Value': 'a b',
      'Tags.member.2.Key': 'empty',
      'Tags.member.2.Value': '',
      'TransitiveTagKeys.member.1': 'team',
      ExternalId: 'x:1',
      SerialNumber: 'arn:mfa',
      TokenCode: '012345',
      SourceIdentity: 'ada',
      'ProvidedContexts.member.1.ProviderArn': 'arn:ctx',
      'ProvidedContexts.member.1.ContextAssertion': 'CTX',
    });
    expect(request?.headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'x-amz-security-token': 'ST',
      authorization: expect.stringMatching(/Credential=AKID\/\d{8}\/eu-west-1\/sts\/aws4_request/),
    });
  });

  test('what is absent is not sent', async () => {
    const { fetch, sts } = setUp();
    fetch.once(url, granted('AssumeRole'));
    await sts.assumeRole(role, credentials, signal);
    expect([...new URLSearchParams(fetch.requests[0]?.body).keys()]).toEqual([
      'Action',
      'Version',
      'RoleArn',
      'RoleSessionName',
    ]);
  });

  test('texts arrive as they are: entities decoded, numbers left alone', async () => {
    const { fetch, sts } = setUp();
    fetch.once(url, granted('AssumeRole'));
    const { Credentials } = await sts.assumeRole(role, credentials, signal);
    expect(Credentials).toEqual({
      AccessKeyId: 'ASIA00000000000001',
      SecretAccessKey: 'a&b/+=',
      SessionToken: '000123',
      Expiration: Date.UTC(2100, 0, 1),
    });
  });

  test.each([
    ['AccessDenied', 403, 'access_denied'],
    ['MalformedPolicyDocument', 400, 'malformed_policy_document'],
    ['PackedPolicyTooLarge', 400, 'packed_policy_too_large'],
    ['RegionDisabledException', 403, 'region_disabled'],
    ['ExpiredToken', 403, 'expired_token'],
    ['ExpiredTokenException', 400, 'expired_token'],
    ['InvalidClientTokenId', 403, 'unauthorized'],
    ['ValidationError', 400, 'invalid_request'],
    ['SomethingNew', 400, 'upstream_error'],
    ['constructor', 400, 'upstream_error'],
  ])('%s (%i) becomes %s, with a hint and without AWS’s words', async (type, status, code) => {
    const { fetch, sts } = setUp();
    fetch.once(url, refused(type, status, 'repeats AKID and SECRET'));
    const failure = await sts.assumeRole(role, credentials, signal).catch((error) => error);
    expect(failure).toMatchObject({ code, hint: expect.any(String) });
    expect(failure.details).toMatchObject({ awsType: type, status, operation: 'AssumeRole' });
    expect(JSON.stringify([failure.message, failure.hint, failure.details])).not.toContain(
      'SECRET',
    );
    expect(fetch.requests).toHaveLength(1);
  });

  test('a wrong MFA code is told from other refusals', async () => {
    const { fetch, sts } = setUp();
    const words = 'MultiFactorAuthentication failed with invalid MFA one time pass code.';
    fetch.once(url, refused('AccessDenied', 403, words));
    expect(await codeOf(sts.assumeRole(role, credentials, signal))).toBe('mfa_failed');
  });

  test('with an MFA code nothing is sent twice', async () => {
    const { fetch, sts } = setUp();
    fetch.on(url, refused('InternalFailure', 500));
    const call = sts.assumeRole({ ...role, tokenCode: '123456' }, credentials, signal);
    expect(await codeOf(call)).toBe('server_error');
    expect(fetch.requests).toHaveLength(1);
  });

  test.each([
    ['HTML', new Response('<html><p>Sign in</html>', { status: 200 })],
    ['JSON', new Response('{}', { status: 403 })],
    ['nothing', new Response('', { status: 200 })],
    ['half of it', xml('<AssumeRoleResponse><AssumeRoleResult><Creden')],
    ['another action’s answer', granted('GetCallerIdentity')],
    [
      'no key',
      xml('<AssumeRoleResponse><AssumeRoleResult><a/></AssumeRoleResult></AssumeRoleResponse>'),
    ],
    ['a date that is none', granted('AssumeRole', 'tomorrow')],
    [
      'entities of its own',
      xml(
        '<!DOCTYPE x [<!ENTITY a "ASIA00000000000001">]><AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>&a;</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>',
      ),
    ],
  ])('an answer that is %s is response_invalid', async (_, answer) => {
    const { fetch, sts } = setUp();
    fetch.once(url, answer);
    expect(await codeOf(sts.assumeRole(role, credentials, signal))).toBe('response_invalid');
  });

  test('a clock that is wrong by an hour is set right by the answer, and the call made once more', async () => {
    const { clock, fetch, sts } = setUp();
    const date = new Date(clock.now() + 3_600_000).toUTCString();
    fetch.once(url, refused('SignatureDoesNotMatch', 403, 'Signature expired', { date }));
    fetch.once(url, granted('AssumeRole'));
    await sts.assumeRole(role, credentials, signal);
    const dates = fetch.requests.map(({ headers }) => headers['x-amz-date']);
    expect(dates[0]?.slice(9, 11)).not.toBe(dates[1]?.slice(9, 11));
  });

  test('with the right clock a refused signature is not sent again', async () => {
    const { fetch, sts } = setUp();
    fetch.on(url, refused('SignatureDoesNotMatch', 403));
    expect(await codeOf(sts.assumeRole(role, credentials, signal))).toBe('unauthorized');
    expect(fetch.requests).toHaveLength(1);
  });
});

describe('AssumeRoleWithWebIdentity', () => {
  const request = { ...role, webIdentityToken: 'a.b.c', durationSeconds: 43_200 };

  test('is sent without a signature', async () => {
    const { fetch, sts } = setUp();
    fetch.once(url, granted('AssumeRoleWithWebIdentity'));
    await sts.assumeRoleWithWebIdentity(request, signal);
    expect(fetch.requests[0]?.headers).not.toHaveProperty('authorization');
    expect(Object.fromEntries(new URLSearchParams(fetch.requests[0]?.body))).toMatchObject({
      Action: 'AssumeRoleWithWebIdentity',
      WebIdentityToken: 'a.b.c',
      DurationSeconds: '43200',
    });
  });

  test('a refusal speaks of the role alone, since nobody signs', async () => {
    const { fetch, sts } = setUp();
    fetch.once(url, refused('AccessDenied', 403));
    await expect(sts.assumeRoleWithWebIdentity(request, signal)).rejects.toMatchObject({
      code: 'access_denied',
      hint: expect.stringMatching(/sts:AssumeRoleWithWebIdentity.*keyfob register show/),
    });
  });

  test.each([['IDPCommunicationError'], ['Throttling']])(
    '%s, though a 400, is tried again twice and no more',
    async (type) => {
      const { clock, fetch, sts } = setUp();
      fetch.on(url, refused(type, 400));
      const call = codeOf(sts.assumeRoleWithWebIdentity(request, signal));
      for (let step = 0; step < 4; step += 1) {
        await settle();
        await clock.advance(10_000);
      }
      expect(await call).toBe(
        type === 'Throttling' ? 'too_many_requests' : 'idp_communication_error',
      );
      expect(fetch.requests).toHaveLength(3);
    },
  );

  test.each([
    ['IDPRejectedClaim', 403, 'idp_rejected_claim'],
    ['InvalidIdentityToken', 400, 'invalid_identity_token'],
  ])('%s is final', async (type, status, code) => {
    const { fetch, sts } = setUp();
    fetch.on(url, refused(type, status));
    expect(await codeOf(sts.assumeRoleWithWebIdentity(request, signal))).toBe(code);
    expect(fetch.requests).toHaveLength(1);
  });

  test('who gives up while it waits to try again is let go', async () => {
    const { fetch, sts } = setUp();
    fetch.on(url, refused('IDPCommunicationError', 400));
    const gone = new AbortController();
    const call = sts.assumeRoleWithWebIdentity(request, gone.signal);
    await settle();
    gone.abort(new Error('hung up'));
    await expect(call).rejects.toThrow('hung up');
  });
});

test('AWS_ENDPOINT_URL_STS moves it, and FIPS takes its own host', async () => {
  const identity = xml(
    '<GetCallerIdentityResponse><GetCallerIdentityResult><UserId>u</UserId><Account>000000000042</Account><Arn>a</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>',
  );
  for (const [env, host] of [
    [{ AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:4566' }, 'http://127.0.0.1:4566/'],
    [{ AWS_USE_FIPS_ENDPOINT: 'true' }, 'https://sts-fips.eu-west-1.amazonaws.com/'],
  ] as const) {
    const { fetch, sts } = setUp(env);
    fetch.once(host, identity);
    expect(await sts.getCallerIdentity(credentials, signal)).toEqual({
      UserId: 'u',
      Account: '000000000042',
      Arn: 'a',
    });
  }
});
