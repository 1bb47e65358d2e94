import { useEffect, useState } from 'react';
import { addressOf } from '../../shared/connection.ts';
import type { State } from '../../shared/model.ts';
import { Button } from '../components/button.tsx';
import { FailureNotice } from '../components/failure.tsx';
import { PasswordWarning } from '../components/password-warning.tsx';
import { SignInCard } from '../components/sign-in-card.tsx';
import { SignedIn } from '../components/signed-in.tsx';
import { ViewFrame } from '../components/view-frame.tsx';
import { signInShown } from '../sign-in-shown.ts';
import { endedWords, hostOf } from '../sign-in-words.ts';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import styles from './sign-in-view.module.css';

/** A sign-in, from the moment it is asked for until it has succeeded or been given up. */
export function SignInView() {
  const view = useKeyfob(({ view }) => (view.name === 'signIn' ? view : undefined));
  const connection = view?.connection ?? '';
  const signIn = useKeyfob(({ state }) =>
    state?.signIns.find((one) => one.connection === connection),
  );
  // Whoever used no account yet is shown the way to the first one; an only one is active by then.
  const none = useKeyfob(({ state }) => state?.active === null);
  const [first] = useState(none);
  const passwordOff = useKeyfob(({ state }) => passwordIsOff(state, connection));
  const back = useKeyfob((view) => view.back);
  const restart = useKeyfob((view) => view.signIn);
  const shown = view === undefined ? undefined : signInShown(view, signIn);
  const over = shown?.kind === 'cancelled' || (shown?.kind === 'signedIn' && !first);
  useEffect(() => {
    if (over) back();
  }, [over, back]);
  return (
    <ViewFrame title={text.common.signInTo(connection)}>
      {shown?.kind === 'starting' && <Starting connection={connection} />}
      {shown?.kind === 'pending' && <SignInCard signIn={shown.signIn} />}
      {shown?.kind === 'signedIn' && first && <SignedIn connection={connection} />}
      {shown?.kind === 'failed' && passwordOff && <PasswordWarning connection={connection} />}
      {shown?.kind === 'failed' && !passwordOff && (
        <FailureNotice
          failure={{
            error: endedWords(shown.error),
            connection,
            retry: () => void restart(connection),
          }}
        >
          <Button kind="quiet" onClick={back}>
            {text.signIn.showAccounts}
          </Button>
        </FailureNotice>
      )}
    </ViewFrame>
  );
}

/** Whether this connection signs in by password, which nobody has allowed yet. */
function passwordIsOff(state: State | undefined, name: string): boolean {
  const settings = state?.connections.find((one) => one.settings.name === name)?.settings;
  return (
    settings?.kind === 'oidc' && settings.grant === 'password' && settings.passwordAllowed !== true
  );
}

function Starting(props: { readonly connection: string }) {
  const { connection } = props;
  const address = useKeyfob(({ state }) => {
    const found = state?.connections.find(({ settings }) => settings.name === connection);
    return found === undefined ? undefined : addressOf(found.settings);
  });
  const cancel = useKeyfob((view) => view.cancelSignIn);
  return (
    <div className={styles.starting}>
      <p role="status">{text.signIn.asking(hostOf(address) ?? connection)}</p>
      <Button kind="quiet" onClick={() => cancel(connection)}>
        {text.common.cancel}
      </Button>
    </div>
  );
}
