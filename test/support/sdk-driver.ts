import * as sso from '@aws-sdk/client-sso';
import * as oidc from '@aws-sdk/client-sso-oidc';
import type { Simulator } from '../simulator/simulator.ts';
import type {
  Call,
  OidcOperation,
  Outcome,
  PortalOperation,
  Scenario,
} from './scenarios/scenario.ts';

/** Makes a scenario's call with the AWS SDK for JavaScript, once, and tells what came of it. */
export async function callWithSdk(
  simulator: Simulator,
  operation: Scenario['operation'],
  { input, keys, region = simulator.region }: Call,
): Promise<Outcome> {
  const env = simulator.env();
  const common = {
    region,
    endpoint: isPortal(operation) ? env.AWS_ENDPOINT_URL_SSO : env.AWS_ENDPOINT_URL_SSO_OIDC,
    maxAttempts: 1,
    // Operations without signature must not need any keys.
    credentials: keys ?? (() => Promise.reject(new Error('This call is not signed.'))),
  };
  try {
    const { $metadata, ...result } = isPortal(operation)
      ? await portalCalls[operation](new sso.SSO(common), input as never)
      : await oidcCalls[operation](new oidc.SSOOIDC(common), input as never);
    if ($metadata.requestId === undefined) throw new Error('The answer has no request id.');
    return { result: withoutUndefined(result) };
  } catch (error) {
    return outcomeOf(error);
  }
}

// The input is checked by the simulator; the SDK's types are for whoever writes it by hand.
const oidcCalls: Record<OidcOperation, (client: oidc.SSOOIDC, input: never) => Promise<Answer>> = {
  RegisterClient: (client, input) => client.registerClient(input),
  StartDeviceAuthorization: (client, input) => client.startDeviceAuthorization(input),
  CreateToken: (client, input) => client.createToken(input),
  CreateTokenWithIAM: (client, input) => client.createTokenWithIAM(input),
};
const portalCalls: Record<PortalOperation, (client: sso.SSO, input: never) => Promise<Answer>> = {
  ListAccounts: (client, input) => client.listAccounts(input),
  ListAccountRoles: (client, input) => client.listAccountRoles(input),
  GetRoleCredentials: (client, input) => client.getRoleCredentials(input),
  Logout: (client, input) => client.logout(input),
};

type Answer = { $metadata: { requestId?: string | undefined } };

function isPortal(operation: Scenario['operation']): operation is PortalOperation {
  return operation in portalCalls;
}

/** The exception's class must be the SDK's own for that name, where the model has one. */
function outcomeOf(error: unknown): Outcome {
  const ours =
    error instanceof oidc.SSOOIDCServiceException || error instanceof sso.SSOServiceException;
  if (!ours) throw error;
  const { name } = error;
  const classes: Record<string, unknown> =
    error instanceof oidc.SSOOIDCServiceException ? { ...oidc } : { ...sso };
  const Class = classes[name];
  if (typeof Class === 'function' && !(error instanceof Class)) {
    throw new Error(`${name} is not of its class`);
  }
  const members = Object.fromEntries(
    ['error', 'reason', 'endpoint', 'region'].flatMap((member) => {
      const value = (error as unknown as Record<string, unknown>)[member];
      return typeof value === 'string' ? [[member, value]] : [];
    }),
  );
  const status = error.$metadata.httpStatusCode ?? 0;
  return Object.keys(members).length === 0
    ? { exception: name, status }
    : { exception: name, status, members };
}

/** The SDK sets absent members to undefined; on the wire there is no such thing. */
function withoutUndefined(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
