import { useKeyfob } from '../store.ts';
import styles from './active-account.module.css';
import { Countdown } from './countdown.tsx';

/** What tools get that name no account. */
export function ActiveAccount() {
  const account = useKeyfob(({ state }) => state?.accounts.find(({ id }) => id === state.active));
  const expiresAt = useKeyfob(({ state }) =>
    account === undefined ? undefined : state?.credentials[account.id]?.expiresAt,
  );
  return (
    <header className={styles.now}>
      <div className={styles.eyebrow}>
        <span>Active account</span>
        {expiresAt !== undefined && (
          <span>
            <Countdown until={expiresAt} /> left
          </span>
        )}
      </div>
      <h1 className={styles.path}>{account?.path ?? 'None yet'}</h1>
      <p className={styles.meta}>
        {account === undefined
          ? 'Pick one below; tools that name no account get it.'
          : (account.accountId.match(/\d{4}/g)?.join(' ') ?? account.accountId)}
      </p>
    </header>
  );
}
