import { expect } from 'vitest';
import type { Account } from '../../shared/account.ts';
import type { KeyfobError } from '../../shared/errors.ts';
import { createSimulator, type Simulator, type SimulatorOptions } from '../simulator/simulator.ts';
import type { WebIssuer } from '../simulator/web-identity.ts';
import { createGoodsCheck, type GoodsCheck } from './goods-check.ts';
import { exchange } from './helper-process.ts';
import { type OpenidStage, startOpenidStage } from './openid-stage.ts';

/** What tools get from accounts, and how it is made. */
export const kinds = [
  'aws-role',
  'aws-assumed-role',
  'aws-web-identity',
  'token',
  'id-token',
  'iam-token',
] as const;
export type Kind = (typeof kinds)[number];

/** Something that a tool may ask for. */
export interface Wish {
  readonly kind: Kind;
  /** The account's path. */
  readonly account: string;
  readonly id: string;
  /** Of the socket; 127.0.0.1 has its own for credentials. */
  readonly path: string;
  readonly loopbackPath: string;
}

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/**
 * A helper process with accounts of every kind: of an Identity Center and STS that can be broken,
 * and of an OpenID provider that can be broken.
 */
export interface FaultStage {
  readonly simulator: Simulator;
  readonly openid: OpenidStage;
  readonly check: GoodsCheck;
  /** An account of that kind of which nothing has been asked yet. */
  fresh(kind: Kind): Promise<Wish>;
  ask(wish: Wish): Promise<Answer>;
  /** Asks, and holds a good answer to its account and to the time. */
  get(wish: Wish): Promise<Answer>;
  /** The code of the failure that it has to be; it has a hint, and no secret is in it. */
  refusal(wish: Wish): Promise<KeyfobError['code']>;
  close(): Promise<void>;
}

export interface FaultStageOptions {
  readonly simulator?: SimulatorOptions;
  readonly openid?: Parameters<typeof startOpenidStage>[0];
  /** Leads the helper past the simulator's own addresses. */
  readonly endpoints?: (simulator: Simulator) => Promise<Readonly<Record<string, string>>>;
}

const scopes = ['openid', 'profile', 'email', 'read', 'write', 'offline_access'];

/** Starts all of it; both connections are signed in. */
export async function startFaultStage(options: FaultStageOptions = {}): Promise<FaultStage> {
  const simulator = createSimulator({
    ...options.simulator,
    switches: { accounts: 30, rolesPerAccount: 4, ...options.simulator?.switches },
  });
  await simulator.start();
  const openid = await startOpenidStage({
    ...options.openid,
    env: {
      ...simulator.env(),
      ...(await options.endpoints?.(simulator)),
      ...options.openid?.env,
    },
  });
  try {
    return await furnish(simulator, openid);
  } catch (error) {
    await openid.close();
    await simulator.stop();
    throw error;
  }
}

async function furnish(simulator: Simulator, openid: OpenidStage): Promise<FaultStage> {
  const { provider, call } = openid;
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
  await openid.add('corp', 'public', { scopes });
  await openid.signIn('corp');
  const { clientId } = provider.client('public');
  simulator.registerIssuer({
    issuer: provider.issuer,
    audiences: [clientId],
    keys: await keysOf(provider.issuer),
  });

  const check = createGoodsCheck({ simulator, provider });
  const { accounts } = await call('accounts.list', { connection: 'acme' });
  const roles = accounts.filter(({ kind }) => kind === 'aws-role').map(({ path }) => path);
  const source = roles.shift() ?? expect.unreachable('There are no roles.');
  let made = 0;

  async function fresh(kind: Kind): Promise<Wish> {
    made += 1;
    if (kind === 'aws-role') return await known(kind, roles.shift() ?? '');
    // One token for all of its connection, under whatever name.
    if (kind === 'id-token') return await known(kind, 'corp/access');
    const name = `${kind}-${made}`;
    const roleArn = `arn:aws:iam::111111111112:role/Role-${made}`;
    switch (kind) {
      case 'aws-assumed-role':
        await call('account.add', { kind, connection: 'acme', name, source, roleArn });
        return await known(kind, `acme/${name}`);
      case 'aws-web-identity':
        await call('account.add', { kind, connection: 'corp', name, roleArn });
        return await known(kind, `corp/${name}`);
      case 'token': {
        // Each number another set of scopes, so that each is a token of its own.
        const own = scopes.slice(1, -1).filter((_, bit) => (made >> bit) % 2 === 1);
        await call('account.add', { kind, connection: 'corp', name, scopes: ['openid', ...own] });
        return await known(kind, `corp/${name}`);
      }
      case 'iam-token':
        await call('account.add', {
          kind,
          connection: 'corp',
          name,
          source,
          application: simulator.application.arn,
          grant: 'jwt-bearer',
          subject: { connection: 'corp' },
        });
        return await known(kind, `corp/${name}`);
    }
  }

  async function known(kind: Kind, path: string): Promise<Wish> {
    const found = (await call('accounts.list', { query: '' })).accounts;
    const account = found.find((each: Account) => each.path === path);
    if (account === undefined) return expect.unreachable(`There is no account ${path}.`);
    check.expect(account);
    const query = `?account=${encodeURIComponent(path)}`;
    if (kind.startsWith('aws-')) {
      const [plain, container] = ['/v1/aws/credentials', '/v1/aws/container'];
      return {
        kind,
        id: account.id,
        account: path,
        path: plain + query,
        loopbackPath: container + query,
      };
    }
    const token = `/v1/token${query}${kind === 'id-token' ? '&id_token=true' : ''}`;
    return { kind, id: account.id, account: path, path: token, loopbackPath: token };
  }

  async function ask({ path }: Wish): Promise<Answer> {
    const { status, body } = await exchange(openid.helper().socket, 'GET', path);
    return { status, body: JSON.parse(body) };
  }

  return {
    simulator,
    openid,
    check,
    fresh,
    ask,
    async get(wish) {
      const answer = await ask(wish);
      expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 });
      await check.goods(wish, answer.body);
      return answer;
    },
    async refusal(wish) {
      const { status, body } = await ask(wish);
      expect({ status, body }).not.toMatchObject({ status: 200 });
      check.refusal(body);
      return body.code as KeyfobError['code'];
    },
    async close() {
      await openid.close();
      await simulator.stop();
    },
  };
}

async function keysOf(issuer: string): Promise<NonNullable<WebIssuer['keys']>> {
  const json = async (url: string) => (await (await fetch(url)).json()) as Record<string, unknown>;
  const { jwks_uri } = await json(`${issuer}/.well-known/openid-configuration`);
  return (await json(String(jwks_uri))).keys as NonNullable<WebIssuer['keys']>;
}
