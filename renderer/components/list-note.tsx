import type { ConnectionView } from '../../shared/model.ts';
import { hintHere } from '../failures.ts';
import type { ListNote as Note } from '../list-items.ts';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { Button } from './button.tsx';
import styles from './list-note.module.css';

const words = text.accounts;

/** Why a connection shows no accounts, or not the newest, and what to do about it. */
export function ListNote(props: { readonly connection: ConnectionView; readonly note: Note }) {
  const { connection, note } = props;
  const { name } = connection.settings;
  const run = useKeyfob((view) => view.run);
  const error = note === 'sessionError' ? connection.session.error : connection.catalogue.error;
  const sync = () => void run('accounts.sync', { connection: name }, { connection: name });
  switch (note) {
    case 'syncing':
      return <p className={styles.note}>{words.syncing}</p>;
    case 'signedOut':
      return <p className={styles.note}>{words.signedOut}</p>;
    case 'empty':
      return (
        <div className={styles.note}>
          <p>
            <strong>{words.empty}</strong> {words.emptyHint}
          </p>
          <Button onClick={sync}>{words.sync}</Button>
        </div>
      );
    case 'sessionError':
    case 'syncError':
      return (
        <div className={`${styles.note} ${styles.failed}`}>
          <p>
            <strong>{error?.message}</strong> {error && hintHere(error)}
          </p>
          {!connection.catalogue.syncing && <Button onClick={sync}>{words.test}</Button>}
        </div>
      );
  }
}
