import type { z } from 'zod';
import type { Ports } from '../ports.ts';
import type { ServerClock, Upstream, UpstreamRequest } from '../upstream.ts';
import { readAnswer } from './answers.ts';
import { serviceUrl } from './endpoints.ts';
import {
  type CreatedToken,
  type CreatedTokenWithIam,
  createTokenAnswer,
  createTokenWithIamAnswer,
  type DeviceAuthorization,
  type RegisteredClient,
  registerClientAnswer,
  startDeviceAuthorizationAnswer,
} from './oidc-answers.ts';
import {
  type CreateTokenRequest,
  type CreateTokenWithIamRequest,
  type RegisterClientRequest,
  type StartDeviceAuthorizationRequest,
  toBody,
} from './oidc-requests.ts';
import { type SigningCredentials, signer } from './sigv4.ts';

/**
 * The four operations of AWS's OIDC service. Each rejects with the code of AWS's exception
 * (`invalid_grant`, `authorization_pending`, …), the codes of `readAnswer` and of Upstream, and
 * `invalid_region` or `invalid_input` where the endpoint can't be told.
 */
export interface OidcClient {
  registerClient(request: RegisterClientRequest, signal?: AbortSignal): Promise<RegisteredClient>;
  startDeviceAuthorization(
    request: StartDeviceAuthorizationRequest,
    signal?: AbortSignal,
  ): Promise<DeviceAuthorization>;
  createToken(request: CreateTokenRequest, signal?: AbortSignal): Promise<CreatedToken>;
  /** Signed with an IAM principal's credentials instead of a client secret. */
  createTokenWithIam(
    request: CreateTokenWithIamRequest,
    credentials: SigningCredentials,
    signal?: AbortSignal,
  ): Promise<CreatedTokenWithIam>;
}

/**
 * Creates the client for one region.
 *
 * @example
 * const oidc = createOidcClient({ region: 'eu-west-1', env, upstream, serverClock });
 * const client = await oidc.registerClient({ clientName: 'demo', scopes: ['sso:account:access'] });
 * const tokens = await oidc.createToken(refreshTokenGrant(client, refreshToken));
 */
export function createOidcClient(deps: {
  readonly region: string;
  readonly env: Ports['env'];
  readonly upstream: Upstream;
  readonly serverClock: ServerClock;
}): OidcClient {
  const { region, env, upstream, serverClock } = deps;

  async function call<T>(
    operation: string,
    path: string,
    request: object,
    schema: z.ZodType<T>,
    signal: AbortSignal | undefined,
    credentials?: SigningCredentials,
  ): Promise<T> {
    const url = serviceUrl('oidc', region, env) + path;
    const post = { method: 'POST', url, body: toBody(request) } as const;
    const upstreamRequest: UpstreamRequest = {
      ...post,
      operation,
      headers: { 'content-type': 'application/json' },
      signal,
      ...(credentials === undefined
        ? {}
        : {
            prepare: signer({ ...post, service: 'sso-oauth', region, credentials, serverClock }),
          }),
    };
    const response = await upstream.request(upstreamRequest);
    return readAnswer({ operation, url, response }, schema);
  }

  return {
    registerClient: (request, signal) =>
      call(
        'RegisterClient',
        '/client/register',
        { ...request, clientType: request.clientType ?? 'public' },
        registerClientAnswer,
        signal,
      ),
    startDeviceAuthorization: (request, signal) =>
      call(
        'StartDeviceAuthorization',
        '/device_authorization',
        request,
        startDeviceAuthorizationAnswer,
        signal,
      ),
    createToken: (request, signal) =>
      call('CreateToken', '/token', request, createTokenAnswer, signal),
    createTokenWithIam: (request, credentials, signal) =>
      call(
        'CreateTokenWithIAM',
        '/token?aws_iam=t',
        request,
        createTokenWithIamAnswer,
        signal,
        credentials,
      ),
  };
}
