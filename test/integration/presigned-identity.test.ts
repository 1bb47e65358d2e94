import { Sha256 } from '@aws-crypto/sha256-js';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eksToken, presignCallerIdentity } from '../../main/sts/presign.ts';
import { createSimulator, type Simulator } from '../simulator/simulator.ts';

/** Tokens for EKS, as a cluster looks at them: it asks STS, with its own name in a header. */

let simulator: Simulator;
beforeEach(async () => {
  simulator = createSimulator();
  await simulator.start();
});
afterEach(() => simulator.stop());

function options(cluster = 'prod') {
  return {
    cluster,
    region: 'eu-west-1',
    credentials: simulator.issueKeys('111111111111', 'Admin'),
    now: simulator.now(),
    env: simulator.env(),
  };
}

async function ask(address: string, cluster?: string) {
  const answer = await fetch(address, {
    headers: cluster === undefined ? {} : { 'x-k8s-aws-id': cluster },
  });
  const text = await answer.text();
  return {
    status: answer.status,
    account: /<Account>(\d+)</.exec(text)?.[1],
    code: /<Code>(\w+)</.exec(text)?.[1],
  };
}

test('the address in a token tells the cluster who it is, for a minute', async () => {
  const { token, expiresAt } = await eksToken(options());
  const [version, encoded = ''] = token.split(/(?<=^k8s-aws-v1)\./);
  expect(version).toBe('k8s-aws-v1');
  expect(encoded).toMatch(/^[\w-]+$/);
  expect(expiresAt - simulator.now()).toBeGreaterThan(13 * 60_000);
  const address = Buffer.from(encoded, 'base64url').toString();
  expect(await ask(address, 'prod')).toMatchObject({ status: 200, account: '111111111111' });
  simulator.advance(61_000);
  expect(await ask(address, 'prod')).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
});

test('another cluster, or none, can not use it', async () => {
  const address = await presignCallerIdentity(options());
  expect(await ask(address, 'staging')).toMatchObject({ status: 403 });
  expect(await ask(address)).toMatchObject({ status: 403 });
  expect(new URL(address).searchParams.get('X-Amz-SignedHeaders')).toBe('host;x-k8s-aws-id');
});

test('a name that would break out of the header is refused', async () => {
  for (const cluster of ['', 'a b', 'a\r\nX: y', 'x'.repeat(101)]) {
    await expect(presignCallerIdentity(options(cluster))).rejects.toMatchObject({
      code: 'invalid_input',
    });
  }
});

test('it is the address that the AWS SDK’s signer makes of the same', async () => {
  const given = { ...options(), env: {} };
  const signer = new SignatureV4({
    service: 'sts',
    region: given.region,
    credentials: given.credentials,
    sha256: Sha256,
  });
  const theirs = await signer.presign(
    new HttpRequest({
      hostname: 'sts.eu-west-1.amazonaws.com',
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: 'sts.eu-west-1.amazonaws.com', 'x-k8s-aws-id': 'prod' },
    }),
    { expiresIn: 60, signingDate: new Date(given.now) },
  );
  const ours = new URL(await presignCallerIdentity(given));
  expect(Object.fromEntries(ours.searchParams)).toEqual(theirs.query);
});
