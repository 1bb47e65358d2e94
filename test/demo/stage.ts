import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createSimulator, type Simulator, type SimulatorUrls } from '../simulator/simulator.ts';
import { type KeyringSession, startKeyringSession } from '../support/keyring-session.ts';

/** Everything the demo plays on: a private folder, a keychain, the simulator, the environment. */
export interface Stage {
  readonly folder: string;
  readonly simulator: Simulator;
  readonly urls: SimulatorUrls;
  readonly env: Readonly<Record<string, string>>;
  /** What the secrets lie in, as a sentence. */
  readonly keychain: string;
  clear(): Promise<void>;
}

const root = join(import.meta.dirname, '../..');

export async function setStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'keyfob-demo-'));
  const home = join(folder, 'home');
  mkdirSync(home, { mode: 0o700 });
  const simulator = createSimulator({
    startUrl: 'https://acme.awsapps.com/start',
    switches: { accounts: 4, rolesPerAccount: 2 },
  });
  const urls = await simulator.start();
  const keyring = await startKeyringSession(home).catch(() => undefined);
  const env = {
    ...inherited(),
    ...keychainEnv(keyring),
    HOME: home,
    USERPROFILE: home,
    PATH: [join(root, 'dist'), process.env.PATH ?? ''].join(delimiter),
    KEYFOB_HOME: join(folder, 'keyfob'),
    KEYFOB_BROWSER: `"${process.execPath}" "${join(root, 'test/support/person.ts')}"`,
    AWS_CONFIG_FILE: join(home, '.aws', 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(home, '.aws', 'credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    ...simulator.env(),
  };
  return {
    folder,
    simulator,
    urls,
    env,
    keychain:
      keyring === undefined
        ? 'this machine has no gnome-keyring to start, so this demo keeps its secrets in memory'
        : 'gnome-keyring, in a D-Bus session of its own',
    async clear() {
      await keyring?.stop();
      await simulator.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function keychainEnv(keyring: KeyringSession | undefined): Readonly<Record<string, string>> {
  return keyring?.env ?? { KEYFOB_KEYCHAIN: 'memory' };
}

/** The person's environment without what would lead Keyfob or the AWS CLI to the real world. */
function inherited(): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value === undefined || /^(AWS_|KEYFOB_|XDG_|DBUS_|SSH_|HTTPS?_PROXY$)/i.test(name))
      continue;
    env[name] = value;
  }
  return env;
}
