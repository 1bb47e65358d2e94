import { useEffect, useState } from 'react';
import { text } from '../text.ts';
import styles from './search-outcome.module.css';

const pauseMs = 600;

/** Says how many accounts were found, once the typing pauses; for screen readers alone. */
export function SearchOutcome(props: { readonly query: string; readonly count: number }) {
  const words = props.query.trim() === '' ? '' : text.accounts.found(props.count);
  const [said, setSaid] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSaid(words), pauseMs);
    return () => clearTimeout(timer);
  }, [words]);
  return (
    <p className={styles.spoken} role="status">
      {said}
    </p>
  );
}
