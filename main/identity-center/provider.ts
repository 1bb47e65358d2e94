import { type ErrorCode, isKeyfobError } from '../../shared/errors.ts';
import type { IdentityCenterSettings } from '../../shared/model.ts';
import type {
  ClientRegistration,
  Provider,
  StoredSession,
  Tokens,
} from '../connections/provider.ts';
import type { Ports } from '../ports.ts';
import type { ServerClock, Upstream } from '../upstream.ts';
import { authorizationUrl, createProof } from './authorization-url.ts';
import { serviceUrl } from './endpoints.ts';
import { createOidcClient } from './oidc-client.ts';
import {
  authorizationCodeGrant,
  type CreateTokenRequest,
  deviceCodeGrant,
  refreshTokenGrant,
} from './oidc-requests.ts';
import { createPortalClient } from './portal-client.ts';
import { audienceOf, isReusable, registrationRequest, scopesOf } from './registrations.ts';
import { type FlowName, sessionOver, signedIn, tokensFrom, whileSigningIn } from './sessions.ts';

/** What AWS may say to a refresh that no waiting mends, beside `invalid_grant`. */
const endOfSession: readonly ErrorCode[] = [
  'invalid_client',
  'unauthorized_client',
  'expired_token',
];

/**
 * AWS IAM Identity Center as a provider: the flows of AWS CLI v2, by code or by device, with the
 * registration of each flow kept in the session and used again.
 *
 * A refresh that fails because AWS knows the client no more rejects with `invalid_grant` too: the
 * refresh token belongs to that client, so only a person can go on.
 */
export function createIdentityCenterProvider(deps: {
  readonly settings: IdentityCenterSettings;
  readonly ports: Pick<Ports, 'env' | 'random'>;
  readonly upstream: Upstream;
  readonly serverClock: ServerClock;
}): Provider {
  const { settings, ports, upstream, serverClock } = deps;
  const { region } = settings;
  const { env } = ports;
  const oidc = createOidcClient({ region, env, upstream, serverClock });
  const portal = createPortalClient({ region, env, upstream, serverClock });
  /**
   * Clients that AWS may know no more. Its page tells a person so, not us: hence a stored one that
   * a browser sign-in went out with counts as such until its code is redeemed.
   */
  const doubtful = new Set<string>();

  function reusable(stored: StoredSession | null, flow: FlowName) {
    const registration = stored?.registrations[flow];
    if (registration === undefined || doubtful.has(registration.clientId)) return undefined;
    return isReusable(registration, settings, serverClock.now()) ? registration : undefined;
  }

  async function register(signal: AbortSignal, redirectUri?: string): Promise<ClientRegistration> {
    const request = registrationRequest(settings, redirectUri);
    const { clientId, clientSecret, expiresAt } = await oidc.registerClient(request, signal);
    const scopes = scopesOf(settings);
    return { clientId, clientSecret, expiresAt, scopes, audience: audienceOf(settings) };
  }

  async function redeem(
    grant: CreateTokenRequest,
    { scopes }: ClientRegistration,
    flow: FlowName,
    signal: AbortSignal,
  ): Promise<Tokens> {
    const answer = await oidc.createToken(grant, signal);
    return tokensFrom(answer, { flow, scope: scopes, now: serverClock.now() });
  }

  async function refresh(stored: StoredSession, signal: AbortSignal) {
    const { tokens } = stored;
    if (tokens?.refreshToken === undefined) throw sessionOver('it has no refresh token');
    const { flow, refreshToken } = tokens;
    if (flow !== 'browser' && flow !== 'device') throw sessionOver('no person signed in for it');
    const client = stored.registrations[flow];
    if (client === undefined) throw sessionOver('its client registration is gone');
    if (client.audience !== audienceOf(settings))
      throw sessionOver('it belongs to another region or start URL');
    try {
      const renewed = await redeem(refreshTokenGrant(client, refreshToken), client, flow, signal);
      // RFC 6749 section 6: without a new one, the old refresh token stays valid.
      return { ...stored, tokens: { refreshToken, ...renewed } };
    } catch (error) {
      if (!isKeyfobError(error, ...endOfSession)) throw error;
      throw sessionOver('AWS does not know its client registration or refresh token', error);
    }
  }

  return {
    now: () => serverClock.now(),

    async beginBrowser(stored, redirectUri, signal) {
      const kept = reusable(stored, 'browser');
      const client = kept ?? (await register(signal, redirectUri));
      const { clientId, scopes } = client;
      const url = serviceUrl('oidc', region, env);
      const proof = createProof(ports.random);
      if (kept !== undefined) doubtful.add(clientId);
      return {
        authorizationUrl: authorizationUrl(url, { clientId, redirectUri, scopes, ...proof }),
        state: proof.state,
        session: whileSigningIn(stored, 'browser', client),
        async redeem(answer, signal) {
          const code = answer.get('code') ?? '';
          const { codeVerifier } = proof;
          const grant = authorizationCodeGrant(client, { code, redirectUri, codeVerifier });
          try {
            const tokens = await redeem(grant, client, 'browser', signal);
            doubtful.delete(clientId);
            return signedIn(stored, client, tokens);
          } catch (error) {
            if (isKeyfobError(error, 'invalid_client')) doubtful.add(clientId);
            throw error;
          }
        },
      };
    },

    async beginDevice(stored, signal) {
      const { startUrl } = settings;
      const start = async (client: ClientRegistration) => {
        const { clientId, clientSecret } = client;
        const request = { clientId, clientSecret, startUrl };
        return { client, ...(await oidc.startDeviceAuthorization(request, signal)) };
      };
      const startAnew = async () => start(await register(signal));
      const kept = reusable(stored, 'device');
      const { client, deviceCode, userCode, ...device } =
        kept === undefined
          ? await startAnew()
          : await start(kept).catch((error: unknown) => {
              if (isKeyfobError(error, 'invalid_client')) return startAnew();
              throw error;
            });
      const { verificationUri, verificationUriComplete } = device;
      return {
        userCode,
        verificationUri,
        ...(verificationUriComplete === undefined ? {} : { verificationUriComplete }),
        lifetimeMs: device.expiresIn * 1000,
        intervalMs: device.interval * 1000,
        session: whileSigningIn(stored, 'device', client),
        async poll(signal) {
          const grant = deviceCodeGrant(client, deviceCode);
          return signedIn(stored, client, await redeem(grant, client, 'device', signal));
        },
      };
    },

    refresh,

    /** Through the portal. An access token that has lapsed is renewed for it first. */
    async revoke(stored, signal) {
      const logout = async ({ tokens }: StoredSession) => {
        if (tokens === undefined) return;
        await portal.logout({ accessToken: tokens.accessToken, signal });
      };
      try {
        await logout(stored).catch(async (error: unknown) => {
          if (!isKeyfobError(error, 'unauthorized')) throw error;
          // Its refresh token may keep the session alive all the same.
          await logout(await refresh(stored, signal));
        });
        return true;
      } catch (error) {
        if (!isKeyfobError(error)) throw error;
        return error.code === 'invalid_grant';
      }
    },
  };
}
