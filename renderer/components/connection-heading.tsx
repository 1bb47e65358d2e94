import { Ellipsis, LogOut, Plus, RefreshCw, Trash2 } from 'lucide-react';
import { memo } from 'react';
import type { ConnectionView } from '../../shared/model.ts';
import { accountById } from '../account-by-id.ts';
import { endsSoon } from '../session-status.ts';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { useTimeText } from '../times.ts';
import { Button } from './button.tsx';
import styles from './connection-heading.module.css';
import { Menu, MenuItem, MenuLine } from './menu.tsx';
import { SessionStatus } from './session-status.tsx';
import { Status } from './status.tsx';

const words = text.accounts;

/** A connection above its accounts: its name, how its session stands, and what to do about that. */
export const ConnectionHeading = memo(function ConnectionHeading(props: {
  readonly connection: ConnectionView;
}) {
  const { settings, session } = props.connection;
  const pending = useSignInPending(settings.name);
  // With no active account above and no other connection, nothing else in view is to be done first.
  const onlyThing = useKeyfob(
    ({ state }) =>
      state?.connections.length === 1 && accountById(state.accounts, state.active) === undefined,
  );
  return (
    <div className={styles.head}>
      <h2 className={styles.name} title={settings.name}>
        {settings.name}
      </h2>
      <span className={styles.status}>
        {pending ? (
          <Status shape="ring">{words.signInUnderWay}</Status>
        ) : (
          <SessionStatus session={session} />
        )}
      </span>
      <SessionAction connection={props.connection} main={onlyThing} />
      <ConnectionMenu connection={props.connection} />
    </div>
  );
});

/** Whether a sign-in to this connection is under way. */
export function useSignInPending(name: string): boolean {
  return useKeyfob(({ state }) =>
    (state?.signIns ?? []).some((one) => one.connection === name && one.state === 'pending'),
  );
}

/** The one thing to do about a session, where there is one: sign in, or go back to a sign-in. */
export function SessionAction(props: {
  readonly connection: ConnectionView;
  /** Whether it is the one main action in view. */
  readonly main?: boolean;
}) {
  const { settings, session } = props.connection;
  const { name } = settings;
  const pending = useSignInPending(name);
  const signIn = useKeyfob((view) => view.signIn);
  const go = useKeyfob((view) => view.go);
  const soon = useTimeText((nowMs) => (endsSoon(session, nowMs) ? 'soon' : ''));
  const kind = props.main ? 'main' : 'plain';
  if (pending) {
    return (
      <Button kind={kind} onClick={() => go({ name: 'signIn', connection: name })}>
        {words.show}
      </Button>
    );
  }
  if (session.state === 'unknown' || (session.state === 'signed_in' && soon === '')) return null;
  return (
    <Button kind={kind} label={text.common.signInTo(name)} onClick={() => signIn(name)}>
      {text.common.signIn}
    </Button>
  );
}

/** What else can be done with a connection. */
function ConnectionMenu(props: { readonly connection: ConnectionView }) {
  const { settings, session, catalogue } = props.connection;
  const { name } = settings;
  const signOut = useKeyfob((view) => view.signOut);
  const signIn = useKeyfob((view) => view.signIn);
  const run = useKeyfob((view) => view.run);
  const askToRemove = useKeyfob((view) => view.askToRemove);
  const go = useKeyfob((view) => view.go);
  const signedOut = session.state === 'signed_out';
  return (
    <Menu
      trigger={
        <Button kind="icon" label={words.moreForConnection(name)}>
          <Ellipsis aria-hidden="true" />
        </Button>
      }
    >
      {settings.kind === 'identity-center' && (
        <MenuItem
          icon={<RefreshCw />}
          disabled={signedOut || catalogue.syncing}
          onClick={() => void run('accounts.sync', { connection: name }, { connection: name })}
        >
          {words.sync}
        </MenuItem>
      )}
      {signedOut ? (
        <MenuItem icon={<LogOut />} onClick={() => void signIn(name)}>
          {text.common.signIn}
        </MenuItem>
      ) : (
        <MenuItem icon={<LogOut />} onClick={() => void signOut(name)}>
          {text.common.signOut}
        </MenuItem>
      )}
      <MenuItem icon={<Plus />} onClick={() => go({ name: 'addAccount', connection: name })}>
        {words.addAccount}
      </MenuItem>
      <MenuLine />
      <MenuItem icon={<Trash2 />} onClick={() => askToRemove(name)}>
        {words.remove}
      </MenuItem>
    </Menu>
  );
}
