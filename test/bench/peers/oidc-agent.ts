import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { people } from '../../openid-provider/people.ts';
import type { OpenidProcess } from '../openid.ts';

/** oidc-agent, running and signed in to the provider as `corp`. */
export interface OidcAgent {
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  end(): Promise<void>;
}

export const oidcToken = '/usr/bin/oidc-token';

/**
 * Starts Debian's oidc-agent with a configuration of its own and signs it in by the password grant,
 * the one way that needs no browser. Undefined where it is not installed.
 */
export async function startOidcAgent(provider: OpenidProcess): Promise<OidcAgent | undefined> {
  if (!existsSync(oidcToken)) return undefined;
  const home = mkdtempSync(join(tmpdir(), 'keyfob-oidc-agent-'));
  const socket = join(home, 'socket');
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    OIDC_CONFIG_DIR: home,
    OIDC_SOCK: socket,
    OIDC_ENCRYPTION_PW: 'bench',
  };
  const agent = spawn('/usr/bin/oidc-agent', ['--console', `--socket-path=${socket}`], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  async function end(): Promise<void> {
    const exited = once(agent, 'exit');
    agent.kill();
    await exited;
    rmSync(home, { recursive: true, force: true });
  }
  try {
    await listening(socket);
    signIn(provider, env);
    const { stdout } = spawnSync(oidcToken, ['--version'], { encoding: 'utf8' });
    return { version: stdout.trim(), env, end };
  } catch (error) {
    await end();
    throw error;
  }
}

function signIn({ issuer, clientId, clientSecret }: OpenidProcess, env: OidcAgent['env']): void {
  const [person] = people;
  const { status, stdout, stderr } = spawnSync(
    '/usr/bin/oidc-gen',
    [
      'corp',
      `--issuer=${issuer}`,
      `--client-id=${clientId}`,
      `--client-secret=${clientSecret}`,
      '--scope=openid offline_access',
      '--redirect-uri=http://localhost:4242',
      '--flow=password',
      `--op-username=${person?.username}`,
      `--op-password=${person?.password}`,
      '--pw-env',
      '--prompt=none',
    ],
    { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 30_000 },
  );
  if (status !== 0) throw new Error(`oidc-gen ended with ${status}: ${stdout}${stderr}`);
}

async function listening(socket: string): Promise<void> {
  for (let attempt = 0; !existsSync(socket); attempt += 1) {
    if (attempt === 100) throw new Error('oidc-agent does not listen');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
