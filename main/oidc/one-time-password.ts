import * as oauth from 'oauth4webapi';
import { KeyfobError } from '../../shared/errors.ts';
import { clientAuthentication } from './client-authentication.ts';
import { libraryClient, type OidcContext, requestOptions, type TokenAnswer } from './context.ts';
import { withProof } from './dpop.ts';
import { explained, malformed, refuseIfError } from './errors.ts';
import { jsonObject } from './json-answer.ts';
import { withInvalidGrant } from './rewording.ts';
import { type TokenTarget, targetParameters } from './target.ts';
import { requestTokens } from './token-request.ts';

/**
 * Ubisecure's grants with a one-time password by text message or mail, in two steps: one makes the
 * provider send the password, the other hands it in.
 */

/** How the password reaches the person. */
export type OneTimePasswordChannel = 'sms' | 'smtp';

const grantTypes: Readonly<Record<OneTimePasswordChannel, string>> = {
  sms: 'http://globalsign.com/iam/sso/oauth2/grant-type/sms-mt-otp',
  smtp: 'http://globalsign.com/iam/sso/oauth2/grant-type/smtp-otp',
};

export interface OneTimePasswordInput extends TokenTarget {
  readonly channel: OneTimePasswordChannel;
  /** A phone number or a mail address, or what else the provider knows the person by. */
  readonly username: string;
  /** In what languages the message may be; Ubisecure insists on it where it words the message. */
  readonly uiLocales?: string;
}

/** What the second step has to bring along. Secret: it serves once, to whoever has the password. */
export interface OneTimePasswordChallenge {
  readonly reference: string;
}

const firstStep = 'the request for a one-time password';

/**
 * Makes the provider send a one-time password. Each call sends another one.
 *
 * Rejects with `invalid_grant` (nobody is known by that name), `response_invalid` (no challenge in
 * the answer), `response_not_json`, and the codes of `requestTokens`.
 */
export async function requestOneTimePassword(
  context: OidcContext,
  input: OneTimePasswordInput,
  signal: AbortSignal,
): Promise<OneTimePasswordChallenge> {
  const unknown = {
    message: 'The provider sends no one-time password to this name.',
    hint: 'Check the phone number or mail address, and that this way to sign in is open to you.',
  };
  return await withInvalidGrant(unknown, async () => {
    const client = libraryClient(context);
    return await explained(firstStep, async () => {
      const authentication = clientAuthentication(context);
      return await withProof(context, async (proof) => {
        const response = await oauth.genericTokenEndpointRequest(
          context.server,
          client,
          authentication,
          grantTypes[input.channel],
          commonParameters(input).map(([name, value]) => [name, value]),
          { ...requestOptions(context, { operation: firstStep, signal }), ...proof },
        );
        if (response.status !== 200) {
          // Throws what the answer says; it can't be tokens.
          await oauth.processGenericTokenEndpointResponse(context.server, client, response);
        }
        const answer = jsonObject(response, await response.text(), firstStep);
        refuseIfError(firstStep, response, answer);
        return challengeIn(answer);
      });
    });
  });
}

/**
 * Hands in the password that the person got. Right or wrong, its reference is used up by that.
 *
 * Rejects with `invalid_grant` (wrong or late) and the codes of `requestTokens`.
 */
export async function redeemOneTimePassword(
  context: OidcContext,
  input: OneTimePasswordInput & OneTimePasswordChallenge & { readonly code: string },
  signal: AbortSignal,
): Promise<TokenAnswer> {
  const request = {
    grantType: grantTypes[input.channel],
    parameters: [
      ...commonParameters(input),
      ['x_globalsign_iam_reference_id', input.reference] as const,
      // People copy the spaces around it too.
      ['x_globalsign_iam_otp_code', input.code.trim()] as const,
    ],
  };
  const wrong = {
    message: 'The provider does not accept this one-time password.',
    hint: 'Start again: the next one is sent at once. Each serves one attempt, and the newest alone.',
  };
  return await withInvalidGrant(wrong, () => requestTokens(context, request, signal));
}

/** Both steps have to agree in these. */
function commonParameters(input: OneTimePasswordInput): (readonly [string, string])[] {
  const { username, uiLocales } = input;
  return [
    ...targetParameters(input),
    ['username', username],
    ...(uiLocales === undefined ? [] : [['ui_locales', uiLocales] as const]),
  ];
}

function challengeIn(answer: Readonly<Record<string, unknown>>): OneTimePasswordChallenge {
  const reference = memberOf(answer.x_globalsign_iam_challenge, 'reference');
  if (typeof reference === 'string' && reference !== '') return { reference };
  if (answer.access_token !== undefined) {
    throw new KeyfobError(
      'response_invalid',
      'The provider handed out tokens before any one-time password was given.',
      { hint: 'They were not used. Ask whoever runs the provider how this grant is set up.' },
    );
  }
  throw malformed(firstStep, 'without x_globalsign_iam_challenge.reference');
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
