import { useEffect, useRef } from 'react';
import { useKeyfob } from '../store.ts';
import styles from './search-field.module.css';

/** Narrows the accounts; Ctrl or ⌘ with K leads here from anywhere. */
export function SearchField() {
  const query = useKeyfob((view) => view.query);
  const search = useKeyfob((view) => view.search);
  const count = useKeyfob((view) => view.state?.accounts.length ?? 0);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      if ((event.ctrlKey || event.metaKey) && event.key === 'k') {
        event.preventDefault();
        field.current?.select();
      }
    }
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return (
    <div className={styles.find}>
      <input
        ref={field}
        type="search"
        className={styles.input}
        aria-label="Search accounts"
        placeholder={`Search ${count} accounts`}
        value={query}
        onChange={(event) => search(event.target.value)}
      />
    </div>
  );
}
