import { AccountList } from '../components/account-list.tsx';
import { ActiveAccount } from '../components/active-account.tsx';
import { SearchField } from '../components/search-field.tsx';
import styles from './accounts-view.module.css';

/** What is active, and everything to switch to. */
export function AccountsView() {
  return (
    <main className={styles.view} data-home="" data-region="accounts">
      <ActiveAccount />
      <SearchField />
      <div className={styles.list}>
        <AccountList />
      </div>
    </main>
  );
}
