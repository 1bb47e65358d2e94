import type { ConfirmPolicy, State } from './model.ts';

/** Stands for every account that is not named. */
export const everyOther = '*';

/** How an account asks, as the state has it. */
export function policyIn(confirm: State['confirm'] | undefined, account: string): ConfirmPolicy {
  return confirm?.[account] ?? confirm?.[everyOther] ?? 'never';
}

const strictness = { never: 0, first: 1, always: 2 } as const satisfies Record<
  ConfirmPolicy,
  number
>;

/** Whether a person would be asked less often than before. */
export function isLower(policy: ConfirmPolicy, than: ConfirmPolicy): boolean {
  return strictness[policy] < strictness[than];
}
