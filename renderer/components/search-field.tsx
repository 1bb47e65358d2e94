import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import styles from './search-field.module.css';

/** Narrows the accounts; Ctrl or ⌘ with K leads here from anywhere. */
export function SearchField() {
  const query = useKeyfob((view) => view.query);
  const search = useKeyfob((view) => view.search);
  const count = useKeyfob((view) => view.state?.accounts.length ?? 0);
  return (
    <div className={styles.find}>
      <input
        data-search=""
        type="search"
        className={styles.input}
        aria-label={text.accounts.search}
        placeholder={text.accounts.searchCount(count)}
        value={query}
        onChange={(event) => search(event.target.value)}
      />
    </div>
  );
}
