import { Search, X } from 'lucide-react';
import { keysFor } from '../shortcuts.ts';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { Button } from './button.tsx';
import styles from './search-field.module.css';

const words = text.accounts;

/** Narrows the accounts while one types. What the keys do in the list is the list's to say. */
export function SearchField(props: { readonly onKeyDown: (event: React.KeyboardEvent) => void }) {
  const query = useKeyfob((view) => view.query);
  const search = useKeyfob((view) => view.search);
  const showPalette = useKeyfob((view) => view.showPalette);
  const count = useKeyfob((view) => view.state?.accounts.length ?? 0);
  return (
    <div className={styles.find} data-region="search">
      <Search className={styles.icon} aria-hidden="true" />
      <input
        data-search=""
        type="search"
        className={styles.input}
        aria-label={words.search}
        placeholder={words.searchCount(count)}
        autoComplete="off"
        spellCheck={false}
        maxLength={512}
        value={query}
        onKeyDown={props.onKeyDown}
        onChange={({ target }) => {
          if (target.value === '>') showPalette(true);
          else search(target.value);
        }}
      />
      {query === '' ? (
        <span className={styles.keys} aria-hidden="true">
          {keysFor('K')}
        </span>
      ) : (
        <span className={styles.clear}>
          <Button kind="icon" label={words.clearSearch} onClick={() => search('')}>
            <X aria-hidden="true" />
          </Button>
        </span>
      )}
    </div>
  );
}
