import { Ellipsis } from 'lucide-react';
import { type Account, accountNumber, accountRole, isAwsAccount } from '../../shared/account.ts';
import { regionOf } from '../../shared/connection.ts';
import type { ConnectionView } from '../../shared/model.ts';
import { useAccountActions } from '../account-actions.ts';
import { accountById } from '../account-by-id.ts';
import { groupedAccountId } from '../account-id.ts';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { AccountMenu } from './account-menu.tsx';
import { AccountPath } from './account-path.tsx';
import styles from './active-account.module.css';
import { Button } from './button.tsx';
import { Countdown } from './countdown.tsx';
import { Menu } from './menu.tsx';
import { SessionStatus } from './session-status.tsx';

const words = text.accounts;

/** What tools get that name no account. */
export function ActiveAccount() {
  const account = useKeyfob(({ state }) => accountById(state?.accounts, state?.active));
  const connection = useKeyfob(({ state }) =>
    state?.connections.find(({ settings }) => settings.name === account?.connection),
  );
  const choice = useKeyfob(({ state }) => (state?.accounts.length ?? 0) > 0);
  return (
    <header className={styles.now} data-region="active">
      <div className={styles.what}>
        <div className={styles.eyebrow}>
          <span>{words.active}</span>
          {account !== undefined && connection !== undefined && (
            <Remaining account={account} connection={connection} />
          )}
        </div>
        {account === undefined ? (
          <>
            <h1 className={styles.path}>{words.none}</h1>
            <p className={styles.meta}>{choice ? words.noneHint : words.noneYet}</p>
          </>
        ) : (
          <Chosen account={account} connection={connection} />
        )}
      </div>
      {account !== undefined && (
        <Actions account={account} signedOut={connection?.session.state === 'signed_out'} />
      )}
    </header>
  );
}

function Chosen(props: {
  readonly account: Account;
  readonly connection: ConnectionView | undefined;
}) {
  const { account, connection } = props;
  const number = accountNumber(account);
  const region = connection === undefined ? undefined : regionOf(connection.settings);
  return (
    <>
      <h1 className={styles.path}>
        <AccountPath account={account} />
      </h1>
      <p className={styles.meta}>
        {number !== undefined && <span className={styles.id}>{groupedAccountId(number)}</span>}
        {isAwsAccount(account) ? (
          region !== undefined && <span>{region}</span>
        ) : (
          <span>{accountRole(account)}</span>
        )}
        {connection?.session.state === 'signed_out' ? (
          <span>{words.signedOutHint}</span>
        ) : (
          connection?.session.renewable && <span>{words.renews}</span>
        )}
      </p>
    </>
  );
}

function Remaining(props: { readonly account: Account; readonly connection: ConnectionView }) {
  const { session } = props.connection;
  const until = useKeyfob(({ state }) => state?.credentials[props.account.id]?.expiresAt);
  if (session.state !== 'signed_in' || until === undefined) {
    return <SessionStatus session={session} />;
  }
  return (
    <span>
      <Countdown until={until} /> {words.left}
    </span>
  );
}

function Actions(props: { readonly account: Account; readonly signedOut: boolean }) {
  const { account } = props;
  const actions = useAccountActions();
  const signIn = useKeyfob((view) => view.signIn);
  return (
    <div className={styles.actions}>
      {props.signedOut ? (
        <Button
          kind="main"
          label={text.common.signInTo(account.connection)}
          onClick={() => signIn(account.connection)}
        >
          {text.common.signIn}
        </Button>
      ) : isAwsAccount(account) ? (
        <>
          <Button kind="main" onClick={() => actions.openConsole(account)}>
            {words.openConsole}
          </Button>
          <Button onClick={() => actions.copyEnvironment(account)}>{words.copyEnvironment}</Button>
        </>
      ) : (
        <Button kind="main" onClick={() => actions.copyToken(account)}>
          {words.copyToken}
        </Button>
      )}
      <Menu
        trigger={
          <Button kind="icon" label={words.moreFor(account.path)}>
            <Ellipsis aria-hidden="true" />
          </Button>
        }
      >
        <AccountMenu account={account} />
      </Menu>
    </div>
  );
}
