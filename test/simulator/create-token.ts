import { z } from 'zod';
import type { AuthorizationCodes } from './authorization-codes.ts';
import { accountAccess, type Context, grants } from './context.ts';
import type { DeviceGrants } from './device-grants.ts';
import { oidcException } from './exceptions.ts';
import { json, type Reply, type SimRequest } from './http.ts';
import { bodyOf, required } from './input.ts';
import { checkGrantAllowed, type Registration, type Registrations } from './registrations.ts';
import type { IssuedTokens, Sessions } from './sessions.ts';

const createTokenSchema = z.object({
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  grantType: z.string().min(1),
  deviceCode: z.string().optional(),
  code: z.string().optional(),
  refreshToken: z.string().optional(),
  scope: z.array(z.string()).optional(),
  redirectUri: z.string().optional(),
  codeVerifier: z.string().optional(),
});
type CreateTokenInput = z.infer<typeof createTokenSchema>;

interface Parts {
  readonly context: Context;
  readonly registrations: Registrations;
  readonly deviceGrants: DeviceGrants;
  readonly codes: AuthorizationCodes;
  readonly sessions: Sessions;
}

/** CreateToken: every grant that a public client has. */
export function createToken(parts: Parts, request: SimRequest): Reply {
  const input = bodyOf(request, createTokenSchema);
  const client = parts.registrations.authenticate(input.clientId, input.clientSecret);
  const tokens = redeem(parts, client, input);
  return json(200, { ...tokens, tokenType: 'Bearer' });
}

function redeem(parts: Parts, client: Registration, input: CreateTokenInput): IssuedTokens {
  const { codes, deviceGrants, sessions } = parts;
  switch (input.grantType) {
    case grants.deviceCode: {
      const deviceCode = required('deviceCode', input.deviceCode);
      checkGrantAllowed(client, input.grantType);
      deviceGrants.redeem(deviceCode, client);
      return openFor(sessions, client).tokens;
    }
    case grants.authorizationCode: {
      const code = required('code', input.code);
      const redirectUri = required('redirectUri', input.redirectUri);
      checkGrantAllowed(client, input.grantType);
      const { clientId } = client;
      codes.redeem({ code, clientId, redirectUri, codeVerifier: input.codeVerifier });
      const { session, tokens } = openFor(sessions, client);
      codes.became(code, session);
      return tokens;
    }
    case grants.refreshToken: {
      const refreshToken = required('refreshToken', input.refreshToken);
      checkGrantAllowed(client, input.grantType);
      return sessions.refresh(refreshToken, client.clientId).tokens;
    }
    case grants.clientCredentials: {
      checkGrantAllowed(client, input.grantType);
      const beyond = input.scope?.find((scope) => !client.scopes.includes(scope));
      if (beyond !== undefined) {
        throw oidcException('InvalidScopeException', `The client did not register ${beyond}`);
      }
      const { clientId, scopes } = client;
      return sessions.open({
        clientId,
        scopes: input.scope ?? scopes,
        hasUser: false,
        renewable: false,
      }).tokens;
    }
    default:
      throw oidcException('UnsupportedGrantTypeException', `Unsupported: ${input.grantType}`);
  }
}

/** The token gets every scope of the registration, whatever the request's `scope` says. */
function openFor(sessions: Sessions, client: Registration) {
  // A client that registered no scopes is of the older kind: it reaches accounts, and never renews.
  const scopes = client.scopes.length === 0 ? [accountAccess] : client.scopes;
  const mayRefresh = client.grantTypes?.includes(grants.refreshToken) ?? true;
  return sessions.open({
    clientId: client.clientId,
    scopes,
    hasUser: true,
    renewable: client.scopes.length > 0 && mayRefresh,
  });
}
