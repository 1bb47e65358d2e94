import type { CommandClient, CommandHandlers } from '../shared/commands.ts';
import { KeyfobError } from '../shared/errors.ts';
import type { Places } from '../shared/places.ts';
import { createAccounts } from './accounts/accounts.ts';
import { createPrompts } from './accounts/prompts.ts';
import { createUpkeep } from './accounts/upkeep.ts';
import { usualRegion } from './accounts/usual-region.ts';
import { createActivity } from './activity/activity.ts';
import { createRecordFile } from './activity/record-file.ts';
import { createAwsConfigSync } from './aws-config/sync.ts';
import { keepAwsConfig } from './aws-config/upkeep.ts';
import { createConfirmations } from './confirmations/confirmations.ts';
import { createConnections } from './connections/connections.ts';
import { createClientOf } from './endpoint/client.ts';
import { createEvents } from './endpoint/events.ts';
import { createGuard } from './endpoint/guard.ts';
import { createHandOut } from './endpoint/hand-out.ts';
import { createLoopback } from './endpoint/loopback.ts';
import { createLoopbackRoutes } from './endpoint/loopback-routes.ts';
import { createInProcessClient, createRouter, routerAfterLoading } from './endpoint/router.ts';
import { createRoutes } from './endpoint/routes.ts';
import { createEndpointServer } from './endpoint/server.ts';
import { type ListenOptions, listenOnSocket } from './endpoint/socket-listener.ts';
import { statusView } from './endpoint/status.ts';
import { createGrants } from './grants/grants.ts';
import { createHandlers } from './handlers.ts';
import type { Ports } from './ports.ts';
import { createReach, wayOf } from './reach.ts';
import { chosenBrowser, chosenNotifier } from './settings/chosen-ports.ts';
import { createSettings } from './settings/settings.ts';
import { createStateStore, emptyState, noteProblem, type StateStore } from './state.ts';

export interface HelperOptions {
  readonly version: string;
  readonly places: Places;
  /** How the `keyfob` command is called here, quoted, where its name alone is not enough. */
  readonly command?: string;
  /** This process's id, which clients see. */
  readonly pid?: number;
  /** How long answers in flight may take once the helper stops; default 5,000. */
  readonly drainMs?: number;
}

/** Where the helper listens. */
export interface Listening {
  readonly socket: string;
  /** Of 127.0.0.1; absent where its port is taken. */
  readonly url?: string;
}

/** The one process that signs in, renews, and serves every client. */
export interface Helper {
  readonly state: StateStore;
  readonly handlers: CommandHandlers;
  /** Calls commands from within this process, with the same checks as every other client. */
  readonly client: CommandClient;
  /**
   * Listens on the private socket and on 127.0.0.1. That its port is taken is among the problems,
   * and keeps nobody from the socket. Rejects with `helper_running`, `folder_unsafe`,
   * `socket_unusable`. Comes before `start`: a second helper must not touch the files of the first.
   */
  listen(options?: ListenOptions): Promise<Listening>;
  /**
   * Reads the connections and begins to renew them. Resolves before the account catalogues are
   * read; requests for accounts wait for those by themselves. Rejects with `file_unreadable`,
   * `folder_unsafe`.
   */
  start(): Promise<void>;
  /** Lets answers in flight end and secrets be written, then frees the socket. */
  stop(): Promise<void>;
  /** Resolves when the helper has stopped, whoever asked for it. */
  readonly stopped: Promise<void>;
}

/** How long those who connected just before the end have to be told so. */
const lateMs = 200;

/** Builds every part of the helper and joins them. Nothing happens before `listen` and `start`. */
export function createHelper(given: Ports, options: HelperOptions): Helper {
  const { clock, log } = given;
  const { version, places, pid = process.pid, drainMs = 5_000 } = options;
  const stopping = new AbortController();
  const stopped = Promise.withResolvers<void>();
  const connectionsLoaded = Promise.withResolvers<void>();
  connectionsLoaded.promise.catch(() => undefined); // Told to whoever asks on the socket.
  const accountsLoaded = Promise.withResolvers<void>();
  accountsLoaded.promise.catch(() => undefined); // Told to whoever asks for accounts.

  const state = createStateStore(
    emptyState({
      version,
      pid,
      startedAt: new Date(clock.now()).toISOString(),
      keychain: given.secrets.kind,
      ...(given.sockets.handedOver === undefined ? {} : { activated: true as const }),
      ...(options.command === undefined ? {} : { command: options.command }),
    }),
  );

  // What the person has chosen goes before what the machine has.
  const chosen = () => state.get('settings');
  const ports: Ports = {
    ...given,
    browser: chosenBrowser(given.browser, chosen),
    notifier: chosenNotifier(given.notifier, chosen),
  };
  const settings = createSettings(ports, state);
  const confirmations = createConfirmations(ports, state, (id) => accounts.partsOf(id));
  const grants = createGrants(ports, state);
  const grantsLoaded = Promise.withResolvers<void>();
  grantsLoaded.promise.catch(() => undefined); // Told to whoever comes over 127.0.0.1.
  const recordFile = createRecordFile(ports.openJournal, log);
  const activity = createActivity({ state, clock, log, file: recordFile });

  // Sessions and accounts: each knows of the other only what it is handed here.
  const reach = createReach(ports);
  const connections = createConnections({
    ports,
    state,
    providerFor: (settings) => reach(settings).provider,
    onSignedIn(connection) {
      accounts.outdateCredentials(connection);
      void syncInBackground(connection);
    },
    onSignedOut: (connection) => accounts.dropCredentials(connection),
  });
  const prompts = createPrompts(ports, state);
  const accounts = createAccounts({
    ports,
    state,
    tokens: connections,
    sourceFor: (connection) => reach(connections.settings(connection)).source,
    settingsOf: connections.settings,
    prompts,
  });
  const awsConfig = createAwsConfigSync({
    ports,
    state,
    accounts,
    usualRegion: (account) => usualRegion(account, connections.settings, accounts.resolve),
  });
  const stopKeeping = keepAwsConfig({ state, clock, log, awsConfig, activity });
  const upkeep = createUpkeep({ state, clock, wake: ports.wake, sync: syncInBackground });

  // Commands: one door for the socket, this process and, later, the window.
  const handlers = createHandlers({
    ports,
    state,
    connections,
    accounts,
    confirmations,
    prompts,
    grants,
    endpointUrl: () => loopback.url(),
    settings,
    wayTo: (connection) => wayOf(reach(connections.settings(connection)), connection),
    awsConfig,
    activity,
    recordFile,
    accountsLoaded: accountsLoaded.promise,
    stopping: stopping.signal,
    stop: () => void stop(),
  });
  const router = createRouter(handlers, log);

  // The endpoint: two listeners, each with a guard of its own before the same accounts.
  const events = createEvents(state, clock);
  const ready = accountsLoaded.promise;
  const handOut = createHandOut({ accounts, confirmations, activity, grants, ready });
  const status = () => statusView(state.snapshot());
  const routes = createRoutes(
    {
      accounts,
      handOut,
      clientOf: createClientOf(ports.programOf, ports.processOf),
      router: routerAfterLoading(router, connectionsLoaded.promise, log),
      events,
      log,
      status,
    },
    'socket',
  );
  const server = createEndpointServer(createGuard(['localhost', 'keyfob']), routes, clock);
  const loopback = createLoopback({
    ports,
    state,
    grants,
    respond: createLoopbackRoutes({
      accounts,
      handOut,
      grants,
      grantsLoaded: grantsLoaded.promise,
      activity,
      clock,
      log,
      status,
    }),
  });
  let releaseSocket: () => Promise<void> = async () => {};

  async function syncInBackground(connection: string): Promise<void> {
    try {
      await accountsLoaded.promise;
      await accounts.sync(connection);
    } catch {
      // The connection's view tells how it went, and whoever asks for accounts why there are none.
    }
  }

  async function listen(how?: ListenOptions): Promise<Listening> {
    const { socket } = places;
    releaseSocket = await listenOnSocket(
      socket,
      { server, sockets: ports.sockets, clock, pid },
      how,
    );
    state.update('helper', (helper) => ({ ...helper, socket }));
    log('debug', 'listening', { socket, pid });
    // After the socket: whoever has that has the files, among them the one that names the port.
    const url = await loopback.open();
    return url === undefined ? { socket } : { socket, url };
  }

  async function start(): Promise<void> {
    grants.load().then(grantsLoaded.resolve, (error: unknown) => {
      noteProblem(state, clock, error);
      grantsLoaded.reject(error);
    });
    const settled = Promise.all([connections.load(), settings.load(), activity.load()]);
    settled.then(() => connectionsLoaded.resolve(), connectionsLoaded.reject);
    await settled;
    const names = state.get('connections').map(({ settings }) => settings.name);
    const loading = Promise.all([accounts.load(names), confirmations.load(), awsConfig.load()]);
    loading.then(
      () => {
        accountsLoaded.resolve();
        if (!stopping.signal.aborted) upkeep.start();
      },
      (error: unknown) => {
        log('error', 'accounts_not_loaded', { reason: codeOf(error) });
        accountsLoaded.reject(error);
      },
    );
  }

  async function drain(): Promise<void> {
    const late = new Promise<void>((resolve) => void clock.after(drainMs, resolve));
    await Promise.race([Promise.all([server.idle(), loopback.idle()]), late]);
  }

  async function shutDown(): Promise<void> {
    log('info', 'stopping');
    events.close();
    server.refuseNew();
    loopback.refuseNew();
    stopping.abort(helperStopping());
    upkeep.close();
    stopKeeping();
    prompts.close();
    const refusing = confirmations.close();
    await drain();
    const leavingPort = loopback.close(lateMs);
    await activity.close();
    await refusing.catch(() => undefined);
    for (const part of [settings, awsConfig, grants, accounts, connections]) {
      await part.close().catch((error: unknown) => {
        log('error', 'not_closed', { reason: codeOf(error) });
      });
    }
    await leavingPort;
    // Not earlier: the next helper must find every secret written, and the port free.
    await releaseSocket();
    await server.close(lateMs);
    log('info', 'stopped');
  }

  function stop(): Promise<void> {
    if (!stopping.signal.aborted) shutDown().then(stopped.resolve, stopped.reject);
    return stopped.promise;
  }

  return {
    state,
    handlers,
    client: createInProcessClient(router, { caller: 'socket' }),
    listen,
    start,
    stop,
    stopped: stopped.promise,
  };
}

function helperStopping(): KeyfobError {
  return new KeyfobError('helper_stopping', 'The helper is shutting down.', {
    hint: 'Try again in a moment.',
  });
}

function codeOf(error: unknown): string {
  return error instanceof KeyfobError ? error.code : 'internal';
}
