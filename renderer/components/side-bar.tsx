import type { ConnectionView } from '../../shared/model.ts';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { SessionAction, useSignInPending } from './connection-heading.tsx';
import { Foot } from './foot.tsx';
import { SessionStatus } from './session-status.tsx';
import styles from './side-bar.module.css';
import { Status } from './status.tsx';

const words = text.accounts;

/** The ordinary window's left side: whose accounts to list, and the way to the other views. */
export function SideBar() {
  const connections = useKeyfob((view) => view.state?.connections);
  const only = useKeyfob((view) => view.only);
  const showOnly = useKeyfob((view) => view.showOnly);
  const atHome = useKeyfob(({ view }) => view.name === 'accounts');
  return (
    <div className={styles.side}>
      <nav className={styles.connections} aria-label={words.connections} data-region="connections">
        <ul>
          <li className={styles.item}>
            <button
              type="button"
              className={styles.connection}
              aria-pressed={atHome && only === undefined}
              onClick={() => showOnly(undefined)}
            >
              {words.allAccounts}
            </button>
          </li>
          {connections?.map((connection) => (
            <Connection
              key={connection.settings.name}
              connection={connection}
              chosen={atHome && only === connection.settings.name}
            />
          ))}
        </ul>
      </nav>
      <Foot side={true} />
    </div>
  );
}

function Connection(props: { readonly connection: ConnectionView; readonly chosen: boolean }) {
  const { settings, session } = props.connection;
  const pending = useSignInPending(settings.name);
  const showOnly = useKeyfob((view) => view.showOnly);
  return (
    <li className={styles.item}>
      <button
        type="button"
        className={styles.connection}
        aria-pressed={props.chosen}
        onClick={() => showOnly(settings.name)}
      >
        <span className={styles.name} title={settings.name}>
          {settings.name}
        </span>{' '}
        {pending ? (
          <Status shape="ring">{words.signInUnderWay}</Status>
        ) : (
          <SessionStatus session={session} />
        )}
      </button>
      <SessionAction connection={props.connection} />
    </li>
  );
}
