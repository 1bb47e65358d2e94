import { KeyfobError } from '../../shared/errors.ts';
import type { ConnectionSettings, ConnectionView, SignIn } from '../../shared/model.ts';
import type { AccessTokens, ConnectionTokens } from '../accounts/source.ts';
import type { Ports } from '../ports.ts';
import type { StateStore } from '../state.ts';
import { createTurns } from '../turns.ts';
import { settled } from '../waiting.ts';
import { type Connection, createConnection } from './connection.ts';
import { type ConnectionChanges, changedSettings } from './connection-changes.ts';
import { openConnectionsFile } from './connections-file.ts';
import type { Provider, StoredClient, StoredSession } from './provider.ts';
import type { Task } from './renewal.ts';
import type { SignInInput } from './sign-in.ts';

/** All configured connections: which there are, and their sessions. */
export interface Connections extends AccessTokens, ConnectionTokens {
  /**
   * Reads connections.json into the state and begins to read the sessions, without waiting for
   * the keychain. Rejects with `file_unreadable`, `folder_unsafe`; a damaged file is set aside and
   * becomes one of the state's problems.
   */
  load(): Promise<void>;
  /** Throws `unknown_connection`, whose hint lists the known ones. */
  settings(name: string): ConnectionSettings;
  /**
   * Adds a connection, with what makes Keyfob a client there, which goes to the keychain first.
   * Rejects with `connection_exists` and the codes of the Files port and, where there is a client,
   * of the SecretStore; nothing is changed then.
   */
  add(settings: ConnectionSettings, client?: StoredClient): Promise<ConnectionView>;
  /**
   * Changes how it signs in; what is undefined stays, and null is none. Rejects with
   * `unknown_connection`, `invalid_input` (a connection of this kind has no such setting) and the
   * Files port's codes; nothing is changed then.
   */
  update(name: string, changes: ConnectionChanges): Promise<ConnectionView>;
  /**
   * Signs out and forgets the connection. Rejects when the keychain would not let go of its
   * secrets; the connection stays then, signed out, so that it can be tried again.
   */
  remove(name: string): Promise<void>;
  /** See `SignIns.start`. */
  startSignIn(input: SignInInput & { readonly connection: string }): Promise<SignIn>;
  /** See `SignIns.wait`. */
  waitForSignIn(connection: string, signal: AbortSignal): Promise<SignIn>;
  /** See `SignIns.answer`. */
  answerSignIn(
    connection: string,
    id: string,
    values: Readonly<Record<string, string>>,
  ): Promise<void>;
  /** See `Connection.withSession`. */
  withSession<T>(
    connection: string,
    task: Task<T, StoredSession | null>,
    signal?: AbortSignal,
  ): Promise<T>;
  /** What the keychain holds, secrets and all: for the provider's own code alone. */
  session(connection: string, signal?: AbortSignal): Promise<StoredSession | null>;
  /** Rejects with `no_pending_sign_in`. */
  cancelSignIn(connection: string): Promise<void>;
  /** See `endSession`. */
  signOut(connection: string): Promise<{ revoked: boolean }>;
  /** Stops timers and listeners; waits for secret writes and revocations under way. */
  close(): Promise<void>;
}

export interface ConnectionsDeps {
  readonly ports: Ports;
  readonly state: StateStore;
  readonly providerFor: (settings: ConnectionSettings) => Provider;
  /** A sign-in has succeeded and is stored. */
  readonly onSignedIn: (connection: string) => void;
  /** A session has ended, by whichever side. */
  readonly onSignedOut: (connection: string) => void;
}

/** How long `add` waits for the keychain, which usually answers in a blink. */
const keychainMomentMs = 1_000;

/** Creates the connections; nothing happens before `load`. */
export function createConnections(deps: ConnectionsDeps): Connections {
  const { ports, state, providerFor, onSignedIn, onSignedOut } = deps;
  const file = openConnectionsFile(ports, state);
  const known = new Map<string, Connection>();
  const removing = new Set<string>();
  /** Changes of the list come one after another, or two of them would write over each other. */
  const changes = createTurns();
  /** What is still to be given back to providers, also of connections that are gone. */
  const leftovers = new Set<Promise<void>>();
  let loading: Promise<void> | undefined;
  let stopListening: (() => void) | undefined;

  function find(name: string): Connection {
    const connection = known.get(name);
    if (connection === undefined) throw unknownConnection(name, [...known.keys()]);
    return connection;
  }

  function open(settings: ConnectionSettings): Connection {
    const { name } = settings;
    const connection = createConnection({
      settings,
      ports,
      provider: providerFor(settings),
      publishSession(session) {
        state.update('connections', (views) => {
          const present = views.find((view) => view.settings.name === name);
          if (present === undefined || isSame(present.session, session)) return views;
          return views.map((view) => (view === present ? { ...view, session } : view));
        });
      },
      publishSignIn(signIn) {
        state.update('signIns', (all) => [
          ...all.filter((other) => other.connection !== name),
          signIn,
        ]);
      },
      onSignedIn: () => onSignedIn(name),
      onSignedOut: () => onSignedOut(name),
      afterwards(work) {
        leftovers.add(work);
        void work.finally(() => leftovers.delete(work));
      },
    });
    known.set(name, connection);
    return connection;
  }

  async function loadNow(): Promise<void> {
    const opened = (await file.read()).map(open);
    state.set('connections', opened.map(firstView));
    stopListening = ports.wake.subscribe(() => {
      for (const connection of known.values()) connection.wake();
    });
    for (const connection of opened) void connection.begin();
  }

  /** Whoever changes the list must know it first: a file that could not be read is not replaced. */
  function load(): Promise<void> {
    loading ??= loadNow().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  }

  const present = () => [...known.values()].map(({ settings }) => settings);

  async function add(
    settings: ConnectionSettings,
    client: StoredClient | undefined,
  ): Promise<ConnectionView> {
    await load();
    const rival = present().find(({ name }) => sameName(name, settings.name));
    if (rival !== undefined) throw connectionExists(rival.name);
    const others = present();
    const connection = open(settings);
    try {
      if (client !== undefined) await connection.enroll(client);
      await file.write([...others, settings]);
    } catch (error) {
      known.delete(settings.name);
      // Nobody would find it again.
      if (client !== undefined) await connection.discard().catch(() => undefined);
      await connection.close();
      throw error;
    }
    state.update('connections', (views) => [...views, firstView(connection)]);
    // An earlier connection of this name and provider may have left a session: good if we can say so.
    await settled(ports.clock, keychainMomentMs, connection.begin());
    const views = state.get('connections');
    return views.find((view) => view.settings.name === settings.name) ?? firstView(connection);
  }

  async function update(name: string, wanted: ConnectionChanges): Promise<ConnectionView> {
    const connection = find(name);
    const settings = changedSettings(connection.settings, wanted);
    await file.write(
      present().map((one) => (one.name === connection.settings.name ? settings : one)),
    );
    connection.configure(settings);
    state.update('connections', (views) =>
      views.map((view) => (view.settings.name === name ? { ...view, settings } : view)),
    );
    const views = state.get('connections');
    return views.find((view) => view.settings.name === name) ?? firstView(connection);
  }

  async function remove(name: string): Promise<void> {
    const connection = find(name);
    removing.add(name);
    try {
      await removeNow(connection);
    } finally {
      removing.delete(name);
    }
  }

  async function removeNow(connection: Connection): Promise<void> {
    const { name } = connection.settings;
    try {
      await connection.signOut();
      await connection.discard();
    } catch (error) {
      // Without any keychain there is nothing to delete, and no other way to be rid of it.
      if (!(error instanceof KeyfobError) || error.code !== 'keychain_unavailable') throw error;
      ports.log('warn', 'secrets_left', { connection: name });
    }
    await file.write(present().filter((settings) => settings.name !== name));
    known.delete(name);
    await connection.close();
    state.update('connections', (views) => views.filter((view) => view.settings.name !== name));
    state.update('signIns', (all) => all.filter((signIn) => signIn.connection !== name));
  }

  return {
    load,
    settings: (name) => find(name).settings,
    add: (settings, client) => changes.run(() => add(settings, client)),
    update: (name, wanted) => changes.run(() => update(name, wanted)),
    remove: (name) => changes.run(() => remove(name)),
    async startSignIn({ connection, ...input }) {
      if (removing.has(connection)) throw unknownConnection(connection, [...known.keys()]);
      return find(connection).startSignIn(input);
    },
    waitForSignIn: async (connection, signal) => find(connection).waitForSignIn(signal),
    answerSignIn: async (connection, id, values) => find(connection).answerSignIn(id, values),
    token: async (connection, wish, signal) => find(connection).token(wish, signal),
    session: async (connection, signal) => find(connection).session(signal),
    withSession: async (connection, task, signal) => find(connection).withSession(task, signal),
    cancelSignIn: async (connection) => find(connection).cancelSignIn(),
    signOut: async (connection) => find(connection).signOut(),
    accessToken: async (connection, signal) => find(connection).accessToken(signal),
    renewAfterRefusal: async (connection, refused, signal) =>
      find(connection).renewAfterRefusal(refused, signal),
    replaceToken: async (connection, refused, signal) =>
      find(connection).replaceToken(refused, signal),
    async close() {
      stopListening?.();
      await changes.done();
      await Promise.all([...known.values()].map((connection) => connection.close()));
      await Promise.all(leftovers);
    },
  };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function firstView(connection: Connection): ConnectionView {
  const { settings } = connection;
  return { settings, session: connection.view(), catalogue: { accounts: 0, syncing: false } };
}

/** On Windows and macOS, names that differ in case alone would share their files. */
function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function unknownConnection(name: string, names: readonly string[]): KeyfobError {
  return new KeyfobError('unknown_connection', `There is no connection ${name}.`, {
    hint:
      names.length === 0
        ? 'There is none yet. Add one with `keyfob connection add`.'
        : `Known connections: ${names.toSorted().join(', ')}.`,
    details: { known: names.toSorted() },
  });
}

function connectionExists(name: string): KeyfobError {
  return new KeyfobError('connection_exists', `There is a connection ${name} already.`, {
    hint: `Choose another name (case does not count), or remove it first with \`keyfob connection remove ${name}\`.`,
  });
}
