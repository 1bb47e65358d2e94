import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { useKeyfob } from '../store.ts';
import { text } from '../text.ts';
import { Button } from './button.tsx';
import styles from './view-frame.module.css';

/** The frame of every view but the accounts: its title, the way back, and what scrolls below. */
export function ViewFrame(props: {
  readonly title: string;
  /** Stands at the title's end. */
  readonly action?: ReactNode;
  /** False where there is nothing to go back to, as at the first run. */
  readonly back?: boolean;
  readonly children: ReactNode;
}) {
  const back = useKeyfob((view) => view.back);
  return (
    <main className={styles.view} data-region="view" aria-label={props.title}>
      <div className={styles.head}>
        {props.back !== false && (
          <Button kind="icon" label={text.common.back} onClick={back}>
            <ArrowLeft aria-hidden="true" />
          </Button>
        )}
        <h1 className={styles.title} tabIndex={-1} data-view-title="">
          {props.title}
        </h1>
        {props.action}
      </div>
      <div className={styles.body}>{props.children}</div>
    </main>
  );
}
