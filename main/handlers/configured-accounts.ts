import type { HandlersDeps, HandlersOf } from './deps.ts';

/** What adds and removes accounts that a person puts together, and takes what only a person knows. */
export function configuredAccountHandlers({
  accounts,
  accountsLoaded,
  grants,
  prompts,
}: HandlersDeps): HandlersOf<'account.add' | 'account.remove' | 'prompt.answer'> {
  return {
    async 'account.add'(input) {
      await accountsLoaded;
      return await accounts.add(input);
    },
    async 'account.remove'({ account }) {
      await accountsLoaded;
      const removed = await accounts.remove(account);
      // Another one of this name would be another account.
      await grants.forgetAccount(removed.id);
      return removed;
    },
    async 'prompt.answer'({ id, code }) {
      prompts.answer(id, code);
      return {};
    },
  };
}
