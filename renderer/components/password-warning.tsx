import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

const words = text.connect.oidc;

/** Stands before a sign-in by password that was never allowed: why not, and the way to it all the same. */
export function PasswordWarning(props: { readonly connection: string }) {
  const { connection } = props;
  const run = useKeyfob((view) => view.run);
  const signIn = useKeyfob((view) => view.signIn);
  const back = useKeyfob((view) => view.back);
  async function allow() {
    const changes = { connection, passwordAllowed: true };
    const done = await run('connection.update', changes, { connection });
    if (done !== undefined) await signIn(connection);
  }
  return (
    <Notice
      kind="info"
      title={text.signIn.passwordOff(connection)}
      actions={
        <>
          <Button onClick={() => void allow()}>{text.signIn.allowPassword}</Button>
          <Button kind="quiet" onClick={back}>
            {text.signIn.showAccounts}
          </Button>
        </>
      }
    >
      {words.passwordTitle}. {words.passwordWhy}
    </Notice>
  );
}
