/**
 * All that speaks OpenID Connect. It stands on libraries that take longer to load than a helper
 * has to start, hence `import('./protocol.ts')` at first use, and no other way here from outside.
 */
export { beginAuthorization } from './authorization-code.ts';
export { checkOffers, providerAnswers } from './check-provider.ts';
export { clientCredentialsGrant } from './client-credentials.ts';
export { beginDeviceAuthorization } from './device.ts';
export { discoverIssuer, looksLikeIssuer, nameOf, offersOf } from './discover.ts';
export { signInByForm } from './form-sign-in.ts';
export { introspectToken } from './introspection.ts';
export { jwtBearerGrant } from './jwt-bearer.ts';
export { logoutUrl } from './logout.ts';
export { createMetadata } from './metadata.ts';
export { newConnection } from './new-connection.ts';
export { createKeySource } from './provider-keys.ts';
export { refreshTokens } from './refresh.ts';
export {
  clientFrom,
  isUsable,
  obtainRegistration,
  registrationMetadata,
  returnRegistration,
} from './registered-client.ts';
export { deleteRegistration, readRegistration, updateRegistration } from './registration.ts';
export { registrationView } from './registration-view.ts';
export { revokeSession, revokeToken } from './revocation.ts';
export { exchangeToken } from './token-exchange.ts';
export { readUserinfo } from './userinfo.ts';
