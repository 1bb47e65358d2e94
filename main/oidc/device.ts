import * as oauth from 'oauth4webapi';
import { isLoopback } from '../../shared/loopback.ts';
import type { OidcSettings } from '../../shared/oidc-settings.ts';
import { clientAuthentication } from './client-authentication.ts';
import { libraryClient, type OidcContext, requestOptions, type TokenAnswer } from './context.ts';
import { explained, malformed } from './errors.ts';
import { requestTokens } from './token-request.ts';

/** One sign-in by device code. */
export interface DeviceAuthorization {
  /** Shown to the person. */
  readonly userCode: string;
  readonly verificationUri: string;
  readonly verificationUriComplete?: string;
  /** Milliseconds from now. */
  readonly lifetimeMs: number;
  /** Milliseconds between two polls, to begin with. */
  readonly intervalMs: number;
  /**
   * One poll. The device code stays in here: it is never shown.
   *
   * Rejects with `authorization_pending` and `slow_down` (go on), `access_denied`,
   * `expired_token`, and the codes of `requestTokens`.
   */
  poll(signal: AbortSignal): Promise<TokenAnswer>;
}

const operation = 'the device authorization request';
/** RFC 8628 section 3.2: where the provider names no interval. */
const usualIntervalSeconds = 5;
const longestIntervalSeconds = 60;
const longestLifetimeSeconds = 3600;

/**
 * Begins a sign-in by device code (RFC 8628). The page's addresses have to be ones that a person
 * can be sent to: https, or http on this machine.
 *
 * Rejects with `not_offered`, the provider's own code, `response_*`, and the codes of
 * `Upstream.request` and `clientAuthentication`.
 */
export async function beginDeviceAuthorization(
  context: OidcContext,
  wishes: Pick<OidcSettings, 'scopes' | 'audience' | 'resource'>,
  signal: AbortSignal,
): Promise<DeviceAuthorization> {
  const client = libraryClient(context);
  const resources = (wishes.resource ?? []).map((each): [string, string] => ['resource', each]);
  const parameters: [string, string][] = [
    ...(wishes.scopes.length === 0 ? [] : [['scope', wishes.scopes.join(' ')] as [string, string]]),
    ...(wishes.audience === undefined ? [] : [['audience', wishes.audience] as [string, string]]),
    ...resources,
  ];
  const answer = await explained(operation, async () => {
    const response = await oauth.deviceAuthorizationRequest(
      context.server,
      client,
      clientAuthentication(context),
      parameters,
      requestOptions(context, { operation, signal }),
    );
    return await oauth.processDeviceAuthorizationResponse(context.server, client, response);
  });
  const { device_code: deviceCode, verification_uri_complete: complete } = answer;
  const intervalSeconds = answer.interval ?? usualIntervalSeconds;
  return {
    userCode: shownCode(answer.user_code),
    verificationUri: page(answer.verification_uri, 'verification_uri'),
    ...(complete === undefined
      ? {}
      : { verificationUriComplete: page(complete, 'verification_uri_complete') }),
    lifetimeMs: Math.min(answer.expires_in, longestLifetimeSeconds) * 1000,
    intervalMs: Math.min(Math.max(intervalSeconds, 1), longestIntervalSeconds) * 1000,
    poll: (signal) =>
      requestTokens(
        context,
        {
          operation: 'the device token request',
          grantType: 'urn:ietf:params:oauth:grant-type:device_code',
          parameters: [['device_code', deviceCode], ...resources],
          requireIdToken: wishes.scopes.includes('openid'),
        },
        signal,
      ),
  };
}

/** It is read aloud, typed and shown in a terminal. */
function shownCode(code: string): string {
  if (/^[\x21-\x7e][\x20-\x7e]{0,63}$/.test(code)) return code;
  throw malformed(operation, 'with a user_code that nobody can type');
}

/** It is opened in a browser, so it must be nothing that starts a program or reads a file. */
function page(address: string, member: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol === 'https:' || url?.protocol === 'http:') {
    if (url.protocol === 'https:' || isLoopback(url.hostname)) return address;
  }
  throw malformed(operation, `with a ${member} that is no https address`);
}
