import { randomUUID } from 'node:crypto';
import type { Simulator } from '../simulator/simulator.ts';
import type { AwsCli } from './aws-cli.ts';
import type { Call, Scenario } from './scenarios/scenario.ts';

/** What the CLI tells: the result, or the exception's name. */
export type CliOutcome = { readonly result: unknown } | { readonly exception: string };

/**
 * What version 2.9.19 knows: its model is older than the browser sign-in. Its `sso logout` is a
 * command of its own, which simulator-login.test.ts runs.
 */
const known: Readonly<Record<string, readonly string[]>> = {
  RegisterClient: ['clientName', 'clientType', 'scopes'],
  StartDeviceAuthorization: ['clientId', 'clientSecret', 'startUrl'],
  CreateToken: [
    'clientId',
    'clientSecret',
    'grantType',
    'deviceCode',
    'code',
    'refreshToken',
    'scope',
    'redirectUri',
  ],
  ListAccounts: ['accessToken', 'nextToken', 'maxResults'],
  ListAccountRoles: ['accessToken', 'accountId', 'nextToken', 'maxResults'],
  GetRoleCredentials: ['accessToken', 'accountId', 'roleName'],
};
const required: Readonly<Record<string, readonly string[]>> = {
  StartDeviceAuthorization: ['clientSecret'],
};

/** Whether the CLI's model can express the call at all. */
export function cliKnows(operation: Scenario['operation'], { input }: Call): boolean {
  const members = known[operation];
  return (
    members !== undefined &&
    Object.keys(input).every((name) => members.includes(name)) &&
    (required[operation] ?? []).every((name) => input[name] !== undefined)
  );
}

/** Makes a scenario's call with `aws sso-oidc …` or `aws sso …`. */
export async function callWithCli(
  cli: AwsCli,
  simulator: Simulator,
  operation: Scenario['operation'],
  { input, region = simulator.region }: Call,
): Promise<CliOutcome> {
  const env = simulator.env();
  const portal = /^(List|Get)/.test(operation);
  const file = await cli.write(`${randomUUID()}.json`, JSON.stringify(input));
  const { exitCode, stdout, stderr } = await cli.run([
    portal ? 'sso' : 'sso-oidc',
    operation.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase(),
    ...['--cli-input-json', `file://${file}`],
    ...['--endpoint-url', portal ? env.AWS_ENDPOINT_URL_SSO : env.AWS_ENDPOINT_URL_SSO_OIDC],
    ...['--region', region],
    ...['--output', 'json'],
    '--no-paginate',
  ]);
  if (exitCode === 0) return { result: JSON.parse(stdout) };
  const exception = /An error occurred \((\w+)\) when calling/.exec(stderr)?.[1];
  if (exception === undefined) throw new Error(`aws ended with ${exitCode}: ${stderr}`);
  return { exception };
}
