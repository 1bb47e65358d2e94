import type { ReactNode } from 'react';
import styles from './status.module.css';

/** What a status looks like before it has a colour: a state is a shape and a word first. */
export type StatusShape = 'dot' | 'ring' | 'diamond';

/** The shape alone, where its word stands beside it already. */
export function StatusMark(props: { readonly shape: StatusShape }) {
  return (
    <svg className={`${styles.mark} ${styles[props.shape]}`} viewBox="0 0 10 10" aria-hidden="true">
      {props.shape === 'dot' && <circle cx="5" cy="5" r="4" fill="currentColor" />}
      {props.shape === 'ring' && (
        <circle cx="5" cy="5" r="3.4" fill="none" stroke="currentColor" strokeWidth="2" />
      )}
      {props.shape === 'diamond' && <path d="M5 0.4 9.6 5 5 9.6 0.4 5Z" fill="currentColor" />}
    </svg>
  );
}

/** A shape and a word. */
export function Status(props: { readonly shape: StatusShape; readonly children: ReactNode }) {
  return (
    <span className={styles.status}>
      <StatusMark shape={props.shape} />
      <span className={`${styles.word} ${props.shape === 'ring' ? styles.warned : ''}`}>
        {props.children}
      </span>
    </span>
  );
}
