/** The built command and helper with a real keychain, from the sign-in to the sign-out. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lookForSecrets } from '../demo/secrets.ts';
import { createSimulator } from '../simulator/simulator.ts';
import { endProcess } from '../support/cli-stage.ts';
import { eventually } from '../support/eventually.ts';
import { keychainValues } from '../support/keychain-steps.ts';
import { type KeyringSession, startKeyringSession } from '../support/keyring-session.ts';
import { runProgram } from '../support/run-program.ts';

const command = join(import.meta.dirname, '../../dist/command/keyfob.cjs');
const callers = 40;

/** Elsewhere the keychain is the user's own, and no test's business. */
describe.runIf(process.platform === 'linux')('a whole run', () => {
  const simulator = createSimulator({
    switches: { rotation: 'grace', lifetimes: { accessSeconds: 2 } },
  });
  let folder = '';
  let keyring: KeyringSession;
  let env: Readonly<Record<string, string>> = {};

  beforeAll(async () => {
    await simulator.start();
    folder = await mkdtemp(join(tmpdir(), 'keyfob-whole-'));
    keyring = await startKeyringSession(join(folder, 'keyring'));
    env = {
      ...keyring.env,
      ...simulator.env(),
      KEYFOB_HOME: join(folder, 'keyfob'),
      KEYFOB_LOG_LEVEL: 'debug',
    };
  });
  afterAll(async () => {
    if (env.KEYFOB_HOME !== undefined) await endHelper('SIGTERM');
    await keyring?.stop();
    await simulator.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const start = (...args: string[]) => runProgram([process.execPath, command, ...args], env);
  async function run(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await start(...args).ended;
    if (code !== 0) throw new Error(`\`keyfob ${args.join(' ')}\` ended with ${code}: ${stderr}`);
    return stdout;
  }

  async function endHelper(signal: NodeJS.Signals): Promise<void> {
    const { code, stdout } = await start('status', '--json', '--no-autostart').ended;
    if (code === 0) await endProcess(JSON.parse(stdout).helper.pid, signal);
  }

  async function login(): Promise<void> {
    const signIn = start('login', 'acme', '--device');
    const [code] = await signIn.until(/\b[A-Z]{4}-[A-Z]{4}\b/);
    simulator.approve(code);
    expect((await signIn.ended).code).toBe(0);
  }

  async function keychainItems(): Promise<unknown> {
    // One that the helper replaces while they are listed can't be.
    const [items] = await eventually(() => keychainValues(keyring.env, { do: 'list' }));
    return items;
  }

  /** The secrets that the simulator gave out and that are in the keychain now. */
  async function inKeychain(): Promise<string[]> {
    const held = JSON.stringify(await keychainItems());
    // Values are split over items: half of a secret tells it from any other.
    return simulator.secrets().filter((secret) => held.includes(secret.slice(0, 40)));
  }

  test('signs in, and the keychain holds what no file does', async () => {
    const { startUrl, region } = simulator;
    const place = ['--name', 'acme', '--start-url', startUrl, '--region', region];
    await run('connection', 'add', 'identity-center', ...place);
    await login();
    const { accounts } = JSON.parse(await run('accounts', '--json'));
    await run('use', accounts[0].path);
    expect(JSON.parse(await run('credential-process'))).toMatchObject({ Version: 1 });

    await eventually(async () => {
      const kept = await inKeychain();
      expect(kept.some((secret) => secret.startsWith('aoa'))).toBe(true);
      expect(kept.some((secret) => secret.startsWith('aor'))).toBe(true);
    });
    lookForSecrets(folder, simulator.secrets());
  });

  test(`${callers} credential-process at once, with the session expired and the helper killed: one refresh`, async () => {
    await endHelper('SIGKILL');
    await sleep(2_500); // The access token lapses, with nobody there to renew it.
    simulator.switches.lifetimes.accessSeconds = 3_600;
    simulator.journal.clear();

    const answers = await Promise.all(
      Array.from({ length: callers }, () => start('credential-process').ended),
    );
    expect(answers.filter(({ code }) => code !== 0)).toEqual([]);
    const keys = new Set(answers.map(({ stdout }) => JSON.parse(stdout).AccessKeyId));
    expect(keys.size).toBe(1);
    expect(simulator.journal.counts()).toMatchObject({ CreateToken: 1, GetRoleCredentials: 1 });
    // A sign-in that nobody asked for would have begun here.
    expect(simulator.journal.count('StartDeviceAuthorization')).toBe(0);
    lookForSecrets(folder, simulator.secrets());
  });

  test('what goes wrong tells no secret, on the screen or in the log', async () => {
    const { accounts } = JSON.parse(await run('accounts', '--json'));
    const printed: string[] = [];
    async function mustFail(): Promise<void> {
      const { code, stdout, stderr } = await start('credential-process', accounts[1].path).ended;
      expect({ code, stdout }).not.toMatchObject({ code: 0 });
      printed.push(stdout, stderr);
    }
    for (const kind of ['truncated', 'not_json', 'cut'] as const) {
      simulator.faults.inject('GetRoleCredentials', { kind });
      await mustFail();
      simulator.faults.clear();
    }
    simulator.endSessions();
    await mustFail();
    for (const name of ['status', 'doctor']) printed.push((await start(name).ended).stdout);
    for (const secret of simulator.secrets()) expect(printed.join().includes(secret)).toBe(false);
    lookForSecrets(folder, simulator.secrets());
  });

  test('after the sign-out nothing is left in the keychain, nor in any file', async () => {
    await login();
    await run('credential-process');
    expect(await inKeychain()).not.toEqual([]);
    await run('logout', 'acme');
    expect(await keychainItems()).toEqual([]);
    lookForSecrets(folder, simulator.secrets());
  });
});
