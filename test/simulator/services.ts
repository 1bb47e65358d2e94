import type { ServiceName } from './answers.ts';
import { createAuthorizationCodes } from './authorization-codes.ts';
import { authorize } from './authorize.ts';
import type { Context } from './context.ts';
import { createToken } from './create-token.ts';
import { createTokenWithIam } from './create-token-with-iam.ts';
import { createDeviceGrants } from './device-grants.ts';
import { decideDevice, showDevicePage } from './device-pages.ts';
import { createEcr } from './ecr.ts';
import { createFederation } from './federation.ts';
import { formOf, type Reply, type SimRequest } from './http.ts';
import { createKeys } from './keys.ts';
import { createMfaDevices } from './mfa.ts';
import { createPortal } from './portal.ts';
import { createRegistrations } from './registrations.ts';
import { createSessions } from './sessions.ts';
import { createSts } from './sts.ts';
import { createTokenIssuer } from './token-issuer.ts';
import { createWebIssuers } from './web-identity.ts';

export interface Operation {
  readonly name: string;
  handle(request: SimRequest): Reply;
}

/** The state of the simulated instance, and the operations on it. */
export function createServices(context: Context) {
  const registrations = createRegistrations(context);
  const sessions = createSessions(context);
  const deviceGrants = createDeviceGrants(context, registrations);
  const codes = createAuthorizationCodes(context, sessions);
  const keys = createKeys(context);
  const portal = createPortal(context, sessions, keys);
  const trustedIssuer = createTokenIssuer('https://tokens.example.com');
  const idTokens = createTokenIssuer(context.issuerUrl);
  const mfa = createMfaDevices(context);
  const webIssuers = createWebIssuers();
  const identityContexts = new Set<string>();
  const sts = createSts({
    context,
    keys,
    mfa,
    webIssuers,
    isIdentityContext: (assertion) => identityContexts.has(assertion),
  });
  const federation = createFederation(context, keys);
  const ecr = createEcr(context, keys);
  const identityContext = () => {
    const made = context.mint.identityContext();
    identityContexts.add(made);
    return made;
  };
  const iam = {
    context,
    keys,
    codes,
    sessions,
    trustedIssuer,
    webIssuers,
    idTokens,
    identityContext,
  };
  const forTokens = { context, registrations, deviceGrants, codes, sessions };

  const routes: Record<'oidc' | 'portal', Record<string, Operation>> = {
    oidc: {
      'POST /client/register': { name: 'RegisterClient', handle: registrations.register },
      'POST /device_authorization': {
        name: 'StartDeviceAuthorization',
        handle: deviceGrants.start,
      },
      'POST /token': { name: 'CreateToken', handle: (request) => createToken(forTokens, request) },
      'POST /token?aws_iam=t': {
        name: 'CreateTokenWithIAM',
        handle: (request) => createTokenWithIam(iam, request),
      },
      'GET /authorize': { name: 'Authorize', handle: (request) => authorize(forTokens, request) },
      'POST /authorize': { name: 'Authorize', handle: (request) => authorize(forTokens, request) },
      'GET /device': {
        name: 'DevicePage',
        handle: (request) => showDevicePage(deviceGrants, request),
      },
      'POST /device': {
        name: 'DevicePage',
        handle: (request) => decideDevice(deviceGrants, request),
      },
    },
    portal: {
      'GET /assignment/accounts': { name: 'ListAccounts', handle: portal.listAccounts },
      'GET /assignment/roles': { name: 'ListAccountRoles', handle: portal.listAccountRoles },
      'GET /federation/credentials': {
        name: 'GetRoleCredentials',
        handle: portal.getRoleCredentials,
      },
      'POST /logout': { name: 'Logout', handle: portal.logout },
    },
  };

  return {
    registrations,
    sessions,
    deviceGrants,
    keys,
    ecr,
    mfa,
    webIssuers,
    trustedIssuer,
    operationFor(service: ServiceName, request: SimRequest): Operation | undefined {
      const { method, path } = request;
      if (service === 'sts') {
        if (ecr.takes(request)) return { name: 'GetAuthorizationToken', handle: ecr.handle };
        if (method === 'GET' && path === '/federation') {
          return { name: request.query.get('Action') ?? 'unknown', handle: federation.handle };
        }
        if (method === 'GET' && path === '/') {
          return { name: request.query.get('Action') ?? 'unknown', handle: sts.handlePresigned };
        }
        if (method !== 'POST' || path !== '/') return undefined;
        return { name: formOf(request).get('Action') ?? 'unknown', handle: sts.handle };
      }
      const isIam = service === 'oidc' && request.query.get('aws_iam') === 't';
      return routes[service][`${method} ${path}${isIam ? '?aws_iam=t' : ''}`];
    },
  };
}
export type Services = ReturnType<typeof createServices>;
