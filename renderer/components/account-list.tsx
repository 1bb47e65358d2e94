import type { Account, ConnectionView } from '../../shared/model.ts';
import { type AccountGroup, accountGroups } from '../account-groups.ts';
import { useKeyfob } from '../store.ts';
import styles from './account-list.module.css';
import { Button } from './button.tsx';
import { SessionStatus } from './session-status.tsx';

/** More rows than this help nobody; the search narrows them. */
const shownPerConnection = 100;

/** Connections as groups, accounts as rows; one click on a row switches. */
export function AccountList() {
  const state = useKeyfob((view) => view.state);
  const query = useKeyfob((view) => view.query);
  if (state === undefined) return null;
  const groups = accountGroups(state, query);
  if (groups.length === 0) {
    return <p className={styles.empty}>No account matches “{query}”.</p>;
  }
  return groups.map((group) => (
    <Group key={group.connection.settings.name} group={group} active={state.active} />
  ));
}

function Group(props: { readonly group: AccountGroup; readonly active: string | null }) {
  const { connection, accounts } = props.group;
  const { name } = connection.settings;
  const hidden = accounts.length - shownPerConnection;
  return (
    <section className={styles.group} aria-label={name}>
      <GroupHead connection={connection} />
      <ul className={styles.rows}>
        {accounts.slice(0, shownPerConnection).map((account) => (
          <Row key={account.id} account={account} active={account.id === props.active} />
        ))}
      </ul>
      {hidden > 0 && <p className={styles.note}>and {hidden} more: search to narrow them down</p>}
      <CatalogueNote connection={connection} />
    </section>
  );
}

function GroupHead(props: { readonly connection: ConnectionView }) {
  const { settings, session } = props.connection;
  const signIn = useKeyfob((view) => view.signIn);
  const signOut = useKeyfob((view) => view.signOut);
  return (
    <div className={styles.head}>
      <h2 className={styles.name}>{settings.name}</h2>
      <SessionStatus session={session} />
      <span className={styles.action}>
        {session.state === 'signed_in' ? (
          <Button
            kind="quiet"
            label={`Sign out of ${settings.name}`}
            onClick={() => signOut(settings.name)}
          >
            Sign out
          </Button>
        ) : (
          <Button label={`Sign in to ${settings.name}`} onClick={() => signIn(settings.name)}>
            Sign in
          </Button>
        )}
      </span>
    </div>
  );
}

function Row(props: { readonly account: Account; readonly active: boolean }) {
  const { account, active } = props;
  const use = useKeyfob((view) => view.useAccount);
  return (
    <li>
      <button
        type="button"
        className={styles.row}
        aria-pressed={active}
        onClick={() => use(account.id)}
      >
        <span className={styles.radio} aria-hidden="true" />
        <span className={styles.who}>
          <span className={styles.accountName}>{account.accountName}</span>
          <span className={styles.role}>{account.roleName}</span>
        </span>
        <span className={styles.id}>{account.accountId}</span>
      </button>
    </li>
  );
}

function CatalogueNote(props: { readonly connection: ConnectionView }) {
  const { catalogue } = props.connection;
  if (catalogue.error !== undefined) {
    return (
      <p className={styles.note}>
        {catalogue.error.message} {catalogue.error.hint}
      </p>
    );
  }
  return catalogue.syncing ? <p className={styles.note}>Fetching the list of accounts…</p> : null;
}
