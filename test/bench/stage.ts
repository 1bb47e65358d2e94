import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Account } from '../../shared/model.ts';
import { type HelperProcess, startHelperProcess } from '../support/helper-process.ts';

/** The simulator as a process of its own, so that its work is not ours. */
export interface SimulatorProcess {
  readonly env: Readonly<Record<string, string>>;
  readonly startUrl: string;
  readonly region: string;
  /** `POST /_sim/<what>`, or GET without an input. */
  control<T>(what: string, input?: unknown): Promise<T>;
  end(): Promise<void>;
}

const root = join(import.meta.dirname, '../..');
export const keyfob = join(root, 'dist/keyfob');

/** @param settings as `--set` of the simulator takes them */
export async function startSimulatorProcess(
  settings: readonly string[],
): Promise<SimulatorProcess> {
  const args = ['--json', ...settings.flatMap((setting) => ['--set', setting])];
  const child = spawn(process.execPath, [join(root, 'test/simulator/main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const ready: Pick<SimulatorProcess, 'env' | 'startUrl' | 'region'> & { origin: string } =
    JSON.parse(String(line));
  return {
    ...ready,
    async control<T>(what: string, input?: unknown): Promise<T> {
      const answer = await fetch(`${ready.origin}/_sim/${what}`, {
        // Whoever is being measured, the bench stands still meanwhile, and misses that a kept
        // connection was closed.
        headers: { connection: 'close' },
        ...(input === undefined ? {} : { method: 'POST', body: JSON.stringify(input) }),
      });
      if (!answer.ok) throw new Error(`The simulator refused ${what}: ${await answer.text()}`);
      return (await answer.json()) as T;
    },
    async end() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

/** The helper as it was built, signed in to a simulator, with its accounts listed. */
export interface BenchStage {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly simulator: SimulatorProcess;
  readonly helper: HelperProcess;
  readonly accounts: readonly Account[];
  /** Starts the helper anew on the same files. */
  restart(): Promise<HelperProcess>;
  end(): Promise<void>;
}

/** @param sync false: whoever asked takes the time of the sync itself */
export async function setBenchStage(settings: readonly string[], sync = true): Promise<BenchStage> {
  const home = mkdtempSync(join(tmpdir(), 'keyfob-bench-'));
  const simulator = await startSimulatorProcess(settings);
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    KEYFOB_HOME: home,
    KEYFOB_KEYCHAIN: 'memory',
    ...simulator.env,
  };
  const script = join(root, 'dist/helper/daemon.js');
  let helper: HelperProcess | undefined;
  async function end(): Promise<void> {
    await helper?.end();
    await simulator.end();
    rmSync(home, { recursive: true, force: true });
  }
  try {
    helper = await startHelperProcess({ env, script });
    const accounts = await signIn(helper, simulator, sync);
    return {
      env,
      simulator,
      helper,
      accounts,
      async restart() {
        await helper?.end();
        helper = await startHelperProcess({ env, script });
        return helper;
      },
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

async function signIn(
  helper: HelperProcess,
  simulator: SimulatorProcess,
  sync: boolean,
): Promise<readonly Account[]> {
  await helper.call('connection.add', {
    kind: 'identity-center',
    name: 'acme',
    startUrl: simulator.startUrl,
    region: simulator.region,
    flow: 'device',
  });
  await helper.call('signIn.start', { connection: 'acme', openBrowser: false });
  await simulator.control('approve', {});
  await helper.call('signIn.wait', { connection: 'acme' });
  if (sync) await helper.call('accounts.sync', { connection: 'acme' });
  const { accounts } = await helper.call('accounts.list', {});
  return accounts;
}

export function credentialsPath(account: Account): string {
  return `/v1/aws/credentials?account=${encodeURIComponent(account.path)}`;
}

/** The stage's first account. */
export function oneAccount({ accounts }: BenchStage): Account {
  const [account] = accounts;
  if (account === undefined) throw new Error('The catalogue is empty');
  return account;
}
