import type { OidcContext } from './context.ts';
import { endpointOf } from './metadata.ts';

/** What the provider's sign-out page is told. */
export interface LogoutInput {
  /**
   * Tells whose session is to end, so that the provider need not ask. With it the address is a
   * secret: it must reach the browser by `lendAddress`, never as an argument.
   */
  readonly idToken?: string;
  /** Registered at the provider; it leads the browser there at the end. */
  readonly postLogoutRedirectUri?: string;
  readonly state?: string;
  /** Whom the provider knows by this name. */
  readonly logoutHint?: string;
  readonly uiLocales?: string;
}

/**
 * The address of the page on which the browser's session with the provider ends (OpenID Connect
 * RP-Initiated Logout 1.0 section 2).
 *
 * Throws `not_offered`, `insecure_url` and `response_invalid` (the metadata has no usable address).
 */
export function logoutUrl(context: OidcContext, input: LogoutInput = {}): string {
  const url = endpointOf(context.server, 'end_session_endpoint', 'signing out in the browser');
  const parameters = {
    client_id: context.client.clientId,
    id_token_hint: input.idToken,
    logout_hint: input.logoutHint,
    post_logout_redirect_uri: input.postLogoutRedirectUri,
    // Nothing comes back that it could be compared with, unless there is where to come back to.
    state: input.postLogoutRedirectUri === undefined ? undefined : input.state,
    ui_locales: input.uiLocales,
  };
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url.href;
}
