import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { JWTPayload } from 'jose';
import { Provider } from 'oidc-provider';
import {
  type AssertionOptions,
  createTrustedIssuer,
  makeJwtAssertion,
  makeSamlAssertion,
} from './assertions.ts';
import { clientUserinfo } from './client-userinfo.ts';
import { createClients, type TestClient } from './clients.ts';
import { createConfiguration } from './configuration.ts';
import type { Endpoint, Fault, JournalEntry } from './endpoints.ts';
import { createFront } from './front.ts';
import { createGrantMemory, registerGrants } from './grants.ts';
import type { Hostile } from './hostile.ts';
import { interactions } from './interaction.ts';
import { createKeys, type SignOptions } from './keys.ts';
import type { Storage } from './memory.ts';
import { approve, approveDevice, type PersonOptions, type Visit } from './person.ts';
import { createHanded } from './secrets.ts';
import { defaultSwitches, type ProviderState, type SentCode, type Switches } from './state.ts';

export interface OpenidProviderOptions {
  /** Default: any. */
  readonly port?: number;
  readonly switches?: Partial<Omit<Switches, 'lifetimes'>> & {
    readonly lifetimes?: Partial<Switches['lifetimes']>;
  };
  /** Further clients, by a name of the test's. */
  readonly clients?: Readonly<Record<string, TestClient>>;
  /** Speaks https; with `ca` and `requestCert` it asks for a client's certificate. */
  readonly tls?: ServerOptions;
}

/** A real OpenID provider on 127.0.0.1. */
export interface OpenidProvider {
  readonly issuer: string;
  /** oidc-provider itself, as it is now. */
  readonly provider: Provider;
  readonly clients: Readonly<Record<string, TestClient>>;
  /** A client by its name; throws for an unknown one. */
  client(name: string): TestClient;
  /** May be changed at any time. */
  readonly switches: Switches;
  /** Every request, oldest first. */
  readonly journal: readonly JournalEntry[];
  /** Requests that arrived at an endpoint, by grant type if one is given. */
  count(endpoint: Endpoint, grantType?: string): number;
  /** The one-time passwords that went out. */
  readonly outbox: readonly SentCode[];
  approve(authorizationUrl: string, options?: PersonOptions): Promise<Visit>;
  approveDevice(userCode: string, options?: PersonOptions): Promise<Visit>;
  /** Makes the next `times` requests (default: all) fail. Returns the way to end it. */
  fault(endpoint: Endpoint, fault: Fault, times?: number): () => void;
  /** Falsifies the next `times` answers (default: all). Returns the way to end it. */
  hostile(hostile: Hostile, times?: number): () => void;
  /** Stops listening; connections break. */
  down(): Promise<void>;
  /** Listens again, on the same port. */
  up(): Promise<void>;
  /** New keys sign from now on; `forget` takes the old ones out of the published set. */
  rotateKeys(options?: { readonly forget?: boolean }): Promise<void>;
  /** Signs anything as the provider would, or would not. */
  sign(claims: JWTPayload, options?: SignOptions): Promise<string>;
  samlAssertion(options?: AssertionOptions): Promise<string>;
  jwtAssertion(options?: AssertionOptions): Promise<string>;
  /** Every secret handed out so far, those of the clients among them. */
  secrets(): string[];
  close(): Promise<void>;
}

/** Starts a provider with its own storage, keys and clients. */
export async function startOpenidProvider(
  options: OpenidProviderOptions = {},
): Promise<OpenidProvider> {
  const [keys, clients, trusted] = await Promise.all([
    createKeys(),
    createClients(),
    createTrustedIssuer(),
  ]);
  const storage: Storage = new Map();
  const memory = createGrantMemory();
  const cookieKey = randomBytes(16).toString('hex');
  const state = {
    switches: {
      ...defaultSwitches,
      ...options.switches,
      lifetimes: { ...defaultSwitches.lifetimes, ...options.switches?.lifetimes },
    },
    keys,
    clients: { ...clients, ...options.clients },
    trusted,
    outbox: [] as SentCode[],
    issuer: '',
  } as unknown as ProviderState;
  const handed = createHanded();
  for (const { clientSecret } of Object.values(state.clients)) handed.add(clientSecret);
  const journal: JournalEntry[] = [];
  const faults = createQueue<{ endpoint: Endpoint; fault: Fault }>();
  const lies = createQueue<Hostile>();
  const front = createFront({
    state,
    handed,
    journal,
    takeFault: (endpoint) => faults.take(endpoint)?.fault,
    takeHostile: (endpoint) => lies.take(endpoint),
  });

  let server: Server | undefined;
  let port = options.port ?? 0;
  async function up(): Promise<void> {
    if (server !== undefined) return;
    const created =
      options.tls === undefined ? createServer(front) : createTlsServer(options.tls, front);
    await new Promise<void>((resolve, reject) => {
      created.once('error', reject);
      created.listen(port, '127.0.0.1', resolve);
    });
    port = (created.address() as AddressInfo).port;
    server = created;
  }
  async function down(): Promise<void> {
    const closing = server;
    server = undefined;
    if (closing === undefined) return;
    await new Promise<void>((resolve) => {
      closing.close(() => resolve());
      closing.closeAllConnections();
    });
  }
  function build(): void {
    const provider = new Provider(state.issuer, createConfiguration(state, storage, cookieKey));
    registerGrants(state, provider, memory);
    provider.use(interactions(state));
    provider.use(clientUserinfo(state));
    provider.on('error', (error) => {
      // Somebody went away, as some tests have it; all else is a fault of ours.
      if ((error as { code?: string }).code !== 'ECONNRESET') throw error;
    });
    state.provider = provider;
  }

  await up();
  state.issuer = `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  build();

  return {
    issuer: state.issuer,
    get provider() {
      return state.provider;
    },
    clients: state.clients,
    client(name) {
      const client = state.clients[name];
      if (client === undefined) throw new Error(`There is no client ${name}.`);
      return client;
    },
    switches: state.switches,
    journal,
    count: (endpoint, grantType) =>
      journal.filter(
        (entry) =>
          entry.endpoint === endpoint && (grantType === undefined || entry.grantType === grantType),
      ).length,
    outbox: state.outbox,
    approve,
    approveDevice: (userCode, person) => approveDevice(state.issuer, userCode, person),
    fault: (endpoint, fault, times) => faults.add({ endpoint, fault }, times),
    hostile: (hostile, times) => lies.add(hostile, times),
    down,
    up,
    async rotateKeys({ forget = false } = {}) {
      await keys.rotate(forget);
      build();
    },
    sign: keys.sign,
    async samlAssertion(assertion) {
      return await handOut(makeSamlAssertion(trusted, state.issuer, assertion));
    },
    async jwtAssertion(assertion) {
      return await handOut(makeJwtAssertion(trusted, state.issuer, assertion));
    },
    secrets: () => [...handed.all(), ...state.outbox.map(({ reference }) => reference)],
    close: down,
  };

  async function handOut(secret: Promise<string>): Promise<string> {
    const value = await secret;
    handed.add(value);
    return value;
  }
}

interface Queue<T extends { readonly endpoint: Endpoint }> {
  add(item: T, times?: number): () => void;
  /** The oldest for this endpoint, which is then counted. */
  take(endpoint: Endpoint): T | undefined;
}

function createQueue<T extends { readonly endpoint: Endpoint }>(): Queue<T> {
  const entries = new Set<{ item: T; left: number }>();
  return {
    add(item, times = Number.POSITIVE_INFINITY) {
      const entry = { item, left: times };
      entries.add(entry);
      return () => entries.delete(entry);
    },
    take(endpoint) {
      for (const entry of entries) {
        if (entry.item.endpoint !== endpoint) continue;
        entry.left -= 1;
        if (entry.left <= 0) entries.delete(entry);
        return entry.item;
      }
      return undefined;
    },
  };
}
