import { createHash, randomBytes } from 'node:crypto';
import { grants } from '../simulator/context.ts';
import type { Simulator } from '../simulator/simulator.ts';

/**
 * Brings a simulator to where a scenario begins, by bare HTTP: no client of ours or of anyone
 * else has a part in it.
 */
export interface Stage {
  readonly simulator: Simulator;
  /** POSTs JSON to the OIDC service; fails the test on any answer but 200. */
  post(path: string, input: object): Promise<Record<string, unknown>>;
  register(changes?: object): Promise<Client>;
  /** As the browser sign-in registers: may use codes, with a redirect URI without a port. */
  registerForCodes(): Promise<Client>;
  startDevice(client: Client): Promise<Device>;
  /** Goes through `/authorize` and its form as a browser does. */
  authorize(clientId: string, options: AuthorizeOptions): Promise<URLSearchParams>;
  signIn(client?: Client): Promise<Tokens>;
}

export interface Client {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface Device {
  readonly deviceCode: string;
  readonly userCode: string;
}

export interface Tokens {
  readonly client: Client;
  readonly accessToken: string;
  readonly refreshToken: string;
}

export interface AuthorizeOptions {
  readonly redirectUri: string;
  readonly codeVerifier?: string;
  readonly decision?: 'approve' | 'deny';
  /** Beside, or instead of, what is sent otherwise. */
  readonly parameters?: Readonly<Record<string, string>>;
}

export const loopback = 'http://127.0.0.1:53682/oauth/callback';

export function createVerifier(): string {
  return randomBytes(48).toString('base64url');
}

export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

export function createStage(simulator: Simulator): Stage {
  const origin = () => simulator.env().AWS_ENDPOINT_URL_SSO_OIDC;

  async function post(path: string, input: object): Promise<Record<string, unknown>> {
    const response = await fetch(origin() + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${text}`);
    return JSON.parse(text) as Record<string, unknown>;
  }

  const register = async (changes: object = {}) =>
    (await post('/client/register', {
      clientName: 'stage',
      clientType: 'public',
      scopes: ['sso:account:access'],
      ...changes,
    })) as unknown as Client;

  const startDevice = async ({ clientId, clientSecret }: Client) =>
    (await post('/device_authorization', {
      clientId,
      clientSecret,
      startUrl: simulator.startUrl,
    })) as unknown as Device;

  return {
    simulator,
    post,
    register,
    registerForCodes: () =>
      register({
        grantTypes: [grants.authorizationCode, grants.refreshToken],
        redirectUris: ['http://127.0.0.1/oauth/callback'],
        issuerUrl: simulator.startUrl,
      }),
    startDevice,

    async authorize(clientId, { redirectUri, codeVerifier, decision = 'approve', parameters }) {
      const form = new URLSearchParams({
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        state: 'a state',
        ...(codeVerifier === undefined
          ? {}
          : { code_challenge: challengeOf(codeVerifier), code_challenge_method: 'S256' }),
        decision,
        ...parameters,
      });
      const response = await fetch(`${origin()}/authorize`, {
        method: 'POST',
        body: form,
        redirect: 'manual',
      });
      const location = response.headers.get('location');
      if (location === null) throw new Error(`/authorize: ${response.status}`);
      return new URL(location).searchParams;
    },

    async signIn(client) {
      const { clientId, clientSecret } = client ?? (await register());
      const { deviceCode, userCode } = await startDevice({ clientId, clientSecret });
      simulator.approve(userCode);
      const answer = await post('/token', {
        clientId,
        clientSecret,
        grantType: grants.deviceCode,
        deviceCode,
      });
      return {
        client: { clientId, clientSecret },
        accessToken: String(answer.accessToken),
        refreshToken: String(answer.refreshToken),
      };
    },
  };
}

/** The code of a redirect, which must be there. */
export function codeOf(answer: URLSearchParams): string {
  const code = answer.get('code');
  if (code === null) throw new Error(`No code in ${answer.toString()}`);
  return code;
}
