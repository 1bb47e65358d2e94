import { type FailureWords, hintHere } from '../failures.ts';
import styles from './sign-in-card.module.css';

/** Something that did not work but does not end what is under way. */
export function Trouble({ error }: { readonly error: FailureWords | undefined }) {
  if (error === undefined) return null;
  return (
    <p className={styles.trouble} role="alert">
      {error.message} {hintHere(error)}
    </p>
  );
}
