import { accountById } from '../account-by-id.ts';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';

const words = text.accounts;

/** Asks before an account that a person has put together is removed. */
export function RemoveAccount() {
  const account = useKeyfob(({ state, removingAccount }) =>
    accountById(state?.accounts, removingAccount),
  );
  const ask = useKeyfob((view) => view.askToRemoveAccount);
  const run = useKeyfob((view) => view.run);
  const say = useKeyfob((view) => view.say);
  if (account === undefined) return null;
  const { id, path, connection } = account;
  const close = () => ask(undefined);
  async function remove() {
    close();
    const done = await run('account.remove', { account: id }, { connection, retry: false });
    if (done !== undefined) say(words.removedAccount(path));
  }
  return (
    <Dialog
      open={true}
      title={words.removeAccountTitle(path)}
      description={words.removeAccountHint}
      onClose={close}
      actions={
        <>
          <Button onClick={close}>{text.common.cancel}</Button>
          <Button kind="danger" onClick={remove}>
            {words.removeAccountYes}
          </Button>
        </>
      }
    />
  );
}
