import type { Account } from '../../shared/account.ts';
import { KeyfobError } from '../../shared/errors.ts';
import type { Prompt } from '../../shared/model.ts';
import type { Ports } from '../ports.ts';
import type { StateStore } from '../state.ts';

/** What only a person knows, asked for through the state. */
export interface Prompts {
  /**
   * Asks for the code that an MFA device shows. Rejects with `mfa_required` when nobody enters one
   * within a minute, or more is being asked than a person can answer; with the signal's reason when
   * nobody waits for it any more, which takes the question back.
   */
  mfaCode(account: Account, device: string, signal: AbortSignal): Promise<string>;
  /** Throws `not_found` when the question is over. The code is kept nowhere. */
  answer(id: string, code: string): void;
  close(): void;
}

interface Question {
  readonly view: Prompt;
  settle(code: string | undefined): void;
}

const answerWithinMs = 60_000;
const maxQuestions = 20;

/** Creates the questions; none is open at first. */
export function createPrompts(
  { clock, notifier, random }: Pick<Ports, 'clock' | 'notifier' | 'random'>,
  state: StateStore,
): Prompts {
  const questions = new Map<string, Question>();

  function publish(): void {
    state.set(
      'prompts',
      [...questions.values()].map(({ view }) => view),
    );
  }

  return {
    async mfaCode(account, device, signal) {
      signal.throwIfAborted();
      if (questions.size >= maxQuestions) throw unanswered(account);
      const id = Buffer.from(random.bytes(12)).toString('base64url');
      const now = clock.now();
      const message = `Enter the code that ${device} shows now.`;
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const cancel = clock.after(answerWithinMs, () => question.settle(undefined));
      const onAbort = () => {
        reject(signal.reason);
        question.settle(undefined);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      const question: Question = {
        view: {
          id,
          account: account.id,
          path: account.path,
          kind: 'mfa',
          message,
          askedAt: new Date(now).toISOString(),
          expiresAt: new Date(now + answerWithinMs).toISOString(),
        },
        settle(code) {
          if (!questions.delete(id)) return;
          cancel();
          signal.removeEventListener('abort', onAbort);
          publish();
          if (code === undefined) reject(unanswered(account));
          else resolve(code);
        },
      };
      questions.set(id, question);
      publish();
      notifier.notify({
        kind: 'mfa',
        connection: account.connection,
        message: `${account.path} needs the code of your MFA device.`,
      });
      return await promise;
    },

    answer(id, code) {
      const question = questions.get(id);
      if (question === undefined) {
        throw new KeyfobError('not_found', 'This question is over.', {
          hint: 'Let the tool ask again.',
        });
      }
      question.settle(code);
    },

    close() {
      for (const question of [...questions.values()]) question.settle(undefined);
    },
  };
}

function unanswered({ path, id }: Account): KeyfobError {
  return new KeyfobError('mfa_required', `${path} needs the code of an MFA device.`, {
    hint: 'Ask again, and enter the code within a minute: in the Keyfob window, or with `keyfob account mfa`.',
    details: { account: id },
  });
}
