/**
 * A real OpenID provider in this process, for tests:
 *
 *     const provider = await startOpenidProvider({ switches: { lifetimes: { access: 5 } } });
 *     const { clientId, clientSecret } = provider.client('basic');
 *     await provider.approve(authorizationUrl);
 *     provider.hostile({ endpoint: 'token', claims: { nonce: 'another' } }, 1);
 *     await provider.close();
 *
 * It runs by hand too: `npm run openid-provider`.
 */
export { everyGrant, grantTypes, type TestClient } from '../openid-provider/clients.ts';
export type { Endpoint, Fault, JournalEntry } from '../openid-provider/endpoints.ts';
export type { Hostile, Outgoing } from '../openid-provider/hostile.ts';
export { clientKey, publicHalf, type SignOptions } from '../openid-provider/keys.ts';
export { people, sessionIndex } from '../openid-provider/people.ts';
export {
  type OpenidProvider,
  type OpenidProviderOptions,
  startOpenidProvider,
} from '../openid-provider/provider.ts';
export type { SentCode, Switches } from '../openid-provider/state.ts';
