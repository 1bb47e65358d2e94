import type { Account } from '../../shared/model.ts';
import styles from './account-path.module.css';

const short = 14;

/** Weighs how much a part gives way; the browser weighs by width once more. */
function shrinkOf(part: string): number {
  return part.length <= short ? 0.001 : part.length;
}

/** A path whose parts stay legible: short ones are kept whole, and the longest gives way most. */
export function AccountPath(props: { readonly account: Account }) {
  const { account } = props;
  const parts = account.path.split('/');
  const last = parts.length - 1;
  return (
    <span className={styles.path} title={account.path}>
      {parts.map((part, index) => (
        // A path's parts never change their order.
        // biome-ignore lint/suspicious/noArrayIndexKey: the index is what a part is.
        <span key={index} className={styles.step} style={{ flexShrink: shrinkOf(part) }}>
          <span className={styles.part} dir="auto">
            {part}
          </span>
          {index < last && <span className={styles.slash}>/</span>}
        </span>
      ))}
    </span>
  );
}
