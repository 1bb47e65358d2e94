import { randomBytes, randomInt } from 'node:crypto';
import { decodeJwt, importJWK } from 'jose';
import { type Client, type Context, errors, type Provider } from 'oidc-provider';
import { checkJwtAssertion, checkSamlAssertion } from './assertions.ts';
import { grantTypes } from './clients.ts';
import { answer, issue, parameter, parameters, required, resourceInfo } from './issue.ts';
import { findPerson } from './people.ts';
import type { ProviderState, SentCode } from './state.ts';
import { exchange } from './token-exchange.ts';

/** What the custom grants remember; it outlives the provider that is made anew when keys rotate. */
export interface GrantMemory {
  readonly assertions: Set<string>;
  readonly references: Map<string, SentCode>;
}

export function createGrantMemory(): GrantMemory {
  return { assertions: new Set(), references: new Map() };
}

/** Teaches the provider the grants that it does not bring along. */
export function registerGrants(
  state: ProviderState,
  provider: Provider,
  memory: GrantMemory,
): void {
  provider.registerGrantType(
    grantTypes.password,
    async (ctx) => {
      const person = findPerson(required(ctx, 'username'));
      if (person?.password !== required(ctx, 'password')) {
        throw new errors.InvalidGrant('wrong user name or password');
      }
      answer(ctx, await issue(state, ctx, { username: person.username, amr: ['pwd'] }));
    },
    ['scope', 'username', 'password'],
  );
  provider.registerGrantType(
    grantTypes.saml2Bearer,
    async (ctx) => {
      const { trusted, issuer } = state;
      const given = required(ctx, 'assertion');
      const username = checkSamlAssertion(trusted, issuer, memory.assertions, given);
      answer(ctx, await issue(state, ctx, { username, amr: ['saml'], refreshable: false }));
    },
    ['scope', 'assertion'],
  );
  provider.registerGrantType(
    grantTypes.jwtBearer,
    async (ctx) => {
      const { trusted, issuer } = state;
      const given = required(ctx, 'assertion');
      const { client } = ctx.oidc;
      // RFC 7523 section 3: a client may speak for somebody itself, by the key that it registered.
      const own = issuerIn(given) === client.clientId ? ownKeyOf(client) : undefined;
      const by = own === undefined ? trusted : { issuer: client.clientId, publicKey: await own };
      const audience = own === undefined ? issuer : [issuer, ctx.oidc.urlFor('token')];
      const username = await checkJwtAssertion(by, audience, given, memory.assertions);
      const resources = parameters(ctx, 'resource');
      for (const resource of resources) resourceInfo(resource);
      const options = { username, amr: ['jwt'], refreshable: false, resources };
      answer(ctx, await issue(state, ctx, options));
    },
    ['scope', 'assertion', 'resource'],
    ['resource'],
  );
  for (const [name, channel] of [
    [grantTypes.smsOtp, 'sms'],
    [grantTypes.smtpOtp, 'smtp'],
  ] as const) {
    provider.registerGrantType(
      name,
      async (ctx) => await oneTimePassword(state, memory, channel, ctx),
      [
        'scope',
        'username',
        'ui_locales',
        'x_globalsign_iam_reference_id',
        'x_globalsign_iam_otp_code',
      ],
    );
  }
  provider.registerGrantType(
    grantTypes.tokenExchange,
    async (ctx) => await exchange(state, ctx),
    [
      'scope',
      'audience',
      'resource',
      'requested_token_type',
      'subject_token',
      'subject_token_type',
      'actor_token',
      'actor_token_type',
    ],
    ['audience', 'resource'],
  );
}

function issuerIn(assertion: string): string | undefined {
  try {
    return decodeJwt(assertion).iss;
  } catch {
    return undefined;
  }
}

function ownKeyOf({ jwks }: Client): Promise<CryptoKey> | undefined {
  const key = jwks?.keys.find(({ use }) => use !== 'enc');
  return key === undefined ? undefined : (importJWK(key) as Promise<CryptoKey>);
}

/** The two steps of Ubisecure SSO: a challenge first, then the reference with the code, once. */
async function oneTimePassword(
  state: ProviderState,
  { references }: GrantMemory,
  channel: SentCode['channel'],
  ctx: Context,
): Promise<void> {
  const person = findPerson(required(ctx, 'username'));
  if (person === undefined) throw new errors.InvalidGrant('unknown user name');
  const reference = parameter(ctx, 'x_globalsign_iam_reference_id');
  if (reference === undefined) {
    // It does not know in what language to write.
    if (state.switches.ssoServer) required(ctx, 'ui_locales');
    const sent: SentCode = {
      channel,
      username: person.username,
      reference: randomBytes(12).toString('base64url'),
      code: String(randomInt(100_000, 1_000_000)),
    };
    references.set(sent.reference, sent);
    state.outbox.push(sent);
    ctx.body = { x_globalsign_iam_challenge: { reference: sent.reference } };
    return;
  }
  const sent = references.get(reference);
  references.delete(reference);
  const code = parameter(ctx, 'x_globalsign_iam_otp_code');
  if (sent?.username !== person.username || sent.channel !== channel || sent.code !== code) {
    throw new errors.InvalidGrant('wrong code, or a reference that was used before');
  }
  answer(ctx, await issue(state, ctx, { username: person.username, amr: ['otp', channel] }));
}
