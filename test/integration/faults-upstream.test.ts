import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Fault as SimulatorFault } from '../simulator/faults.ts';
import {
  type CertificateAuthority,
  createCertificateAuthority,
} from '../support/certificate-authority.ts';
import { eventually } from '../support/eventually.ts';
import { type FaultStage, kinds, startFaultStage, type Wish } from '../support/fault-stage.ts';
import type { Fault } from '../support/openid-provider.ts';
import { startTlsFront, type TlsFront } from '../support/tls-front.ts';

/**
 * Portal, STS, the OIDC service of AWS and an OpenID provider in trouble: whatever a tool asks for,
 * it is told by a code what is wrong, and gets the right thing as soon as there is one to get.
 */

let authority: CertificateAuthority;
let stage: FaultStage;
/** AWS speaks TLS only, so that it can be broken. */
let fronts: TlsFront[] = [];

beforeAll(async () => {
  authority = createCertificateAuthority();
  const certificate = authority.issue(['127.0.0.1']);
  stage = await startFaultStage({
    // Answers that get lost would end the family; that is another test's subject.
    openid: { switches: { rotateRefreshTokens: false } },
    endpoints: async (simulator) => {
      const plain = simulator.env();
      const names = [
        'AWS_ENDPOINT_URL_SSO',
        'AWS_ENDPOINT_URL_SSO_OIDC',
        'AWS_ENDPOINT_URL_STS',
      ] as const;
      fronts = await Promise.all(names.map((name) => startTlsFront(plain[name], certificate)));
      const urls = names.map((name, index) => [name, fronts[index]?.url ?? '']);
      return { ...Object.fromEntries(urls), AWS_CA_BUNDLE: authority.file };
    },
  });
  // What all others are made with is at hand before anything is broken.
  for (const kind of kinds) await stage.get(await stage.fresh(kind));
});

afterAll(async () => {
  expect(await stage.openid.opened()).toEqual([]);
  await stage.close();
  await Promise.all(fronts.map((front) => front.close()));
  authority.remove();
});

const awsKinds = kinds.filter((kind) => kind !== 'token' && kind !== 'id-token');
const fresh = (which: readonly (typeof kinds)[number][]) =>
  Promise.all(which.map((kind) => stage.fresh(kind)));

/** In time for a person who tries again, since upstream is left alone for a while after a failure. */
async function comesBack(wish: Wish): Promise<void> {
  await eventually(() => stage.get(wish));
}

/** All of them fail for one reason, whatever it is called, and none of them afterwards. */
async function failsWhile(
  broken: () => (() => unknown) | Promise<() => unknown>,
  wishes: readonly Wish[],
  ...allowed: readonly string[]
): Promise<void> {
  const mend = await broken();
  const began = performance.now();
  try {
    const codes = await Promise.all(wishes.map(stage.refusal));
    expect(allowed).toEqual(expect.arrayContaining(codes));
  } finally {
    await mend();
  }
  // Upstream's deadline, and what a busy machine takes on top.
  expect(performance.now() - began).toBeLessThan(60_000);
  await Promise.all(wishes.map(comesBack));
  const { connections } = await stage.openid.call('state', {});
  expect(connections.map(({ session }) => session.state)).toEqual(['signed_in', 'signed_in']);
}

describe('AWS', () => {
  const breakBy = (fault: SimulatorFault) => () => stage.simulator.faults.inject('*', fault);

  test.each<[string, SimulatorFault, ...string[]]>([
    ['answers with 500', { kind: 'status', status: 500 }, 'server_error'],
    ['answers with 503', { kind: 'status', status: 503 }, 'server_error'],
    ['answers with 429', { kind: 'status', status: 429 }, 'too_many_requests'],
    [
      'answers with 429 and asks for a long wait',
      { kind: 'status', status: 429, headers: { 'retry-after': '3600' } },
      'too_many_requests',
    ],
    ['breaks connections', { kind: 'reset' }, 'network_error'],
    ['answers in part', { kind: 'truncated' }, 'response_truncated'],
    ['answers with too much', { kind: 'oversized', bytes: 3_000_000 }, 'response_too_large'],
    [
      'leads elsewhere',
      { kind: 'redirect', location: 'https://evil.test/' },
      'response_redirected',
    ],
    // XML of one service, JSON of the others.
    ['says nothing', { kind: 'empty' }, 'response_invalid', 'response_not_json'],
  ])('%s', async (_how, fault, ...codes) => {
    await failsWhile(breakBy(fault), await fresh(awsKinds), ...codes);
  });

  test('is slow: whoever waits gets what they asked for, and nobody else waits', async () => {
    const wishes = await fresh(awsKinds);
    stage.simulator.switches.latencyMs = { '*': 3_000 };
    onTestFinished(() => {
      stage.simulator.switches.latencyMs = {};
    });
    let first = false;
    const asked = wishes.map((wish) =>
      stage.get(wish).then(() => {
        first = true;
      }),
    );
    await stage.openid.call('state', {});
    expect((await stage.openid.token('corp')).status).toBe(200);
    expect(first).toBe(false);
    await Promise.all(asked);
  });

  test('is down', async () => {
    const services = ['portal', 'sts', 'oidc'] as const;
    const down = async () => {
      await Promise.all(services.map((service) => stage.simulator.refuse(service)));
      return () => Promise.all(services.map((service) => stage.simulator.accept(service)));
    };
    await failsWhile(down, await fresh(awsKinds), 'network_error');
  });

  test.each<[string, () => ReturnType<CertificateAuthority['issue']> | null]>([
    ['a certificate that has expired', () => authority.issue(['127.0.0.1'], -1)],
    ['a certificate of another host', () => authority.issue(['portal.test'])],
    ['a certificate of an authority that nobody knows', () => foreign(['127.0.0.1'])],
    ['no TLS at all', () => null],
  ])('shows %s', async (_what, certificate) => {
    const shown = certificate();
    const good = authority.issue(['127.0.0.1']);
    const show = (which: typeof shown) => {
      for (const front of fronts) front.show(which);
    };
    const broken = () => {
      show(shown);
      return () => show(good);
    };
    await failsWhile(broken, await fresh(awsKinds), 'tls_error');
  });
});

function foreign(names: readonly string[]) {
  const other = createCertificateAuthority();
  onTestFinished(() => other.remove());
  return other.issue(names);
}

describe('an OpenID provider', () => {
  test.each<[string, Fault, string]>([
    ['answers with 500', { kind: 'status', status: 500 }, 'server_error'],
    ['answers with 429', { kind: 'status', status: 429 }, 'too_many_requests'],
    ['breaks connections', { kind: 'reset' }, 'network_error'],
  ])(
    '%s',
    async (_how, fault, code) => {
      const broken = () => stage.openid.provider.fault('token', fault);
      await failsWhile(broken, [await stage.fresh('token')], code);
    },
    60_000,
  );

  test('is down', async () => {
    const { provider } = stage.openid;
    const down = async () => {
      await provider.down();
      return () => provider.up();
    };
    await failsWhile(down, [await stage.fresh('token')], 'network_error');
  });
});

test('whoever takes connections and never answers is waited for, but not for long', async () => {
  const { simulator, openid } = stage;
  const hang = () => {
    const mends = [
      simulator.faults.inject('*', { kind: 'hang' }),
      openid.provider.fault('token', { kind: 'hang' }),
    ];
    return () => mends.forEach((mend) => void mend());
  };
  await failsWhile(hang, await fresh([...awsKinds, 'token']), 'timeout');
});

test('an outage is found out once, and not once per account', async () => {
  const { simulator } = stage;
  const wishes = await Promise.all(
    Array.from({ length: 30 }, () => stage.fresh('aws-assumed-role')),
  );
  simulator.journal.clear();
  const heal = simulator.faults.inject('AssumeRole', { kind: 'reset' });
  const storm = async () => new Set(await Promise.all(wishes.map(stage.refusal)));
  expect(await storm()).toEqual(new Set(['network_error']));
  // All were under way when the first one failed; one of them tried twice more.
  expect(simulator.journal.count('AssumeRole')).toBeLessThanOrEqual(35);
  simulator.journal.clear();
  await new Promise((resolve) => setTimeout(resolve, 2_100)); // Upstream rests after a failure.
  expect(await storm()).toEqual(new Set(['network_error']));
  expect(simulator.journal.count('AssumeRole')).toBeLessThanOrEqual(6);
  heal();
  await Promise.all(wishes.map(comesBack));
});
