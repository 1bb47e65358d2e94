import { useEffect, useState } from 'react';
import { useKeyfob } from '../store.ts';
import styles from './said.module.css';

const shownMs = 2500;

/** What was just done, for a moment, over the foot of the window; read aloud, in nobody's way. */
export function Said() {
  const said = useKeyfob((view) => view.said);
  const [over, setOver] = useState<number>();
  useEffect(() => {
    if (said === undefined) return;
    const timer = setTimeout(() => setOver(said.id), shownMs);
    return () => clearTimeout(timer);
  }, [said]);
  const shown = said !== undefined && said.id !== over;
  return (
    <div className={styles.place} role="status">
      {shown && (
        <span key={said.id} className={styles.said}>
          {said.words}
        </span>
      )}
    </div>
  );
}
