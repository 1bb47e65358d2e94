import { ownFlowOf } from '../../shared/connection.ts';
import { asKeyfobError, KeyfobError } from '../../shared/errors.ts';
import type { ConnectionSettings, Flow, SignIn } from '../../shared/model.ts';
import type { Browser } from '../ports.ts';
import { unlessAborted } from '../waiting.ts';
import { type Attempt, createAttempt, type Outcome } from './attempt.ts';
import { browserFlow, deviceFlow, type FlowContext, formFlow, unattendedFlow } from './flows.ts';
import { noPendingSignIn, signInCancelled, signInError } from './sign-in-errors.ts';

export interface SignInInput {
  /** Absent: the connection's own setting. */
  readonly flow?: Flow | undefined;
  /** False: the caller shows the URL itself. */
  readonly openBrowser: boolean;
  /** True: the caller sits where no browser of this machine is seen. */
  readonly remote: boolean;
}

/** The sign-ins of one connection: at most one at a time, and how the last one ended. */
export interface SignIns {
  /**
   * Starts one, or joins the pending one unless another flow is asked for by name, which replaces
   * it. Resolves when there is something to show. Rejects with the keychain's and upstream's
   * codes, and with `sign_in_…`.
   */
  start(input: SignInInput): Promise<SignIn>;
  /**
   * Resolves when the pending one, or else the last one, has succeeded. Rejects with
   * `sign_in_denied`, `sign_in_expired`, `sign_in_cancelled`, `sign_in_failed`, with the
   * keychain's and upstream's codes, and with `no_pending_sign_in` when there was none.
   */
  wait(signal: AbortSignal): Promise<SignIn>;
  /** Rejects with `no_pending_sign_in`. Once the provider has said yes, it only waits for the end. */
  cancel(): Promise<void>;
  /** See `Attempt.answer`. Rejects with `no_pending_sign_in`, `not_found`, `invalid_input`. */
  answer(id: string, values: Readonly<Record<string, string>>): Promise<void>;
  pending(): boolean;
  /** Ends the pending one, if any, and resolves when its listener is down. */
  stop(why: KeyfobError): Promise<void>;
}

export interface SignInsOptions extends FlowContext {
  /** As they are now. */
  readonly settings: () => ConnectionSettings;
  readonly browser: Browser;
  readonly publish: (view: SignIn) => void;
}

const flows = {
  browser: browserFlow,
  device: deviceFlow,
  form: formFlow,
  unattended: unattendedFlow,
} as const;

/** As long as `aws sso login` waits. Device codes bring their own lifetime. */
const deadlineMs = 10 * 60_000;
/** A person who starts again within this has not lost the tab. */
const reopenAfterMs = 10_000;

/** Creates the sign-ins of a connection. */
export function createSignIns(options: SignInsOptions): SignIns {
  const { settings, browser, clock, log, publish } = options;
  const connection = settings().name;
  let current: Attempt | undefined;
  let openedAt: number | undefined;
  let last: Outcome | undefined;
  let running: Promise<void> = Promise.resolve();

  function chooseFlow(input: SignInInput): SignIn['flow'] {
    const own = settings();
    // A grant that sends nobody to the provider's page has one way to be done.
    const ownFlow = own.kind === 'oidc' ? ownFlowOf(own) : undefined;
    if (ownFlow !== undefined) return ownFlow;
    const asked = input.flow ?? own.flow;
    if (asked !== 'auto') return asked;
    return browser.available && !input.remote ? 'browser' : 'device';
  }

  function launch(flow: SignIn['flow']): Attempt {
    const attempt = createAttempt({
      connection,
      flow,
      clock,
      deadlineMs,
      publish,
      onEnd(outcome) {
        last = outcome;
        if (current === attempt) current = undefined;
        const { view, error } = outcome;
        log('info', 'sign_in_ended', { connection, flow, state: view.state, code: error?.code });
      },
    });
    openedAt = undefined;
    current = attempt;
    log('info', 'sign_in_started', { connection, flow });
    const finished = flows[flow](attempt, options).catch((error: unknown) => {
      attempt.end(signInError(connection, error));
    });
    running = Promise.all([running, finished]).then(() => undefined);
    return attempt;
  }

  function openPage(attempt: Attempt, input: SignInInput): void {
    const { authorizationUrl, verificationUri, verificationUriComplete } = attempt.view();
    const url = authorizationUrl ?? verificationUriComplete ?? verificationUri;
    if (!input.openBrowser || input.remote || url === undefined) return;
    if (!browser.available) {
      if (attempt.flow === 'browser') attempt.note(noBrowser());
      return;
    }
    if (openedAt !== undefined && Math.abs(clock.now() - openedAt) < reopenAfterMs) return;
    openedAt = clock.now();
    browser
      .open(url, settings().browser)
      .catch((error: unknown) => attempt.note(asKeyfobError(error)));
  }

  return {
    async start(input) {
      const flow = chooseFlow(input);
      const replaces = input.flow === 'browser' || input.flow === 'device';
      if (replaces && current?.flow !== flow && current?.committed() === false) {
        current.end(signInCancelled(connection, `: ${flow} sign-in was started instead`));
      }
      const attempt = current ?? launch(flow);
      await attempt.shown;
      openPage(attempt, input);
      return attempt.view();
    },
    async wait(signal) {
      const outcome = current === undefined ? last : await unlessAborted(current.ended, signal);
      if (outcome === undefined) throw noPendingSignIn(connection);
      if (outcome.error !== undefined) throw outcome.error;
      return outcome.view;
    },
    async cancel() {
      if (current === undefined) throw noPendingSignIn(connection);
      if (current.committed()) await current.ended;
      else current.end(signInCancelled(connection));
    },
    async answer(id, values) {
      if (current === undefined) throw noPendingSignIn(connection);
      current.answer(id, values);
    },
    pending: () => current !== undefined,
    async stop(why) {
      current?.end(why);
      await running;
    },
  };
}

function noBrowser(): KeyfobError {
  return new KeyfobError('browser_failed', 'No browser can be opened here.', {
    hint: 'Copy the URL into a browser on this machine, or sign in with a device code.',
  });
}
