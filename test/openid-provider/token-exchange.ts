import { type Context, errors } from 'oidc-provider';
import { checkJwtAssertion } from './assertions.ts';
import { answer, issue, parameter, parameters, required, resourceInfo } from './issue.ts';
import type { ProviderState } from './state.ts';

const types = 'urn:ietf:params:oauth:token-type:';

/** RFC 8693: another token for the subject of one, by itself or for an actor. */
export async function exchange(state: ProviderState, ctx: Context): Promise<void> {
  const subject = await subjectOf(
    state,
    ctx,
    required(ctx, 'subject_token'),
    required(ctx, 'subject_token_type'),
  );
  const actorToken = parameter(ctx, 'actor_token');
  const actorTokenType = parameter(ctx, 'actor_token_type');
  if ((actorToken === undefined) !== (actorTokenType === undefined)) {
    throw new errors.InvalidRequest('actor_token and actor_token_type belong together');
  }
  const actor =
    actorToken === undefined || actorTokenType === undefined
      ? undefined
      : await subjectOf(state, ctx, actorToken, actorTokenType);
  const targets = [...parameters(ctx, 'resource'), ...parameters(ctx, 'audience')];
  for (const target of targets) resourceInfo(target);

  const wanted = parameter(ctx, 'requested_token_type') ?? `${types}access_token`;
  const issued = await issue(state, ctx, {
    username: subject,
    amr: ['exchange'],
    resources: targets,
    refreshable: wanted === `${types}refresh_token`,
    ...(actor === undefined ? {} : { extra: { act: { sub: actor } } }),
  });
  switch (wanted) {
    case `${types}access_token`:
    case `${types}jwt`:
      answer(ctx, issued);
      break;
    case `${types}refresh_token`:
      if (issued.refreshToken === undefined) {
        throw new errors.InvalidRequest('this client gets no refresh token');
      }
      answer(ctx, issued);
      break;
    case `${types}id_token`: {
      if (issued.idToken === undefined) throw new errors.InvalidScope('openid is needed');
      ctx.body = { access_token: issued.idToken, token_type: 'N_A', expires_in: 3600 };
      break;
    }
    default:
      throw new errors.InvalidRequest('requested_token_type is not supported');
  }
  (ctx.body as Record<string, unknown>).issued_token_type = wanted;
}

async function subjectOf(
  { provider, trusted, issuer }: ProviderState,
  ctx: Context,
  token: string,
  type: string,
): Promise<string> {
  const refuse = () => new errors.InvalidRequest('subject or actor token is not valid');
  switch (type) {
    case `${types}access_token`: {
      const found = await provider.AccessToken.find(token);
      if (found === undefined || !found.isValid) throw refuse();
      return found.accountId;
    }
    case `${types}refresh_token`: {
      const found = await provider.RefreshToken.find(token);
      if (found === undefined || !found.isValid) throw refuse();
      return found.accountId;
    }
    case `${types}id_token`:
      try {
        const { payload } = await provider.IdToken.validate(token, ctx.oidc.client);
        return String(payload.sub);
      } catch {
        throw refuse();
      }
    case `${types}jwt`:
      try {
        return await checkJwtAssertion(trusted, issuer, token);
      } catch {
        throw refuse();
      }
    default:
      throw new errors.InvalidRequest('token type is not supported');
  }
}
