import { createOidcClient } from '../../main/identity-center/oidc-client.ts';
import { createPortalClient } from '../../main/identity-center/portal-client.ts';
import { createFetch } from '../../main/platform/fetch.ts';
import { createServerClock, createUpstream } from '../../main/upstream.ts';
import { isKeyfobError, type KeyfobError } from '../../shared/errors.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { createFakePorts } from './fake-ports.ts';
import type { Call, Outcome, Scenario } from './scenarios/scenario.ts';

const fetch = createFetch({ env: {} });

/**
 * Makes a scenario's call with Keyfob's own clients, once, and tells what came of it in the words
 * of the service model, so that it can be held against what the AWS SDK gets.
 */
export async function callWithOurs(
  simulator: Simulator,
  operation: Scenario['operation'],
  call: Call,
): Promise<Outcome> {
  try {
    return { result: withoutUndefined(await send(simulator, operation, call)) };
  } catch (error) {
    if (!isKeyfobError(error)) throw error;
    return outcomeOf(error);
  }
}

async function send(
  simulator: Simulator,
  operation: Scenario['operation'],
  { input, keys, region = simulator.region }: Call,
): Promise<object> {
  const { log, random } = createFakePorts();
  const clock = { now: Date.now, after: () => () => undefined };
  const serverClock = createServerClock(clock);
  const upstream = createUpstream({
    fetch,
    clock,
    random,
    log,
    serverClock,
    attempts: 1,
  });
  const deps = { region, env: simulator.env(), upstream, serverClock };
  const oidc = createOidcClient(deps);
  const portal = createPortalClient(deps);
  const request = input as never;
  const { accessToken, accountId, roleName, nextToken } = input as Record<string, string>;
  const bearer = { accessToken: accessToken ?? '' };
  switch (operation) {
    case 'RegisterClient': {
      const { issuedAt, expiresAt, ...rest } = await oidc.registerClient(request);
      return {
        ...rest,
        clientIdIssuedAt: issuedAt && issuedAt / 1000,
        clientSecretExpiresAt: expiresAt / 1000,
      };
    }
    case 'StartDeviceAuthorization':
      return oidc.startDeviceAuthorization(request);
    case 'CreateToken':
      return oidc.createToken(request);
    case 'CreateTokenWithIAM':
      if (keys === undefined) throw new Error('CreateTokenWithIAM needs keys.');
      return oidc.createTokenWithIam(request, keys);
    case 'ListAccounts': {
      const page = await portal.listAccounts(bearer, nextToken);
      return { accountList: page.items, nextToken: page.nextToken };
    }
    case 'ListAccountRoles': {
      const page = await portal.listAccountRoles(bearer, accountId ?? '', nextToken);
      const roleList = page.items.map((item) => ({ roleName: item, accountId }));
      return { roleList, nextToken: page.nextToken };
    }
    case 'GetRoleCredentials': {
      const account = { accountId: accountId ?? '', roleName: roleName ?? '' };
      return { roleCredentials: await portal.getRoleCredentials(bearer, account) };
    }
    case 'Logout':
      await portal.logout(bearer);
      return {};
  }
}

/** Our codes of the portal's exceptions; those of SSO-OIDC are its own `error`. */
const portalCodes: Readonly<Record<string, string>> = {
  UnauthorizedException: 'unauthorized',
  ForbiddenException: 'forbidden',
  ResourceNotFoundException: 'not_found',
  TooManyRequestsException: 'too_many_requests',
};

function outcomeOf({ code, details = {} }: KeyfobError): Outcome {
  const { awsType, status, operation, reason, region, endpoint } = details;
  const exception = String(awsType);
  const answered = { exception, status: Number(status) };
  const isPortal = !/^(RegisterClient|StartDevice|CreateToken)/.test(String(operation));
  if (isPortal) {
    const expected = portalCodes[exception];
    if (expected !== undefined && expected !== code) throw new Error(`${exception} became ${code}`);
    return answered;
  }
  const members = {
    error: code === 'invalid_request_region' ? 'invalid_request' : code,
    reason,
    region,
    // We keep the host alone.
    endpoint: endpoint === undefined ? undefined : `https://${endpoint}`,
  };
  return { ...answered, members: withoutUndefined(members) as Record<string, string> };
}

function withoutUndefined(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}
