import type { ReactNode } from 'react';
import styles from './button.module.css';

/** A button. `main` is the one action that a view is about; `quiet` stands back beside others. */
export function Button(props: {
  readonly kind?: 'main' | 'plain' | 'quiet';
  readonly label?: string;
  readonly onClick: () => void;
  readonly children: ReactNode;
}) {
  return (
    <button
      type="button"
      className={`${styles.button} ${styles[props.kind ?? 'plain']}`}
      aria-label={props.label}
      onClick={props.onClick}
    >
      {props.children}
    </button>
  );
}
