import { useState } from 'react';
import { isAwsAccount } from '../../shared/account.ts';
import { regionOf } from '../../shared/connection.ts';
import { identityCommand, profileLines, tokenCommand } from '../../shared/snippets.ts';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { useAccountsOf } from '../use-accounts-of.ts';
import { AccountPicker } from './account-picker.tsx';
import { Button } from './button.tsx';
import { FailureNotice } from './failure.tsx';
import { Notice } from './notice.tsx';
import styles from './signed-in.module.css';
import { Snippet } from './snippet.tsx';

/** The first sign-in has succeeded: from here to the first command that works. */
export function SignedIn(props: { readonly connection: string }) {
  const { connection } = props;
  const accounts = useAccountsOf(connection);
  const view = useKeyfob(({ state }) =>
    state?.connections.find(({ settings }) => settings.name === connection),
  );
  const run = useKeyfob((store) => store.run);
  if (view === undefined) return null;
  const { catalogue } = view;
  if (accounts.length > 0) return <Choose connection={connection} />;
  if (catalogue.error !== undefined) {
    const sync = () => void run('accounts.sync', { connection }, { connection });
    return <FailureNotice failure={{ error: catalogue.error, connection, retry: sync }} />;
  }
  const fetched = catalogue.syncedAt !== undefined && !catalogue.syncing;
  return (
    <Notice kind={fetched ? 'empty' : 'info'} title={text.signIn.doneTitle(connection)}>
      <span role="status">{fetched ? text.signIn.noAccounts : text.signIn.syncing}</span>
    </Notice>
  );
}

function Choose(props: { readonly connection: string }) {
  const accounts = useAccountsOf(props.connection);
  const region = useKeyfob(({ state }) => {
    const found = state?.connections.find(({ settings }) => settings.name === props.connection);
    return (found === undefined ? undefined : regionOf(found.settings)) ?? 'us-east-1';
  });
  const command = useKeyfob(({ state }) => state?.helper.command);
  const use = useKeyfob((view) => view.useAccount);
  const back = useKeyfob((view) => view.back);
  const [chosen, choose] = useState<string>();
  const account = accounts.find(({ id }) => id === chosen) ?? accounts[0];
  if (account === undefined) return null;
  return (
    <section className={styles.done} aria-label={text.signIn.doneTitle(props.connection)}>
      <div>
        <h2 className={styles.title}>{text.signIn.doneTitle(props.connection)}</h2>
        <p className={styles.words}>{text.signIn.done(accounts.length)}</p>
      </div>
      <AccountPicker
        label={text.signIn.choose}
        accounts={accounts}
        value={account.id}
        onChange={choose}
      />
      {isAwsAccount(account) ? (
        <>
          <Snippet name={text.tools.snippets.profile.name} where={text.signIn.pasteProfile}>
            {profileLines({ account, region, command })}
          </Snippet>
          <Snippet name={text.tools.snippets['aws-cli'].name} where={text.signIn.thenRun}>
            {identityCommand(account)}
          </Snippet>
        </>
      ) : (
        <Snippet name={text.tools.snippets.token.name} where={text.signIn.printToken}>
          {tokenCommand({ account, command })}
        </Snippet>
      )}
      <div className={styles.actions}>
        <Button
          kind="main"
          onClick={() => {
            void use(account.id);
            back();
          }}
        >
          {text.signIn.useAndGo}
        </Button>
        <Button kind="quiet" onClick={back}>
          {text.signIn.showAccounts}
        </Button>
      </div>
    </section>
  );
}
