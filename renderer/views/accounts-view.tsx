import { AccountDetails } from '../components/account-details.tsx';
import { AccountList } from '../components/account-list.tsx';
import { ActiveAccount } from '../components/active-account.tsx';
import { Button } from '../components/button.tsx';
import { Notice } from '../components/notice.tsx';
import { SearchField } from '../components/search-field.tsx';
import { SearchOutcome } from '../components/search-outcome.tsx';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { useListFocus } from '../use-list-focus.ts';
import { useListItems } from '../use-list-items.ts';
import styles from './accounts-view.module.css';

/** What is active, and everything to switch to. */
export function AccountsView(props: { readonly wide: boolean }) {
  return (
    <div className={styles.view} data-home="">
      <ActiveAccount />
      <div className={styles.below}>
        <Accounts wide={props.wide} />
        {props.wide && <AccountDetails />}
      </div>
    </div>
  );
}

function Accounts(props: { readonly wide: boolean }) {
  const items = useListItems(props.wide);
  const focus = useListFocus(items);
  const query = useKeyfob((view) => view.query);
  const search = useKeyfob((view) => view.search);
  const several = useKeyfob((view) => (view.state?.connections.length ?? 0) > 1);
  const searching = query.trim() !== '';
  return (
    <main className={styles.accounts} aria-label={text.common.accounts}>
      <SearchField onKeyDown={focus.onSearchKeyDown} />
      <SearchOutcome query={query} count={items.length} />
      {searching && items.length === 0 ? (
        <Notice
          kind="empty"
          title={text.accounts.noMatch(query)}
          actions={<Button onClick={() => search('')}>{text.accounts.clearSearch}</Button>}
        >
          {text.accounts.noMatchHint}
        </Notice>
      ) : (
        <AccountList items={items} focus={focus} withConnection={several} />
      )}
    </main>
  );
}
