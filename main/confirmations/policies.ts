import { z } from 'zod';
import { type ConfirmPolicy, confirmPolicySchema, type State } from '../../shared/model.ts';
import { createTurns } from '../connections/waiting.ts';
import { createJsonDocument } from '../json-document.ts';
import type { Ports } from '../ports.ts';
import { noteProblem, type StateStore } from '../state.ts';

/** Which accounts ask before they are handed out, kept in `confirmations.json`. */
export interface Policies {
  /** Rejects with `file_unreadable`. */
  load(): Promise<void>;
  has(account: string): boolean;
  of(account: string): ConfirmPolicy;
  /** Written before it holds. Rejects with the Files port's codes. */
  set(account: string, policy: ConfirmPolicy): Promise<void>;
  forget(connection: string): Promise<void>;
  close(): Promise<void>;
}

const fileSchema = z.object({
  version: z.literal(1),
  confirm: z.record(z.string(), confirmPolicySchema.exclude(['never'])),
});

/** Binds the policies to their file and to the state. */
export function openPolicies({ files, clock }: Ports, state: StateStore): Policies {
  const document = createJsonDocument({
    files,
    name: 'confirmations.json',
    schema: fileSchema,
    empty: { version: 1, confirm: {} },
    onDamaged: (error) => noteProblem(state, clock, error),
  });
  let policies = new Map<string, Exclude<ConfirmPolicy, 'never'>>();
  let loading: Promise<void> | undefined;
  const turns = createTurns();

  function hold(confirm: State['confirm']): void {
    policies = new Map(Object.entries(confirm));
    state.set('confirm', confirm);
  }

  function load(): Promise<void> {
    loading ??= document
      .read()
      .then(({ confirm }) => hold(confirm))
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
    has: (account) => policies.has(account),
    of: (account) => policies.get(account) ?? 'never',
    set: (account, policy) =>
      change(({ [account]: _, ...others }) =>
        policy === 'never' ? others : { ...others, [account]: policy },
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
