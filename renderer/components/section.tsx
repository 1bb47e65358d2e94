import { type ReactNode, useId } from 'react';
import styles from './section.module.css';

/** A part of a view with its heading. */
export function Section(props: {
  readonly title: string;
  readonly description?: ReactNode;
  /** Stands at the heading's end. */
  readonly action?: ReactNode;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <div className={styles.head}>
        <h2 className={styles.title} id={id}>
          {props.title}
        </h2>
        {props.action}
      </div>
      {props.description !== undefined && <p className={styles.more}>{props.description}</p>}
      {props.children}
    </section>
  );
}
