import type { Client, ClientProcess } from '../../shared/commands.ts';
import { isLower } from '../../shared/confirm-policy.ts';
import { KeyfobError } from '../../shared/errors.ts';
import type { Account, Confirmation, ConfirmPolicy } from '../../shared/model.ts';
import type { Ports } from '../ports.ts';
import type { StateStore } from '../state.ts';
import { createOrigin, type Origin } from './origin.ts';
import { openPolicies } from './policies.ts';

/** Accounts that are handed out only after a person's yes. */
export interface Confirmations {
  /** Rejects with `file_unreadable`: not knowing who must ask, nothing may be handed out. */
  load(): Promise<void>;
  /** Whether anybody must be asked before this account is handed out. Synchronous and cheap. */
  asks(account: string): boolean;
  /**
   * Resolves once `client` may have the account's credentials. Rejects with `refused` when the
   * person says no or nothing within a minute, and with the signal's reason when the client has
   * hung up, which takes the question back.
   *
   * `impatient` clients hang up and ask again before a person can answer, as AWS's SDKs do: their
   * question stays, and a yes while nobody waits is for the next that they ask.
   */
  permit(
    account: Account,
    client: Client | undefined,
    signal: AbortSignal,
    options?: { readonly impatient?: boolean },
  ): Promise<void>;
  /**
   * Answers a question. `by` is the process that answers, where it is not our own window: none may
   * say yes to what it has asked itself. Throws `not_found` when the question is over, `refused`.
   */
  answer(id: string, allow: boolean, by?: ClientProcess | null): void;
  /** Rejects with the Files port's codes; then nothing has changed. */
  setPolicy(account: Account, policy: ConfirmPolicy): Promise<void>;
  /**
   * The same on behalf of a local program: to be asked less often than before, a person must say
   * yes, as in `permit`.
   */
  setPolicyFor(
    account: Account,
    policy: ConfirmPolicy,
    client: Client | undefined,
    signal: AbortSignal,
  ): Promise<void>;
  /** On removal of a connection: its policies and what was remembered. */
  forget(connection: string): Promise<void>;
  /** Refuses whoever waits, and waits for the write under way. */
  close(): Promise<void>;
}

interface Question {
  readonly view: Confirmation;
  readonly answered: Promise<boolean>;
  readonly origin: Origin;
  answer(allow: boolean): void;
  /** How many requests of the same program wait for it. */
  waiting: number;
  /** Whether one of them will come again. */
  lasting: boolean;
}

/** Long enough to find the window, short enough for a tool to wait. */
const answerWithinMs = 60_000;
/** More questions than a person can want to answer: whoever comes later is refused at once. */
const maxQuestions = 20;
const unknownProgram = 'a local program';

/**
 * Creates the confirmations; nobody need ask before `load`.
 *
 * @param partsOf the ids of all accounts that one is made of, itself among them: whoever must ask
 * for one of them must ask for what is made of it
 */
export function createConfirmations(
  ports: Ports,
  state: StateStore,
  partsOf: (account: string) => readonly string[] = (account) => [account],
): Confirmations {
  const { clock, random, notifier } = ports;
  const policies = openPolicies(ports, state);
  const questions = new Map<string, Question>();
  /** Programs that were allowed once, by account and name, until the helper ends. */
  const remembered = new Set<string>();
  /** Who was allowed while nobody waited: until when that is good for one request. */
  const unclaimed = new Map<string, number>();

  /** The strictest of an account and its parts. */
  function policyOf(account: string): ConfirmPolicy {
    const all = partsOf(account).map((part) => policies.of(part));
    return all.reduce((one, other) => (isLower(one, other) ? other : one), 'never');
  }

  function publish(): void {
    state.set(
      'confirmations',
      [...questions.values()].map(({ view }) => view),
    );
  }

  function ask(account: Account, client: string, policy?: ConfirmPolicy): Question {
    const id = Buffer.from(random.bytes(12)).toString('base64url');
    const now = clock.now();
    const { promise: answered, resolve } = Promise.withResolvers<boolean>();
    const cancel = clock.after(answerWithinMs, () => question.answer(false));
    const question: Question = {
      view: {
        id,
        account: account.id,
        path: account.path,
        client,
        ...(policy === undefined ? {} : { policy }),
        askedAt: new Date(now).toISOString(),
        expiresAt: new Date(now + answerWithinMs).toISOString(),
      },
      answered,
      origin: createOrigin(),
      answer(allow) {
        if (!questions.delete(id)) return;
        cancel();
        publish();
        resolve(allow);
        if (!allow || question.waiting > 0 || policy !== undefined) return;
        unclaimed.set(keyOf(account, client), clock.now() + answerWithinMs);
      },
      waiting: 0,
      lasting: false,
    };
    questions.set(id, question);
    publish();
    notifier.notify({
      kind: 'confirmation',
      connection: account.connection,
      message:
        policy === undefined
          ? `${client} asks for the credentials of ${account.path}.`
          : `${client} wants you to be asked less about ${account.path}.`,
      confirmation: id,
    });
    return question;
  }

  async function wait(question: Question, signal: AbortSignal): Promise<boolean> {
    const gone = Promise.withResolvers<never>();
    const onAbort = () => gone.reject(signal.reason);
    question.waiting += 1;
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    try {
      return await Promise.race([question.answered, gone.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
      question.waiting -= 1;
      if (question.waiting === 0 && !question.lasting) question.answer(false);
    }
  }

  function claim(key: string): boolean {
    const until = unclaimed.get(key);
    unclaimed.delete(key);
    return until !== undefined && clock.now() < until;
  }

  /** Whatever was allowed of these accounts. */
  function forgetYes(of: (account: string) => boolean): void {
    for (const kept of [remembered, unclaimed]) {
      for (const key of kept.keys()) if (of(key.split('\n', 1)[0] ?? '')) kept.delete(key);
    }
  }

  async function put(
    account: Account,
    client: Client | undefined,
    program: string,
    signal: AbortSignal,
    { policy, impatient = false }: { policy?: ConfirmPolicy; impatient?: boolean },
  ): Promise<void> {
    const from = await client?.process?.().catch(() => null);
    // Requests of one program that come together are one question.
    const open = [...questions.values()].find(
      ({ view }) =>
        view.account === account.id && view.client === program && view.policy === policy,
    );
    if (open === undefined && questions.size >= maxQuestions) throw refused(account, program);
    const question = open ?? ask(account, program, policy);
    question.origin.add(from);
    question.lasting ||= impatient;
    if (!(await wait(question, signal))) throw refused(account, program);
  }

  async function programOf(client: Client | undefined): Promise<string> {
    return (await client?.program().catch(() => undefined)) ?? unknownProgram;
  }

  async function setPolicy(account: Account, policy: ConfirmPolicy): Promise<void> {
    await policies.set(account.id, policy);
    forgetYes((id) => partsOf(id).includes(account.id));
  }

  return {
    load: policies.load,
    asks: (account) => policies.some() && policyOf(account) !== 'never',
    async permit(account, client, signal, { impatient = false } = {}) {
      if (policyOf(account.id) === 'never') return;
      const program = await programOf(client);
      const policy = policyOf(account.id);
      const key = keyOf(account, program);
      if (policy === 'never' || (policy === 'first' && remembered.has(key))) return;
      if (!claim(key)) await put(account, client, program, signal, { impatient });
      if (policy === 'first') remembered.add(key);
    },
    answer(id, allow, by) {
      const question = questions.get(id);
      if (question === undefined) throw questionOver();
      if (allow && by !== undefined && question.origin.mayBe(by)) throw ownQuestion();
      question.answer(allow);
    },
    setPolicy,
    async setPolicyFor(account, policy, client, signal) {
      await policies.load();
      if (isLower(policy, policies.of(account.id))) {
        await put(account, client, await programOf(client), signal, { policy });
      }
      await setPolicy(account, policy);
    },
    async forget(connection) {
      forgetYes((id) => id.startsWith(`${connection}/`));
      await policies.forget(connection);
    },
    async close() {
      for (const question of [...questions.values()]) question.answer(false);
      await policies.close();
    },
  };
}

function keyOf({ id }: Account, program: string): string {
  return `${id}\n${program}`;
}

function refused({ path }: Account, client: string): KeyfobError {
  return new KeyfobError('refused', `${client} was not allowed the credentials of ${path}.`, {
    hint: 'Try again and allow it in the Keyfob window or with `keyfob confirm`, or choose that this account need not ask.',
    details: { account: path, client },
  });
}

function ownQuestion(): KeyfobError {
  return new KeyfobError('refused', 'A program may not allow what it has asked for itself.', {
    hint: 'Answer in the Keyfob window, or with `keyfob confirm` in another terminal.',
  });
}

function questionOver(): KeyfobError {
  return new KeyfobError('not_found', 'This question is over.', {
    hint: 'Let the program ask again.',
  });
}
