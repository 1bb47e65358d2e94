import { CircleAlert, CloudOff, Inbox, Info, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { text } from '../text.ts';
import { focusWhereItWas } from '../use-focus-return.ts';
import { Button } from './button.tsx';
import styles from './notice.module.css';

const icons = { error: CircleAlert, offline: CloudOff, info: Info, empty: Inbox };

/**
 * What is empty, failed or worth knowing, in three parts: what it is, why or what to do, and the
 * button that does it. An `error` is announced at once, another strip when there is nothing else to
 * say; the others are read in their place.
 */
export function Notice(props: {
  readonly kind: keyof typeof icons;
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  /** Puts it away. */
  readonly onDismiss?: (() => void) | undefined;
  /** `card` fills a view in the middle, `strip` lies across its top, `inline` stands among its parts. */
  readonly form?: 'card' | 'strip' | 'inline';
}) {
  const Icon = icons[props.kind];
  const failed = props.kind === 'error' || props.kind === 'offline';
  const strip = props.form === 'strip';
  const { onDismiss } = props;
  return (
    <div
      className={`${styles.notice} ${styles[props.form ?? 'card']} ${failed ? styles.failed : ''}`}
      {...(failed ? { role: 'alert' } : strip ? { role: 'status' } : {})}
      {...(strip ? { 'data-region': 'notice' } : {})}
    >
      <Icon className={styles.icon} aria-hidden="true" />
      <div className={styles.words}>
        <p className={styles.title}>{props.title}</p>
        {props.children !== undefined && <div className={styles.why}>{props.children}</div>}
      </div>
      {onDismiss !== undefined && (
        <Button
          kind="icon"
          label={text.common.dismiss}
          onClick={() => {
            onDismiss();
            // The button is gone with the notice, and the focus must not go with it.
            focusWhereItWas();
          }}
        >
          <X aria-hidden="true" />
        </Button>
      )}
      {props.actions && <div className={styles.actions}>{props.actions}</div>}
    </div>
  );
}
