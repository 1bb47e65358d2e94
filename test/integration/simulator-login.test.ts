import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createSimulator } from '../simulator/simulator.ts';
import { createAwsCli } from '../support/aws-cli.ts';
import { startAwsHosts } from '../support/aws-hosts.ts';
import {
  type CertificateAuthority,
  createCertificateAuthority,
} from '../support/certificate-authority.ts';
import { approve } from '../support/person.ts';

/**
 * The AWS CLI's own sign-in against the simulator, under AWS's own host names: the CLI reaches
 * them through a proxy that leads here.
 */

let authority: CertificateAuthority;
beforeAll(() => {
  authority = createCertificateAuthority();
});
afterAll(() => authority.remove());

function profile(role: string, region: string): string {
  return `
[profile ${role}]
sso_session = demo
sso_account_id = 000000000042
sso_role_name = ${role}
region = ${region}
`;
}

test('aws sso login, a role, a renewal and aws sso logout', async () => {
  const simulator = createSimulator({
    // With less than 15 minutes left the CLI renews at every use, each time with the newest token.
    switches: { rotation: 'strict', lifetimes: { accessSeconds: 600 } },
  });
  const { origin } = await simulator.start();
  const cli = await createAwsCli();
  try {
    const { region, startUrl, journal } = simulator;
    const hosts = await startAwsHosts(simulator.env(), region, authority);
    onTestFinished(() => hosts.end());
    await cli.write(
      '.aws/config',
      `[sso-session demo]
sso_start_url = ${startUrl}
sso_region = ${region}
sso_registration_scopes = sso:account:access
${['Admin', 'ReadOnly'].map((role) => profile(role, region)).join('')}`,
    );
    const aws = (...args: string[]) =>
      cli.run(args, {
        HTTPS_PROXY: hosts.proxy,
        AWS_CA_BUNDLE: authority.file,
      });

    // Version 2.22 made the browser the default.
    const [, minor] = /aws-cli\/2\.(\d+)/.exec((await aws('--version')).stdout) ?? [];
    const device = Number(minor) >= 22 ? ['--use-device-code'] : [];
    const login = aws('sso', 'login', '--sso-session', 'demo', '--no-browser', ...device);
    await expect.poll(() => simulator.pendingUserCodes().length).toBe(1);
    const [userCode] = simulator.pendingUserCodes();
    await approve(`${origin}/device?user_code=${userCode}`);
    const { stdout, stderr, exitCode } = await login;
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(userCode);
    expect(hosts.requests).toContain(`CONNECT oidc.${region}.amazonaws.com:443`);

    for (const role of ['Admin', 'ReadOnly']) {
      journal.clear();
      const identity = await aws('sts', 'get-caller-identity', '--profile', role);
      expect(identity.stderr).toBe('');
      expect(identity.stdout).toContain(`AWSReservedSSO_${role}_`);
      expect(journal.counts()).toEqual({
        CreateToken: 1,
        GetRoleCredentials: 1,
        GetCallerIdentity: 1,
      });
    }

    const logout = await aws('sso', 'logout');
    expect(logout.exitCode).toBe(0);
    expect(journal.entries.at(-1)).toMatchObject({ operation: 'Logout', status: 200 });
    const after = await aws('sts', 'get-caller-identity', '--profile', 'Admin');
    expect(after.exitCode).not.toBe(0);
    expect(after.stderr).toMatch(/Error loading SSO Token/);
  } finally {
    await cli.remove();
    await simulator.stop();
  }
});
