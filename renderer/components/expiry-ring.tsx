import { countdown, shareLeft, useTimeText } from '../times.ts';
import styles from './expiry-ring.module.css';

/** What remains of a deadline: a ring that empties, and the time in its middle. */
export function ExpiryRing(props: {
  /** ISO 8601, as is `until`. */
  readonly from: string;
  readonly until: string;
  /** What ends then, for screen readers. */
  readonly label: string;
}) {
  const { from, until } = props;
  const words = useTimeText((nowMs) => countdown(until, nowMs));
  const share = useTimeText((nowMs) => shareLeft(from, until, nowMs).toFixed(3));
  return (
    <div className={styles.ring} role="timer" aria-label={props.label}>
      <svg viewBox="0 0 48 48" aria-hidden="true" className={styles.drawing}>
        <circle cx="24" cy="24" r="21" className={styles.track} />
        <circle
          cx="24"
          cy="24"
          r="21"
          className={styles.left}
          pathLength="1"
          strokeDasharray={`${share} 1`}
          transform="rotate(-90 24 24)"
        />
      </svg>
      <span className={styles.time}>{words}</span>
    </div>
  );
}
