import { KeyfobError } from '../../shared/errors.ts';
import type { OidcSettings } from '../../shared/oidc-settings.ts';
import type { Ask, AskedField } from '../connections/provider.ts';
import type { OidcContext, TokenAnswer } from './context.ts';
import { jwtBearerGrant } from './jwt-bearer.ts';
import { redeemOneTimePassword, requestOneTimePassword } from './one-time-password.ts';
import { passwordGrant } from './password.ts';
import { saml2BearerGrant } from './saml2-bearer.ts';
import type { TokenTarget } from './target.ts';

const username: AskedField = { name: 'username', secret: false };
const secretField = (name: 'password' | 'otp' | 'assertion'): AskedField => ({
  name,
  secret: true,
});

/** Without any language, Ubisecure refuses to send a message; this is the one that Keyfob speaks. */
const ownLanguage = 'en';

/**
 * Signs in by a grant that asks the person here, and asks for no more than the settings leave open.
 *
 * Rejects with `not_allowed` (the password grant, before the person turned it on), with what `ask`
 * rejects with, and as the grants.
 */
export async function signInByForm(
  context: OidcContext,
  settings: OidcSettings,
  target: TokenTarget,
  ask: Ask,
  signal: AbortSignal,
): Promise<TokenAnswer> {
  switch (settings.grant) {
    case 'password': {
      requireAllowed(settings);
      const entered = await askFor(settings, [secretField('password')], ask, signal);
      const { password } = entered;
      return await passwordGrant(
        context,
        { ...target, username: entered.username, password: said(password) },
        signal,
      );
    }
    case 'sms-otp':
    case 'smtp-otp':
      return await byOneTimePassword(context, settings, target, ask, signal);
    case 'saml2-bearer': {
      const { assertion } = await ask({ fields: [secretField('assertion')] }, signal);
      return await saml2BearerGrant(context, { ...target, assertion: said(assertion) }, signal);
    }
    case 'jwt-bearer': {
      const { assertion } = await ask({ fields: [secretField('assertion')] }, signal);
      return await jwtBearerGrant(context, { ...target, assertion: said(assertion) }, signal);
    }
    default:
      throw new KeyfobError('sign_in_failed', `${settings.name} asks nothing here.`, {
        hint: `Start the sign-in again: \`keyfob login ${settings.name}\`.`,
      });
  }
}

async function byOneTimePassword(
  context: OidcContext,
  settings: OidcSettings,
  target: TokenTarget,
  ask: Ask,
  signal: AbortSignal,
): Promise<TokenAnswer> {
  const channel = settings.grant === 'sms-otp' ? 'sms' : 'smtp';
  const entered = await askFor(settings, [], ask, signal);
  const { uiLocales = ownLanguage } = settings;
  const input = { ...target, channel, username: entered.username, uiLocales } as const;
  const { reference } = await requestOneTimePassword(context, input, signal);
  const message =
    channel === 'sms'
      ? `A one-time password is on its way to the phone of ${entered.username}.`
      : `A one-time password is on its way to the mailbox of ${entered.username}.`;
  const { otp } = await ask({ fields: [secretField('otp')], message }, signal);
  return await redeemOneTimePassword(context, { ...input, reference, code: said(otp) }, signal);
}

/** Asks for `fields`, and for the user name where the settings have none. */
async function askFor(
  settings: OidcSettings,
  fields: readonly AskedField[],
  ask: Ask,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>> & { readonly username: string }> {
  const own = settings.username;
  const asked = own === undefined ? [username, ...fields] : fields;
  const entered = asked.length === 0 ? {} : await ask({ fields: asked }, signal);
  return { ...entered, username: own ?? said(entered.username) };
}

/** What was asked for has been answered; the type of a record does not know. */
function said(value: string | undefined): string {
  return value ?? '';
}

function requireAllowed({ name, passwordAllowed }: OidcSettings): void {
  if (passwordAllowed === true) return;
  throw new KeyfobError('not_allowed', `${name} may not sign in by password.`, {
    hint: `This hands your password to Keyfob and past every second factor. If the provider has nothing else, turn it on with \`keyfob connection update ${name} --allow-password\`.`,
  });
}
