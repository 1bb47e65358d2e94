import { useKeyfob } from '../store.ts';
import { Button } from './button.tsx';
import styles from './failure.module.css';

/** Why the last thing asked for did not happen, and what to do. */
export function Failure() {
  const failure = useKeyfob((view) => view.failure);
  const dismiss = useKeyfob((view) => view.dismissFailure);
  if (failure === undefined) return null;
  return (
    <div role="alert" className={styles.failure}>
      <p>
        <strong>{failure.message}</strong> {failure.hint}
      </p>
      <Button kind="quiet" onClick={dismiss}>
        Dismiss
      </Button>
    </div>
  );
}
