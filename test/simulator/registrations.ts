import { z } from 'zod';
import { type Context, grants } from './context.ts';
import { oidcException } from './exceptions.ts';
import { json, type Reply, type SimRequest } from './http.ts';
import { bodyOf } from './input.ts';
import { checkRedirectUri } from './redirect-uris.ts';

/** A registered client. */
export interface Registration {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly clientName: string;
  readonly scopes: readonly string[];
  readonly redirectUris: readonly string[];
  /** Absent: the client did not restrict itself. */
  readonly grantTypes: readonly string[] | undefined;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

export interface Registrations {
  register(request: SimRequest): Reply;
  /** Throws InvalidClientException, also for an expired registration. */
  authenticate(clientId: string, clientSecret: string | undefined): Registration;
  find(clientId: string): Registration | undefined;
  /** Makes the service forget a client. */
  forget(clientId: string): boolean;
  all(): readonly Registration[];
}

const registerSchema = z.object({
  clientName: z.string().min(1),
  clientType: z.string().min(1),
  scopes: z.array(z.string()).optional(),
  redirectUris: z.array(z.string()).optional(),
  grantTypes: z.array(z.string()).optional(),
  issuerUrl: z.string().optional(),
  entitledApplicationArn: z.string().optional(),
});

const registrableGrants: readonly string[] = [
  grants.deviceCode,
  grants.authorizationCode,
  grants.refreshToken,
  grants.clientCredentials,
];

export function createRegistrations(context: Context): Registrations {
  const clients = new Map<string, Registration>();

  function register(request: SimRequest): Reply {
    const input = bodyOf(request, registerSchema);
    checkMetadata(context, input);
    const scopes = checkScopes(context, input.scopes ?? []);
    for (const grant of input.grantTypes ?? []) {
      if (!registrableGrants.includes(grant)) {
        throw oidcException('UnsupportedGrantTypeException', `Unsupported grant type: ${grant}`);
      }
    }
    const redirectUris = input.redirectUris ?? [];
    redirectUris.forEach(checkRedirectUri);
    if (input.grantTypes?.includes(grants.authorizationCode) && redirectUris.length === 0) {
      throw oidcException(
        'InvalidRedirectUriException',
        'redirectUris is required for the authorization_code grant',
      );
    }
    const { application } = context;
    if (input.entitledApplicationArn !== undefined) {
      const beyond = scopes.find((scope) => !application.scopes.includes(scope));
      if (beyond !== undefined) {
        throw oidcException('InvalidScopeException', `The application does not offer ${beyond}`);
      }
    }
    const issuedAt = context.now();
    const client: Registration = {
      clientId: context.mint.clientId(),
      clientSecret: context.mint.clientSecret(),
      clientName: input.clientName,
      scopes,
      redirectUris,
      grantTypes: input.grantTypes,
      expiresAt: issuedAt + context.switches.lifetimes.registrationSeconds * 1000,
    };
    clients.set(client.clientId, client);
    return json(200, {
      clientId: client.clientId,
      clientSecret: client.clientSecret,
      clientIdIssuedAt: Math.floor(issuedAt / 1000),
      clientSecretExpiresAt: Math.floor(client.expiresAt / 1000),
      ...(context.switches.registrationEndpoints
        ? {
            authorizationEndpoint: `${context.oidcUrl()}/authorize`,
            tokenEndpoint: `${context.oidcUrl()}/token`,
          }
        : {}),
    });
  }

  return {
    register,
    authenticate(clientId, clientSecret) {
      const client = clients.get(clientId);
      if (
        client === undefined ||
        (clientSecret !== undefined && clientSecret !== client.clientSecret)
      ) {
        throw oidcException('InvalidClientException', 'Invalid client provided');
      }
      if (context.now() >= client.expiresAt) {
        throw oidcException('InvalidClientException', 'The client registration has expired');
      }
      return client;
    },
    find: (clientId) => clients.get(clientId),
    forget: (clientId) => clients.delete(clientId),
    all: () => [...clients.values()],
  };
}

function checkMetadata(context: Context, input: z.infer<typeof registerSchema>): void {
  if (input.clientType !== 'public') {
    throw oidcException('InvalidClientMetadataException', 'clientType must be public');
  }
  if (input.clientName.length > 256) {
    throw oidcException('InvalidClientMetadataException', 'clientName is too long');
  }
  if (input.issuerUrl !== undefined && !isIssuer(context, input.issuerUrl)) {
    throw oidcException('InvalidClientMetadataException', 'issuerUrl is not known here');
  }
  const { entitledApplicationArn: arn } = input;
  if (arn !== undefined && arn !== context.application.arn) {
    throw oidcException(
      'InvalidClientMetadataException',
      'entitledApplicationArn is not known here',
    );
  }
}

/** Whether this is the start URL or the issuer URL of the instance, as people and clients write them. */
export function isIssuer(context: Context, url: string): boolean {
  const bare = url.replace(/#\/?$/, '').replace(/\/$/, '');
  return bare === context.startUrl || bare === context.issuerUrl;
}

function checkScopes(context: Context, scopes: readonly string[]): readonly string[] {
  if (scopes.length > 25) {
    throw oidcException('InvalidScopeException', 'A client may request at most 25 scopes');
  }
  const unknown = scopes.find((scope) => !context.scopes.includes(scope));
  if (unknown !== undefined) {
    throw oidcException('InvalidScopeException', `Invalid scope: ${unknown}`);
  }
  return scopes;
}

/** Throws UnauthorizedClientException unless the client registered for this grant. */
export function checkGrantAllowed(client: Registration, grant: string): void {
  if (client.grantTypes !== undefined && !client.grantTypes.includes(grant)) {
    throw oidcException('UnauthorizedClientException', `The client did not register for ${grant}`);
  }
}
