import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createHelper, type Helper } from '../../main/helper.ts';
import { createNodePorts } from '../../main/platform/node-ports.ts';
import type { Notice, Ports, SecretStore } from '../../main/ports.ts';
import type { CommandClient } from '../../shared/commands.ts';
import { resolvePlaces } from '../../shared/places.ts';
import { createSimulator, type Simulator, type SimulatorOptions } from '../simulator/simulator.ts';
import { temporaryFolder } from './endpoint-stage.ts';
import { createFakeLog, type FakeLog } from './fake-ports.ts';
import { exchange } from './helper-process.ts';
import { approve } from './person.ts';

/** A simulator that stops with the test. */
export async function openSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = createSimulator(options);
  await simulator.start();
  onTestFinished(() => simulator.stop());
  return simulator;
}

export interface HelperStageOptions {
  readonly simulator: Simulator;
  /** KEYFOB_HOME; default a new one. */
  readonly home?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Default: in memory, anew. */
  readonly secrets?: SecretStore;
  /** How long a helper that stops waits for its answers at most, milliseconds; default as in life. */
  readonly drainMs?: number;
  /** Replaces any of the real ports. */
  readonly ports?: (real: Ports) => Partial<Ports>;
}

/** A whole helper on the real ports, in this process, but for browser, notices and log. */
export interface HelperStage {
  readonly helper: Helper;
  readonly client: CommandClient;
  readonly home: string;
  readonly socket: string;
  readonly log: FakeLog;
  readonly notices: Notice[];
  readonly ports: Ports;
  /** Moves this machine's clock and the provider's. */
  advance(ms: number): void;
  get(path: string): ReturnType<typeof exchange>;
  post(path: string, value: unknown): ReturnType<typeof exchange>;
  /** Adds `acme` and signs in, the person approving. */
  signIn(flow: 'device' | 'browser'): Promise<void>;
  stop(): Promise<void>;
}

export async function openHelper(options: HelperStageOptions): Promise<HelperStage> {
  const { simulator, drainMs } = options;
  const home = options.home ?? join(await temporaryFolder(), 'keyfob');
  const env = { KEYFOB_KEYCHAIN: 'memory', ...simulator.env(), ...options.env, KEYFOB_HOME: home };
  const places = resolvePlaces(env, process.platform, '/nowhere');
  const real = createNodePorts({ env, platform: process.platform, places });
  const log = createFakeLog();
  const notices: Notice[] = [];
  let ahead = 0;
  const standIns: Ports = {
    ...real,
    clock: { now: () => real.clock.now() + ahead, after: real.clock.after },
    secrets: options.secrets ?? real.secrets,
    browser: { available: true, open: async (url) => void (await approve(url)) },
    notifier: { notify: (notice) => void notices.push(notice) },
    log,
  };
  const ports: Ports = { ...standIns, ...options.ports?.(standIns) };
  const helper = createHelper(ports, {
    version: '1.2.3',
    places,
    ...(drainMs === undefined ? {} : { drainMs }),
  });
  const { client } = helper;
  const { socket } = await helper.listen();
  onTestFinished(() => helper.stop());
  await helper.start();

  return {
    helper,
    client,
    home,
    socket,
    log,
    notices,
    ports,
    advance(ms) {
      ahead += ms;
      simulator.advance(ms);
    },
    get: (path) => exchange(socket, 'GET', path),
    post: (path, value) => exchange(socket, 'POST', path, JSON.stringify(value)),
    async signIn(flow) {
      await client.call('connection.add', {
        kind: 'identity-center',
        name: 'acme',
        startUrl: simulator.startUrl,
        region: simulator.region,
      });
      const started = await client.call('signIn.start', { connection: 'acme', flow });
      if (started.userCode !== undefined) simulator.approve(started.userCode);
      await client.call('signIn.wait', { connection: 'acme' });
      await client.call('accounts.sync', { connection: 'acme' });
    },
    stop: () => helper.stop(),
  };
}
