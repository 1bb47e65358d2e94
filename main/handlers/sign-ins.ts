import { isKeyfobError, KeyfobError } from '../../shared/errors.ts';
import type { ConnectionSettings } from '../../shared/model.ts';
import { lendAddress } from '../console/lend-address.ts';
import { type HandlersDeps, type HandlersOf, viewOf } from './deps.ts';

/** What signs in and out. */
export function signInHandlers(
  deps: HandlersDeps,
): HandlersOf<
  'signIn.start' | 'signIn.wait' | 'signIn.answer' | 'signIn.cancel' | 'signOut' | 'link.open'
> {
  const { ports, state, connections, stopping } = deps;

  function pageOf(name: string, what: 'verification' | 'authorization' | 'startUrl'): string {
    const { settings } = viewOf(name, deps);
    if (what === 'startUrl') return startUrlOf(settings);
    const signIn = state
      .get('signIns')
      .find(({ connection, state }) => connection === name && state === 'pending');
    const page =
      what === 'authorization'
        ? signIn?.authorizationUrl
        : (signIn?.verificationUriComplete ?? signIn?.verificationUri);
    if (page !== undefined) return page;
    throw new KeyfobError('no_pending_sign_in', `${name} waits for no such page.`, {
      hint: 'Start the sign-in again.',
    });
  }

  /** Rejects with `not_offered`, before anybody is signed out. */
  async function logoutPage(connection: string, signal: AbortSignal): Promise<string> {
    const { logoutUrl } = await import('../oidc/protocol.ts');
    const stored = await connections.session(connection, signal);
    const way = deps.wayTo(connection);
    const { uiLocales } = way.settings();
    const idToken = stored?.tokens?.idToken;
    return logoutUrl(await way.context(stored, signal), {
      ...(idToken === undefined ? {} : { idToken }),
      ...(uiLocales === undefined ? {} : { uiLocales }),
    });
  }

  return {
    'signIn.start': ({ flow, ...rest }) =>
      connections.startSignIn(flow === undefined ? rest : { ...rest, flow }),
    'signIn.wait': ({ connection }, { signal }) =>
      connections.waitForSignIn(connection, AbortSignal.any([signal, stopping])),
    async 'signIn.answer'({ connection, id, values }) {
      await connections.answerSignIn(connection, id, values);
      return {};
    },
    async 'signIn.cancel'({ connection }) {
      await connections.cancelSignIn(connection);
      return {};
    },
    async signOut({ connection, browser }, { signal }) {
      if (!browser) return await connections.signOut(connection);
      // Its address names the session, so it is made while there is one.
      const page = await logoutPage(connection, signal);
      const { revoked } = await connections.signOut(connection);
      const lent = await lendAddress(page, ports);
      try {
        await ports.browser.open(lent.url, connections.settings(connection).browser);
      } catch (error) {
        lent.takeBack();
        ports.log('warn', 'logout_page_not_opened', { connection });
        if (!isKeyfobError(error)) throw error;
        return { revoked, opened: false };
      }
      return { revoked, opened: true };
    },
    async 'link.open'({ connection, what }) {
      const page = pageOf(connection, what);
      await ports.browser.open(page, connections.settings(connection).browser);
      return {};
    },
  };
}

function startUrlOf(settings: ConnectionSettings): string {
  if (settings.kind === 'identity-center') return settings.startUrl;
  throw new KeyfobError('invalid_input', `${settings.name} has no start page.`, {
    hint: 'Only an AWS IAM Identity Center has one.',
  });
}
