import { z } from 'zod';
import { everyOther, policyIn } from '../../shared/confirm-policy.ts';
import { type ConfirmPolicy, confirmPolicySchema, type State } from '../../shared/model.ts';
import { createJsonDocument } from '../json-document.ts';
import type { Ports } from '../ports.ts';
import { noteProblem, type StateStore } from '../state.ts';
import { createTurns } from '../turns.ts';

/**
 * Which accounts ask before they are handed out, kept in `confirmations.json`.
 *
 * If that file is damaged nobody knows any more who had to ask. So from then on, and over restarts,
 * every account always asks, until it is set again or the file is mended.
 */
export interface Policies {
  /** Rejects with `file_unreadable`. */
  load(): Promise<void>;
  /** Whether any account asks. Cheap. */
  some(): boolean;
  of(account: string): ConfirmPolicy;
  /** Written before it holds. Rejects with the Files port's codes. */
  set(account: string, policy: ConfirmPolicy): Promise<void>;
  forget(connection: string): Promise<void>;
  close(): Promise<void>;
}

const fileSchema = z.object({
  version: z.literal(1),
  /** `*`: every other account. */
  confirm: z.record(z.string(), confirmPolicySchema),
});

/** Binds the policies to their file and to the state. */
export function openPolicies({ files, clock }: Ports, state: StateStore): Policies {
  const document = createJsonDocument({
    files,
    name: 'confirmations.json',
    schema: fileSchema,
    empty: { version: 1, confirm: {} },
    onDamaged(error) {
      damaged = true;
      noteProblem(state, clock, error);
    },
  });
  let damaged = false;
  let present: State['confirm'] = {};
  let someAsk = false;
  let loading: Promise<void> | undefined;
  const turns = createTurns();

  function hold(confirm: State['confirm']): void {
    present = confirm;
    someAsk = Object.keys(confirm).length > 0;
    state.set('confirm', confirm);
  }

  function load(): Promise<void> {
    loading ??= document
      .read()
      .then(async ({ confirm }) => {
        if (!damaged) return hold(confirm);
        hold({ [everyOther]: 'always' });
        await document.write({ version: 1, confirm: { [everyOther]: 'always' } });
      })
      .catch((error: unknown) => {
        loading = undefined;
        throw error;
      });
    return loading;
  }

  function change(to: (confirm: State['confirm']) => State['confirm']): Promise<void> {
    return turns.run(async () => {
      await load();
      const present = state.get('confirm');
      const next = to(present);
      if (Object.keys(next).length === 0 && Object.keys(present).length === 0) return;
      await document.write({ version: 1, confirm: next });
      hold(next);
    });
  }

  return {
    load,
    some: () => someAsk,
    of: (account) => policyIn(present, account),
    set: (account, policy) =>
      change(({ [account]: _, ...others }) =>
        policy === 'never' && others[everyOther] === undefined
          ? others
          : { ...others, [account]: policy },
      ),
    forget: (connection) =>
      change((confirm) =>
        Object.fromEntries(
          Object.entries(confirm).filter(([id]) => !id.startsWith(`${connection}/`)),
        ),
      ),
    async close() {
      await turns.done();
    },
  };
}
