import type { KeyfobError } from '../../shared/errors.ts';
import type { SignIn } from '../../shared/model.ts';
import type { Clock } from '../ports.ts';
import { unlessAborted } from '../waiting.ts';
import type { Ask } from './provider.ts';
import { type OpenQuestion, openQuestion, questionOver } from './question.ts';
import { signInExpired } from './sign-in-errors.ts';

/** How a sign-in ended; `error` is absent when it succeeded. */
export interface Outcome {
  readonly view: SignIn;
  readonly error?: KeyfobError;
}

/** What a person needs to go on, by flow. */
export type Shown = Pick<
  SignIn,
  'authorizationUrl' | 'offersDevice' | 'userCode' | 'verificationUri' | 'verificationUriComplete'
>;

/** One sign-in from its start to its end, which it has exactly once. */
export interface Attempt {
  readonly connection: string;
  readonly flow: SignIn['flow'];
  /** Aborted at the end, with the error if it ended badly. */
  readonly signal: AbortSignal;
  /** Resolves when there is something to show; rejects when it ended before. */
  readonly shown: Promise<SignIn>;
  /** Never rejects. */
  readonly ended: Promise<Outcome>;
  view(): SignIn;
  show(what: Shown): void;
  /** Something went wrong that does not end it, such as a browser that would not open. */
  note(error: KeyfobError): void;
  /** Ends it by itself `afterMs` from now, and says so in the view. */
  setDeadline(afterMs: number): void;
  /** Shows a question and waits for its answer. The values go to whoever asked, and nowhere else. */
  readonly ask: Ask;
  /**
   * Answers the open question. Throws `not_found` where it is not open (any more), and
   * `invalid_input` where the answer lacks something or says too much; the question stays then.
   */
  answer(id: string, values: Readonly<Record<string, string>>): void;
  /**
   * The provider has said yes: neither the deadline nor a change of mind stops it now. Throws what
   * it ended with if that came first.
   */
  commit(): void;
  committed(): boolean;
  /** The first call decides. */
  end(error?: KeyfobError): void;
}

/** Begins an attempt. `publish` gets its view after each change, `onEnd` how it ended, at once. */
export function createAttempt(options: {
  readonly connection: string;
  readonly flow: SignIn['flow'];
  readonly clock: Clock;
  readonly deadlineMs: number;
  readonly publish: (view: SignIn) => void;
  readonly onEnd: (outcome: Outcome) => void;
}): Attempt {
  const { connection, flow, clock, publish } = options;
  const controller = new AbortController();
  const shown = Promise.withResolvers<SignIn>();
  const ended = Promise.withResolvers<Outcome>();
  shown.promise.catch(() => undefined);
  let committed = false;
  let over = false;
  let cancelDeadline: (() => void) | undefined;
  let questions = 0;
  let question: OpenQuestion | undefined;
  let view: SignIn = {
    connection,
    flow,
    state: 'pending',
    startedAt: iso(clock.now()),
    expiresAt: iso(clock.now() + options.deadlineMs),
  };

  function setDeadline(afterMs: number): void {
    cancelDeadline?.();
    view = { ...view, expiresAt: iso(clock.now() + afterMs) };
    cancelDeadline = clock.after(afterMs, () => {
      if (!committed) end(signInExpired(connection));
    });
  }

  function end(error?: KeyfobError): void {
    if (over) return;
    over = true;
    cancelDeadline?.();
    const { startedAt, expiresAt } = view;
    const cancelled = error?.code === 'sign_in_cancelled';
    const state = error === undefined ? 'signed_in' : cancelled ? 'cancelled' : 'failed';
    // What was shown is worth nothing now, so it is shown no longer.
    view = {
      connection,
      flow,
      state,
      startedAt,
      expiresAt,
      ...(error === undefined ? {} : { error: error.toInfo() }),
    };
    const outcome = error === undefined ? { view } : { view, error };
    options.onEnd(outcome);
    controller.abort(error);
    publish(view);
    if (error !== undefined) shown.reject(error);
    else shown.resolve(view);
    ended.resolve(outcome);
  }

  function ask(asked: Parameters<Ask>[0], signal: AbortSignal) {
    signal.throwIfAborted();
    controller.signal.throwIfAborted();
    questions += 1;
    const opened = openQuestion(`${questions}`, asked.fields);
    question = opened;
    view = { ...view, asks: { id: opened.id, ...asked, fields: [...asked.fields] } };
    publish(view);
    shown.resolve(view);
    return unlessAborted(opened.answered, AbortSignal.any([signal, controller.signal]));
  }

  function answer(id: string, values: Readonly<Record<string, string>>): void {
    if (question?.id !== id) throw questionOver(connection);
    question.answer(values);
    question = undefined;
    const { asks: _, ...rest } = view;
    view = rest;
    publish(view);
  }

  setDeadline(options.deadlineMs);
  return {
    ask,
    answer,
    connection,
    flow,
    signal: controller.signal,
    shown: shown.promise,
    ended: ended.promise,
    view: () => view,
    show(what) {
      if (over) return;
      view = { ...view, ...what };
      publish(view);
      shown.resolve(view);
    },
    note(error) {
      if (over) return;
      view = { ...view, error: error.toInfo() };
      publish(view);
    },
    setDeadline,
    commit() {
      controller.signal.throwIfAborted();
      committed = true;
    },
    committed: () => committed && !over,
    end,
  };
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
