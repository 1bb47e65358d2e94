import type { ReactNode } from 'react';
import styles from './unseen.module.css';

/** Words for screen readers alone, where a shape or a place says it to the others. */
export function Unseen(props: {
  /** Read out whenever it changes, once whatever is being said has ended. */
  readonly live?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <span className={styles.unseen} {...(props.live ? { role: 'status' } : {})}>
      {props.children}
    </span>
  );
}
