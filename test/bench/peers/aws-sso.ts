import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Account } from '../../../shared/model.ts';
import { startAwsHosts } from '../../support/aws-hosts.ts';
import { createCertificateAuthority } from '../../support/certificate-authority.ts';
import { type BenchStage, keyfob } from '../stage.ts';

export const aws = '/usr/bin/aws';

/** The AWS CLI with two profiles of the same role: `own`, by its own sign-in, and `ours`. */
export interface AwsSso {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds of a whole `aws` that gets the credentials of a profile. */
  time(profile: 'own' | 'ours'): Promise<number>;
  /** Has the CLI forget the credentials, though not its sign-in. */
  forget(): void;
  end(): void;
}

const run = promisify(execFile);

/** Signs the AWS CLI in to the stage's simulator. Undefined where there is no AWS CLI. */
export async function startAwsSso(
  { simulator, env: stageEnv }: BenchStage,
  account: Extract<Account, { kind: 'aws-role' }>,
): Promise<AwsSso | undefined> {
  if (!existsSync(aws)) return undefined;
  const { startUrl, region } = simulator;
  const authority = createCertificateAuthority();
  const folder = join(authority.folder, 'home');
  const config = join(folder, '.aws/config');
  mkdirSync(join(folder, '.aws'), { recursive: true });
  writeFileSync(
    config,
    `[sso-session bench]
sso_start_url = ${startUrl}
sso_region = ${region}
sso_registration_scopes = sso:account:access

[profile own]
sso_session = bench
sso_account_id = ${account.accountId}
sso_role_name = ${account.roleName}
region = ${region}

[profile ours]
credential_process = "${keyfob}" credential-process ${account.path}
region = ${region}
`,
  );
  const hosts = await startAwsHosts(simulator.env, region, authority);
  const env = {
    ...stageEnv,
    HOME: folder,
    LC_ALL: 'C.UTF-8',
    HTTPS_PROXY: hosts.proxy,
    AWS_CA_BUNDLE: authority.file,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const end = () => {
    hosts.end();
    authority.remove();
  };
  try {
    await signIn(simulator, env);
  } catch (error) {
    end();
    throw error;
  }
  return {
    env,
    async time(profile) {
      const began = performance.now();
      await run(aws, ['configure', 'export-credentials', '--profile', profile], { env });
      return performance.now() - began;
    },
    forget: () => rmSync(join(folder, '.aws/cli'), { recursive: true, force: true }),
    end,
  };
}

async function signIn(simulator: BenchStage['simulator'], env: AwsSso['env']): Promise<void> {
  const { stdout } = await run(aws, ['--version'], { env });
  // Version 2.22 made the browser the default.
  const device = Number(/aws-cli\/2\.(\d+)/.exec(stdout)?.[1]) >= 22 ? ['--use-device-code'] : [];
  const login = run(aws, ['sso', 'login', '--sso-session', 'bench', '--no-browser', ...device], {
    env,
    timeout: 60_000,
  });
  const ended = login.then(() => true);
  for (;;) {
    const { userCodes } = await simulator.control<{ userCodes: readonly string[] }>('devices');
    if (userCodes.length > 0) break;
    if (await Promise.race([ended, sleep(100, false)])) return;
  }
  await simulator.control('approve', {});
  await login;
}
