import { onTestFinished } from 'vitest';
import { type Connections, createConnections } from '../../main/connections/connections.ts';
import type { StoredSession } from '../../main/connections/provider.ts';
import { createStateStore, emptyState, type StateStore } from '../../main/state.ts';
import type { ConnectionSettings, SessionView, SignIn } from '../../shared/model.ts';
import { createFakePorts, type FakePorts, settle } from './fake-ports.ts';
import { createFakeProvider, type FakeProvider } from './fake-provider.ts';

/** Connections over fake ports and a fake provider, with one connection called acme. */
export interface Rig {
  readonly ports: FakePorts;
  readonly provider: FakeProvider;
  readonly state: StateStore;
  readonly connections: Connections;
  /** `signed_in acme`, `signed_out acme`: what the rest of the helper is told. */
  readonly told: string[];
  session(name?: string): SessionView | undefined;
  signIn(name?: string): SignIn | undefined;
  /** What the keychain holds for acme. */
  kept(): StoredSession | undefined;
  notices(): string[];
}

export const acme: ConnectionSettings = {
  kind: 'identity-center',
  name: 'acme',
  startUrl: 'https://acme.awsapps.com/start',
  region: 'eu-west-1',
  scopes: ['sso:account:access'],
  flow: 'auto',
};

/** Builds a rig whose acme is signed in, unless told otherwise. */
export async function createRig(
  options: {
    readonly signedIn?: boolean;
    readonly settings?: Partial<ConnectionSettings>;
    readonly prepare?: (rig: Pick<Rig, 'ports' | 'provider'>) => void;
    /** From an earlier rig, for a restart. */
    readonly ports?: FakePorts;
  } = {},
): Promise<Rig> {
  const ports = options.ports ?? createFakePorts();
  const provider = createFakeProvider(ports.clock);
  const state = createStateStore(
    emptyState({ version: '0', pid: 1, startedAt: '2026-01-01T00:00:00Z', keychain: 'memory' }),
  );
  options.prepare?.({ ports, provider });
  if (options.ports === undefined) {
    const settings = { ...acme, ...options.settings };
    const file = { version: 1, connections: [settings] };
    ports.files.contents.set('connections.json', JSON.stringify(file));
    if (options.signedIn !== false) {
      ports.secrets.values.set('acme', JSON.stringify(provider.issue()));
    }
  }
  const told: string[] = [];
  const connections = createConnections({
    ports,
    state,
    providerFor: () => provider,
    onSignedIn: (name) => told.push(`signed_in ${name}`),
    onSignedOut: (name) => told.push(`signed_out ${name}`),
  });
  onTestFinished(async () => {
    const closing = connections.close();
    await ports.clock.advance(60_000);
    await closing;
  });
  await connections.load();
  await settle();
  return {
    ports,
    provider,
    state,
    connections,
    told,
    session: (name = 'acme') =>
      state.get('connections').find(({ settings }) => settings.name === name)?.session,
    signIn: (name = 'acme') => state.get('signIns').find(({ connection }) => connection === name),
    kept() {
      const text = ports.secrets.values.get('acme');
      return text === undefined ? undefined : (JSON.parse(text) as StoredSession);
    },
    notices: () => ports.notifier.notices.map(({ kind }) => kind),
  };
}

/** The code of whatever a promise rejects with; undefined when it resolves. */
export async function codeOf(promise: Promise<unknown>): Promise<string | undefined> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}
