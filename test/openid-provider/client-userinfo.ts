import { CompactEncrypt, importJWK } from 'jose';
import type { Client, Context } from 'oidc-provider';
import { clientClaims } from './configuration.ts';
import type { ProviderState } from './state.ts';

/** The form of Ubisecure SSO that oidc-provider lacks: userinfo of a client itself, without `sub`. */
export function clientUserinfo(state: ProviderState) {
  return async (ctx: Context, next: () => Promise<void>): Promise<void> => {
    const [scheme, value = ''] = ctx.get('authorization').split(' ');
    if (ctx.path !== '/me' || scheme?.toLowerCase() !== 'bearer') return await next();
    const token = await state.provider.ClientCredentials.find(value);
    if (token === undefined || !token.isValid) return await next();
    const client = await state.provider.Client.find(token.clientId);
    if (client === undefined) return await next();
    const claims = clientClaims(client.clientId);
    if (client.userinfoSignedResponseAlg === undefined) {
      ctx.body = claims;
      return;
    }
    const about = { ...claims, iss: state.issuer, aud: client.clientId };
    const jwt = await state.keys.sign(about);
    ctx.type = 'application/jwt';
    ctx.body = client.userinfoEncryptedResponseAlg === undefined ? jwt : await seal(jwt, client);
  };
}

async function seal(jwt: string, client: Client): Promise<string> {
  const jwk = client.jwks?.keys.find(({ use }) => use === 'enc');
  if (jwk === undefined) throw new Error('The client has no key to encrypt to.');
  return await new CompactEncrypt(new TextEncoder().encode(jwt))
    .setProtectedHeader({
      alg: client.userinfoEncryptedResponseAlg ?? '',
      enc: client.userinfoEncryptedResponseEnc ?? '',
      cty: 'JWT',
      ...(jwk.kid === undefined ? {} : { kid: jwk.kid }),
    })
    .encrypt(await importJWK(jwk));
}
