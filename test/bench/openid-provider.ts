import { startOpenidProvider } from '../support/openid-provider.ts';

/**
 * An OpenID provider by itself, so that its work is not the bench's. Prints one line of JSON: its
 * issuer, and the client that both Keyfob and its peer go by there. Runs until it is told to end.
 */

const week = 604_800;
const provider = await startOpenidProvider({
  switches: { lifetimes: { access: week, id: week, refresh: week } },
});
const { clientId, clientSecret } = provider.client('basic');
process.stdout.write(`${JSON.stringify({ issuer: provider.issuer, clientId, clientSecret })}\n`);
await new Promise<void>((resolve) => process.once('SIGTERM', resolve));
await provider.close();
