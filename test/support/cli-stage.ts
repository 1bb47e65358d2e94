import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSimulator, type Simulator } from '../simulator/simulator.ts';
import { compileCache } from './compile-cache.ts';
import { type Ended, type Run, runProgram } from './run-program.ts';

const root = join(import.meta.dirname, '../..');

/** As users have it: it starts, and starts a helper, in a fifth of the time. Made by `npm run build`. */
export const builtCommand = [process.execPath, join(root, 'dist/command/keyfob.cjs')];

/** The command as a process, with folders of its own and the simulator to talk to. */
export interface CliStage {
  readonly folder: string;
  readonly simulator: Simulator;
  readonly env: Readonly<Record<string, string>>;
  start(args: readonly string[], env?: Readonly<Record<string, string>>): Run;
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  /** Runs a command that must succeed with `--json`, and returns what it printed. */
  json<T>(...args: string[]): Promise<T>;
  /** Adds the simulator's Identity Center as `acme`. */
  addAcme(): Promise<void>;
  /** Signs in to `acme` by device code, as a person would. */
  login(): Promise<Ended>;
  /** The process id of the helper that runs, if one does. */
  helperPid(): Promise<number | undefined>;
  clear(): Promise<void>;
}

export interface CliStageOptions {
  /** How the command is called; default: its source, by this Node. */
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export async function setCliStage(options: CliStageOptions = {}): Promise<CliStage> {
  const folder = mkdtempSync(join(tmpdir(), 'keyfob-cli-'));
  const simulator = createSimulator();
  await simulator.start();
  const env: Record<string, string> = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    USERPROFILE: folder,
    KEYFOB_HOME: join(folder, 'keyfob'),
    KEYFOB_KEYCHAIN: 'memory',
    KEYFOB_BROWSER: `"${process.execPath}" "${join(root, 'test/support/person.ts')}"`,
    ...compileCache,
    ...simulator.env(),
    ...options.env,
  };
  const command = options.command ?? [process.execPath, join(root, 'main/cli/keyfob.ts')];

  const start: CliStage['start'] = (args, more = {}) =>
    runProgram([...command, ...args], { ...env, ...more });
  const run: CliStage['run'] = (args, more) => start(args, more).ended;

  async function mustRun(args: readonly string[]): Promise<Ended> {
    const ended = await run(args);
    if (ended.code !== 0) throw new Error(`\`${args.join(' ')}\`: ${ended.stderr}`);
    return ended;
  }

  async function helperPid(): Promise<number | undefined> {
    const { code, stdout } = await run(['status', '--json', '--no-autostart']);
    return code === 0 ? JSON.parse(stdout).helper.pid : undefined;
  }

  return {
    folder,
    simulator,
    env,
    start,
    run,
    helperPid,
    async json(...args) {
      return JSON.parse((await mustRun([...args, '--json'])).stdout);
    },
    async addAcme() {
      const { startUrl, region } = simulator;
      const add = ['connection', 'add', 'identity-center', '--name', 'acme'];
      await mustRun([...add, '--start-url', startUrl, '--region', region]);
    },
    async login() {
      const login = start(['login', 'acme', '--device']);
      const [code] = await login.until(/\b[A-Z0-9]{4}-[A-Z0-9]{4}\b/);
      simulator.approve(code);
      return login.ended;
    },
    async clear() {
      const pid = await helperPid();
      if (pid !== undefined) await endProcess(pid, 'SIGTERM');
      await simulator.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Ends a process that is no child of ours, and waits until it is gone. */
export async function endProcess(pid: number, signal: NodeJS.Signals): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    try {
      process.kill(pid, tries === 0 ? signal : 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`Process ${pid} does not end.`);
}
