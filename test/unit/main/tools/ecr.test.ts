import { expect, test } from 'vitest';
import type { AwsCredentials } from '../../../../main/accounts/source.ts';
import { type EcrRegistry, ecrLogin, ecrRegistry } from '../../../../main/tools/ecr.ts';
import { createEcrLogins } from '../../../../main/tools/ecr-logins.ts';
import { codeOf } from '../../../support/connections.ts';
import { createFakePorts, type FakePorts, jsonResponse } from '../../../support/fake-ports.ts';

const never = new AbortController().signal;
const credentials = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'the-secret',
  sessionToken: 'the-session',
  accountId: '111111111111',
  expiresAt: 0,
  obtainedAt: 0,
};
const host = '111111111111.dkr.ecr.eu-west-1.amazonaws.com';
const api = 'https://api.ecr.eu-west-1.amazonaws.com';

test.each([
  [host, 'eu-west-1', api],
  [
    '111111111111.dkr.ecr-fips.us-east-1.amazonaws.com',
    'us-east-1',
    'https://ecr-fips.us-east-1.amazonaws.com',
  ],
  [
    '111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn',
    'cn-north-1',
    'https://api.ecr.cn-north-1.amazonaws.com.cn',
  ],
  ['111111111111.dkr-ecr.eu-west-1.on.aws', 'eu-west-1', api],
  ['public.ecr.aws', 'us-east-1', 'https://api.ecr-public.us-east-1.amazonaws.com'],
])('%s is of ECR in %s', (name, region, url) => {
  expect(ecrRegistry(name)).toMatchObject({ region, api: url });
});

test.each([
  'registry.example.com',
  '111.dkr.ecr.eu-west-1.amazonaws.com',
  '111111111111.dkr.ecr.eu-west-1.amazonaws.com.evil.com',
  '111111111111.dkr.ecr.nowhere.amazonaws.com',
  'x.public.ecr.aws',
])('%s is none', (name) => {
  expect(ecrRegistry(name)).toBeUndefined();
});

function arrange() {
  const ports = createFakePorts();
  const registry = ecrRegistry(host);
  if (registry === undefined) throw new Error('No registry');
  const answer = () =>
    jsonResponse({
      authorizationData: [
        {
          authorizationToken: Buffer.from('AWS:pass:word').toString('base64'),
          expiresAt: ports.clock.now() / 1000 + 43_200,
          proxyEndpoint: `https://${host}`,
        },
      ],
    });
  return { ports, registry, answer };
}

/** As AWS's clock is this machine's. */
function loginsOf(ports: FakePorts) {
  const logins = createEcrLogins(ports);
  return (...[registry, keys, signal]: [EcrRegistry, AwsCredentials, AbortSignal]) =>
    logins(registry, keys, ports.clock.now(), signal);
}

test("where this machine's clock is wrong, it is signed by AWS's from the first", async () => {
  const { ports, registry, answer } = arrange();
  ports.fetch.on(api, answer);
  const theirs = ports.clock.now() + 3_600_000;
  await ecrLogin(registry, credentials, theirs, ports, never);
  const [request] = ports.fetch.requests;
  const hour = new Date(theirs).toISOString().slice(0, 13).replace(/-/g, '');
  expect(new Headers(request?.headers).get('x-amz-date')).toContain(hour);
});

test('the password is asked for in a signed request', async () => {
  const { ports, registry, answer } = arrange();
  ports.fetch.on(api, answer);
  const login = await ecrLogin(registry, credentials, ports.clock.now(), ports, never);
  expect(login).toMatchObject({ username: 'AWS', secret: 'pass:word' });
  expect(login.expiresAt).toBeCloseTo(ports.clock.now() + 43_200_000, -3);
  const [request] = ports.fetch.requests;
  const headers = new Headers(request?.headers);
  expect(request?.body).toBe('{}');
  expect(headers.get('x-amz-target')).toBe(
    'AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken',
  );
  expect(headers.get('authorization')).toContain('/eu-west-1/ecr/aws4_request');
});

test('the same credentials ask once, others anew, and near its end it is asked for again', async () => {
  const { ports, registry, answer } = arrange();
  ports.fetch.on(api, answer);
  const logins = loginsOf(ports);
  await Promise.all([logins(registry, credentials, never), logins(registry, credentials, never)]);
  await logins(registry, credentials, never);
  expect(ports.fetch.requests).toHaveLength(1);
  await logins(registry, { ...credentials }, never);
  expect(ports.fetch.requests).toHaveLength(2);
  await ports.clock.advance(11.6 * 3_600_000);
  await logins(registry, credentials, never);
  expect(ports.fetch.requests).toHaveLength(3);
});

test('a failure is not kept', async () => {
  const { ports, registry, answer } = arrange();
  let denied = true;
  ports.fetch.on(api, () =>
    denied ? jsonResponse({ __type: 'x#AccessDeniedException' }, { status: 400 }) : answer(),
  );
  const logins = loginsOf(ports);
  const error = await logins(registry, credentials, never).catch((thrown) => thrown);
  expect(error).toMatchObject({
    code: 'forbidden',
    message: expect.stringContaining('AccessDeniedException'),
    hint: expect.stringContaining('ecr:GetAuthorizationToken'),
  });
  denied = false;
  expect((await logins(registry, credentials, never)).username).toBe('AWS');
});

test.each([
  ['no JSON', new Response('<html>')],
  ['no data', jsonResponse({ authorizationData: [] })],
  ['no pair', jsonResponse({ authorizationData: [{ authorizationToken: 'eA==', expiresAt: 1 }] })],
])('%s is response_invalid', async (_what, answer) => {
  const { ports, registry } = arrange();
  ports.fetch.on(api, answer);
  expect(await codeOf(ecrLogin(registry, credentials, ports.clock.now(), ports, never))).toBe(
    'response_invalid',
  );
});

test('neither key nor password is in the log', async () => {
  const { ports, registry, answer } = arrange();
  ports.fetch.on(api, answer);
  await ecrLogin(registry, credentials, ports.clock.now(), ports, never);
  expect(JSON.stringify(ports.log.entries)).not.toMatch(/pass:word|the-secret|the-session|QVdT/);
});
