import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import * as oauth from 'oauth4webapi';
import { isKeyfobError, KeyfobError } from '../../shared/errors.ts';
import type { OidcSettings } from '../../shared/oidc-settings.ts';
import type { Random } from '../ports.ts';
import { libraryClient, type OidcContext, type TokenAnswer } from './context.ts';
import { proofOfPossession } from './dpop.ts';
import { malformed, refusal } from './errors.ts';
import { endpointOf } from './metadata.ts';
import { pushRequest } from './pushed-authorization.ts';
import { requestTokens } from './token-request.ts';

/** What a person's sign-in is to be like; the members are those of the settings. */
export type AuthorizationWishes = Pick<
  OidcSettings,
  | 'scopes'
  | 'prompt'
  | 'loginHint'
  | 'acrValues'
  | 'uiLocales'
  | 'maxAgeSeconds'
  | 'pushedAuthorization'
  | 'audience'
  | 'resource'
>;

/** One sign-in by the browser, good for one callback. */
export interface AuthorizationRequest {
  /** Where the browser goes. */
  readonly authorizationUrl: string;
  /** Expected in the callback. */
  readonly state: string;
  /**
   * Checks the callback's parameters and redeems its code, once. The issuer (RFC 9207) and the
   * state are compared before the code or the error in it counts.
   *
   * Rejects with `state_mismatch`, `issuer_mismatch`, the error that the callback brought (RFC
   * 6749 section 4.1.2.1), `response_invalid`, and the codes of `requestTokens`.
   */
  redeem(callback: URLSearchParams, signal: AbortSignal): Promise<TokenAnswer>;
  /**
   * What a callback with an error means: `state_mismatch` or `issuer_mismatch` where it is not this
   * provider's, else the error that it brought.
   */
  refusal(callback: URLSearchParams): unknown;
}

const operation = 'the authorization request';

/**
 * Begins a sign-in by authorization code (RFC 6749 section 4.1, OpenID Connect Core section 3.1)
 * with state, nonce and PKCE S256 of its own, whatever the metadata offer. The request is pushed
 * (RFC 9126) where that is asked for or the provider requires it, and its code is bound to the
 * DPoP key where there is one (RFC 9449 section 10).
 *
 * Rejects with `not_offered`, `insecure_url`, and the codes of `pushRequest`.
 */
export async function beginAuthorization(
  context: OidcContext,
  input: { readonly wishes: AuthorizationWishes; readonly redirectUri: string },
  signal: AbortSignal,
): Promise<AuthorizationRequest> {
  const { server, random } = context;
  const { wishes, redirectUri } = input;
  const url = endpointOf(server, 'authorization_endpoint', operation);
  const state = secretText(random);
  const codeVerifier = secretText(random);
  const nonce = wishes.scopes.includes('openid') ? secretText(random) : undefined;
  const proof = await proofOfPossession(context);
  const parameters: [string, string][] = [
    ['response_type', 'code'],
    ['client_id', context.client.clientId],
    ['redirect_uri', redirectUri],
    ['state', state],
    ['code_challenge', createHash('sha256').update(codeVerifier).digest('base64url')],
    ['code_challenge_method', 'S256'],
    ...given('nonce', nonce),
    ...given('scope', wishes.scopes.join(' ') || undefined),
    ...given('prompt', wishes.prompt),
    ...given('login_hint', wishes.loginHint),
    ...given('acr_values', wishes.acrValues),
    ...given('ui_locales', wishes.uiLocales),
    ...given('max_age', wishes.maxAgeSeconds?.toString()),
    ...given('audience', wishes.audience),
    ...(wishes.resource ?? []).flatMap((resource) => given('resource', resource)),
    ...given('dpop_jkt', await proof?.DPoP.calculateThumbprint()),
  ];
  const pushed = wishes.pushedAuthorization ?? server.require_pushed_authorization_requests;
  if (pushed === true) {
    const requestUri = await pushRequest(context, parameters, signal);
    // RFC 9126 section 4: all the rest is there already.
    url.searchParams.set('client_id', context.client.clientId);
    url.searchParams.set('request_uri', requestUri);
  } else {
    for (const [name] of parameters) url.searchParams.delete(name);
    for (const [name, value] of parameters) url.searchParams.append(name, value);
  }

  let redeemed = false;
  return {
    authorizationUrl: url.href,
    state,
    refusal(callback) {
      try {
        codeOf(context, callback, state);
      } catch (error) {
        return error;
      }
      return malformed(operation, 'with both a code and an error');
    },
    async redeem(callback, signal) {
      const code = codeOf(context, callback, state);
      if (redeemed) throw stale();
      redeemed = true;
      const { acrValues, maxAgeSeconds } = wishes;
      return await requestTokens(
        context,
        {
          grantType: 'authorization_code',
          parameters: [
            ['code', code],
            ['redirect_uri', redirectUri],
            ['code_verifier', codeVerifier],
            ...(wishes.resource ?? []).flatMap((resource) => given('resource', resource)),
          ],
          requireIdToken: nonce !== undefined,
          idToken: {
            ...(nonce === undefined ? {} : { nonce }),
            ...(acrValues === undefined ? {} : { acrValues }),
            ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
          },
        },
        signal,
      );
    },
  };
}

/** 256 bits as text: for state, nonce and code verifier (RFC 7636 section 4.1 asks 43 characters). */
function secretText(random: Random): string {
  return Buffer.from(random.bytes(32)).toString('base64url');
}

function given(name: string, value: string | undefined): [string, string][] {
  return value === undefined ? [] : [[name, value]];
}

/** The code of a callback that is an answer to this very request, from this very provider. */
function codeOf(context: OidcContext, callback: URLSearchParams, state: string): string {
  checkOrigin(context, callback, state);
  let checked: URLSearchParams;
  try {
    checked = oauth.validateAuthResponse(context.server, libraryClient(context), callback, state);
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError) {
      // It came through a browser's address bar: codes alone are passed on.
      const { error: said, error_description } = error;
      throw refusal(operation, undefined, undefined, { error: said, error_description });
    }
    if (isKeyfobError(error)) throw error;
    throw malformed(operation, 'with a callback that the standards do not know');
  }
  const code = checked.get('code');
  if (code === null || code === '') throw malformed(operation, 'without a code');
  return code;
}

/** Before the code or the error counts: RFC 9207 section 2.4, RFC 6749 section 10.12. */
function checkOrigin({ server }: OidcContext, callback: URLSearchParams, state: string): void {
  const [issuer, ...otherIssuers] = callback.getAll('iss');
  const mustSay = server.authorization_response_iss_parameter_supported === true;
  const wrong = issuer === undefined ? mustSay : issuer !== server.issuer;
  if (wrong || otherIssuers.length > 0) {
    throw new KeyfobError('issuer_mismatch', 'The callback does not come from this provider.', {
      hint: 'Nothing of it was used. Another provider, or a page that poses as one, answered in its place: sign in again, and report it if it stays.',
      details: { operation },
    });
  }
  const states = callback.getAll('state');
  if (states.length !== 1 || states[0] !== state) throw stale();
}

function stale(): KeyfobError {
  return new KeyfobError('state_mismatch', 'The callback belongs to another sign-in.', {
    hint: 'Nothing of it was used. Finish the sign-in in the page that was opened last, or start again.',
    details: { operation },
  });
}
