import { Ellipsis, ShieldQuestion, Star } from 'lucide-react';
import { memo } from 'react';
import { type Account, accountNumber, accountRole } from '../../shared/account.ts';
import { policyIn } from '../../shared/confirm-policy.ts';
import { accountTitle } from '../account-id.ts';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import styles from './account-row.module.css';
import { Countdown } from './countdown.tsx';

const words = text.accounts;

/**
 * An account as one line. The line is the button that switches; the dots open its menu. Its events
 * are heard by the list (`data-key` says which line), so that a line costs little to draw.
 */
export const AccountRow = memo(function AccountRow(props: {
  readonly account: Account;
  readonly active: boolean;
  /** Whether Tab leads here. */
  readonly reachable: boolean;
  /** Whether to say which connection it belongs to. */
  readonly withConnection: boolean;
  readonly menuOpen: boolean;
}) {
  const { account, active } = props;
  const favourite = useKeyfob(({ state }) => state?.favourites.includes(account.id) ?? false);
  const asks = useKeyfob(({ state }) => policyIn(state?.confirm, account.id) !== 'never');
  const until = useKeyfob(({ state }) => state?.credentials[account.id]?.expiresAt);
  return (
    <div className={styles.line}>
      <button
        type="button"
        className={styles.row}
        aria-pressed={active}
        tabIndex={props.reachable ? 0 : -1}
        data-row=""
      >
        <span className={styles.radio} aria-hidden="true" />
        <span className={styles.who}>
          <span className={styles.name}>
            <span className={styles.cut} dir="auto">
              {accountTitle(account)}
            </span>
            {favourite && <Star className={styles.sign} aria-label={words.favourite} />}
            {asks && <ShieldQuestion className={styles.sign} aria-label={words.asks} />}
          </span>{' '}
          <span className={styles.more}>
            <span className={styles.cut}>
              {accountRole(account)}
              {props.withConnection && ` · ${account.connection}`}
            </span>{' '}
            <span className={styles.id}>{accountNumber(account)}</span>
          </span>
        </span>{' '}
        <span className={styles.end}>
          {until !== undefined && (
            <span className={styles.left}>
              <Countdown until={until} />
            </span>
          )}
          {!active && (
            <span className={styles.use} aria-hidden="true">
              {words.use}
            </span>
          )}
        </span>
      </button>
      <button
        type="button"
        className={styles.dots}
        tabIndex={-1}
        aria-label={words.moreFor(account.path)}
        aria-haspopup="menu"
        aria-expanded={props.menuOpen}
        data-dots=""
      >
        <Ellipsis aria-hidden="true" />
      </button>
    </div>
  );
});
